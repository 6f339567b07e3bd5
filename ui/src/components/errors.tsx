import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import type { ReactNode } from 'react';
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
  const error = asCommandError(props.error);
  const title = props.title ?? say(error.message);
  const more = props.title !== undefined || error.hint !== undefined;
  return (
    <MessageBar intent="error" layout="multiline" role="alert" data-testid="error">
      <MessageBarBody>
        <MessageBarTitle>{more && !/[.?!]$/.test(title) ? `${title}.` : title}</MessageBarTitle>
        {props.title === undefined ? null : <span>{say(error.message)} </span>}
        {error.hint === undefined ? null : <span>{say(error.hint)}</span>}
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
