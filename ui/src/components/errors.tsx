import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { use, type ReactNode } from 'react';
import { ConnectionContext, type OpenConnection } from '../api/connection';
import { useRoute } from '../api/routes';
import type { CommandError } from '../generated/bridge';
import { asCommandError } from '../platform/transport';
import { say, t } from '../text/messages';
import { CopyButton } from './copy';
import { useLayout } from './layout';

/** Evidence for a support case, as text. */
export const detailText = (error: CommandError): string =>
  [`code: ${error.code}`, ...(error.details ?? []).map((row) => `${row.name}: ${row.value}`)].join('\n');

/** What happened, what to do next, and a way to try again. Stays until it is mended. */
export function ErrorBar(props: { error: unknown; retry?: () => void; actions?: ReactNode; title?: string }) {
  const layout = useLayout();
  const open = use(ConnectionContext);
  const error = asCommandError(props.error);
  const title = props.title ?? say(error.message);
  const more = props.title !== undefined || error.hint !== undefined;
  return (
    <MessageBar intent="error" layout="multiline" role="alert" data-testid="error">
      <MessageBarBody>
        <MessageBarTitle>{more && !/[.?!]$/.test(title) ? `${title}.` : title}</MessageBarTitle>
        {props.title === undefined ? null : <div>{say(error.message)}</div>}
        {error.hint === undefined ? null : <div>{say(error.hint)}</div>}
        {error.details === undefined || error.details.length === 0 ? null : (
          <details className={layout.muted}>
            <summary>{t('error-details')}</summary>
            <div className={layout.mono}>
              {error.details.map((row) => (
                <div key={row.name}>{`${row.name}: ${row.value}`}</div>
              ))}
            </div>
          </details>
        )}
      </MessageBarBody>
      <MessageBarActions>
        {props.actions}
        {error.code === 'sign-in' && open !== undefined ? <SignInButton goTo={open.goTo} goto={error.message.id.startsWith('error-goto')} /> : null}
        {props.retry === undefined ? null : (
          <Button size="small" onClick={props.retry} data-testid="error-retry">
            {t('try-again')}
          </Button>
        )}
        {error.details === undefined || error.details.length === 0 ? null : (
          <CopyButton text={detailText(error)} name={t('error-details')} label={t('error-copy')} />
        )}
      </MessageBarActions>
    </MessageBar>
  );
}

/** Leads to the step where the sign-in that has ended is renewed; that step offers it itself. */
function SignInButton({ goTo, goto }: { goTo: OpenConnection['goTo']; goto: boolean }) {
  const route = useRoute();
  const step = goto ? 'connect' : 'sign-in';
  if (route.page === 'setup' && route.step === step) return null;
  return (
    <Button size="small" onClick={() => goTo(step)} data-testid="error-sign-in">
      {goto ? t('authorize-again') : t('remedy-sign-in')}
    </Button>
  );
}
