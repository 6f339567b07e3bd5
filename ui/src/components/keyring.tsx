import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { appStateQuery } from '../api/queries';
import type { KeyringState } from '../generated/bridge';
import { call } from '../platform/call';
import { say, t } from '../text/messages';
import { ErrorBar } from './errors';

/** A keyring that does not work, and the explicit choice to keep credentials until Usher closes. */
export function KeyringNotice({ keyring }: { keyring: KeyringState }) {
  const client = useQueryClient();
  const keep = useMutation({
    mutationFn: (until_close: boolean) => call('keep_in_memory', { until_close }),
    onSettled: () => client.invalidateQueries({ queryKey: appStateQuery.queryKey }),
  });
  if (keyring.status === 'available') return null;
  // What lasts until close is the title already.
  const words = keyring.message === undefined || keyring.status === 'memory' ? undefined : say(keyring.message);
  return (
    <>
      <MessageBar intent={keyring.status === 'memory' ? 'info' : 'warning'} layout="multiline" data-testid="keyring-notice">
        <MessageBarBody>
          <MessageBarTitle>{title(keyring)}</MessageBarTitle>
          {words}
        </MessageBarBody>
        {keyring.status === 'memory' ? null : (
          <MessageBarActions>
            <Button size="small" onClick={() => void client.invalidateQueries({ queryKey: appStateQuery.queryKey })} data-testid="keyring-again">
              {t('check-again')}
            </Button>
            <Button size="small" appearance="subtle" disabled={keep.isPending} onClick={() => keep.mutate(true)} data-testid="keyring-memory">
              {t('keyring-keep')}
            </Button>
          </MessageBarActions>
        )}
      </MessageBar>
      {keep.isError ? <ErrorBar error={keep.error} /> : null}
    </>
  );
}

function title(keyring: KeyringState): string {
  switch (keyring.status) {
    case 'available':
      return '';
    case 'locked':
      return t('keyring-locked', { name: keyring.name });
    case 'absent':
      return t('keyring-absent');
    case 'waiting':
      return t('keyring-waiting', { name: keyring.name });
    case 'memory':
      return t('keyring-until-close');
  }
}
