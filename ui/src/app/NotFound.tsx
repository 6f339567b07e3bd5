import { Button } from '@fluentui/react-components';
import { go } from '../api/routes';
import { Empty } from '../components/illustrations';
import { Page } from '../components/page';
import { t } from '../text/messages';

export function NotFound() {
  return (
    <Page title={t('lost-title')} name={t('lost-title')}>
      <Empty picture="cable" title={t('lost-body')} actions={<Button onClick={() => go({ page: 'home' })}>{t('all-connections')}</Button>} />
    </Page>
  );
}
