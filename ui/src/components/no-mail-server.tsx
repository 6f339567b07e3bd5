import { Link } from '@fluentui/react-components';
import { useConnection } from '../api/connection';
import { go } from '../api/routes';
import type { Draft } from '../generated/bridge';
import { t } from '../text/messages';
import { useLayout } from './layout';

/** Whether a notice can leave at all: Microsoft sends its own, this computer needs a server. */
export const mailLeaves = (draft: Draft): boolean => draft.runner === 'entra' || draft.mail_server.server !== '';

/** Stands wherever mail is promised, as long as there is no server that could send it. */
export function NoMailServer() {
  const layout = useLayout();
  const { id, tools } = useConnection();
  if (mailLeaves(tools.draft)) return null;
  return (
    <p className={layout.body} data-testid="no-mail-server">
      {t('no-mail-server')}{' '}
      <Link as="button" inline onClick={() => go({ page: 'settings', id })} data-testid="no-mail-server-open">
        {t('no-mail-server-open')}
      </Link>
    </p>
  );
}
