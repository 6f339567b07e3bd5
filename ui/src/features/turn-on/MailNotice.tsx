import { MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { useConnection } from '../../api/connection';
import { CopyButton } from '../../components/copy';
import { t } from '../../text/messages';

/** The first person shows whether GoTo sends mail; the help desk hears of it before everybody gets one. */
export function MailNotice() {
  const { view, tools } = useConnection();
  if (tools.draft.profile === 'scim') return null;
  const organization = view.goto_account?.organization ?? tools.draft.domain.name;
  return (
    <MessageBar intent="info" layout="multiline" data-testid="mail-notice">
      <MessageBarBody>
        <MessageBarTitle>{t('mail-may-title')}</MessageBarTitle>
        {t('mail-may-body')}
      </MessageBarBody>
      <MessageBarActions>
        <CopyButton
          text={organization === '' ? t('mail-help-desk-text') : t('mail-help-desk-text-of', { organization })}
          name={t('mail-help-desk-name')}
          label={t('mail-help-desk-copy')}
          appearance="secondary"
          testId="mail-copy"
        />
      </MessageBarActions>
    </MessageBar>
  );
}
