import { Button, makeStyles, MessageBar, MessageBarBody, Spinner, tokens } from '@fluentui/react-components';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useConnection } from '../api/connection';
import type { CloudName, CommandError, SignInAttempt } from '../generated/bridge';
import { call } from '../platform/call';
import { copyText } from '../platform/browser';
import { asCommandError } from '../platform/transport';
import { t } from '../text/messages';
import { useLayout } from './layout';

type Stage = { at: 'idle' } | { at: 'starting' } | { at: 'waiting'; attempt: SignInAttempt } | { at: 'failed'; error: CommandError };

export interface SignIn {
  stage: Stage;
  begin: () => void;
  cancel: () => void;
}

/** A sign-in in the system browser: begin, wait, give up. Nothing of it passes through the window. */
export function useSignIn(cloud: CloudName): SignIn {
  const { id, tools, refresh } = useConnection();
  const [stage, setStage] = useState<Stage>({ at: 'idle' });
  const attempt = useRef<string | undefined>(undefined);
  const { flush } = tools;

  const run = useCallback(async () => {
    setStage({ at: 'starting' });
    try {
      await flush();
      const begun = await call('sign_in_begin', { id, cloud });
      attempt.current = begun.attempt;
      setStage({ at: 'waiting', attempt: begun });
      await call('sign_in_wait', { attempt: begun.attempt });
      setStage({ at: 'idle' });
    } catch (thrown) {
      const error = asCommandError(thrown);
      setStage(error.code === 'cancelled' ? { at: 'idle' } : { at: 'failed', error });
    } finally {
      attempt.current = undefined;
      await refresh();
    }
  }, [cloud, flush, id, refresh]);

  const cancel = useCallback(() => {
    // The wait ends with `cancelled`; a cancel that comes too late changes nothing.
    if (attempt.current !== undefined) call('sign_in_cancel', { attempt: attempt.current }).catch(() => undefined);
  }, []);

  // Leaving the page closes the listener: an open one would refuse the next attempt.
  useEffect(() => cancel, [cancel]);

  return { stage, begin: () => void run(), cancel };
}

const useStyles = makeStyles({
  card: {
    display: 'flex',
    flexDirection: 'column',
    rowGap: '12px',
    padding: '16px',
    borderRadius: '6px',
    backgroundColor: tokens.colorBrandBackground2,
    border: `1px solid ${tokens.colorBrandStroke2}`,
  },
  line: { display: 'flex', alignItems: 'center', columnGap: '12px' },
});

/** "Finish in your browser. Usher is waiting." */
export function BrowserWait({ attempt, cancel, cloud }: { attempt: SignInAttempt; cancel: () => void; cloud: CloudName }) {
  const styles = useStyles();
  const layout = useLayout();
  const [late, setLate] = useState(false);
  const [said, setSaid] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 60_000);
    return () => clearTimeout(timer);
  }, []);
  const copyAddress = async () => {
    try {
      const address = await call('sign_in_address', { attempt: attempt.attempt });
      setSaid((await copyText(address.url)) ? t('sign-in-address-copied') : t('copy-refused'));
    } catch {
      setSaid(t('copy-refused'));
    }
  };
  return (
    <div className={styles.card} data-testid={`wait-${cloud}`}>
      <div className={styles.line} role="status">
        <Spinner size="tiny" aria-hidden />
        <div>
          <div className={layout.strong}>{t('sign-in-waiting')}</div>
          <div className={layout.body}>{t('sign-in-waiting-host', { host: attempt.host })}</div>
          <div className={layout.muted}>{t('sign-in-waiting-redirect')}</div>
        </div>
      </div>
      {attempt.opened && !late ? null : (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{attempt.opened ? t('sign-in-nothing-happened') : t('sign-in-not-opened')}</MessageBarBody>
        </MessageBar>
      )}
      <div className={layout.row}>
        <Button size="small" onClick={() => void call('sign_in_open', { attempt: attempt.attempt }).catch(() => setSaid(t('sign-in-not-opened')))} data-testid="wait-open-again">
          {t('sign-in-open-again')}
        </Button>
        <Button size="small" onClick={() => void copyAddress()} data-testid="wait-copy">
          {t('sign-in-copy-address')}
        </Button>
        <Button size="small" appearance="subtle" onClick={cancel} data-testid="wait-cancel">
          {t('cancel')}
        </Button>
        <span role="status" className={layout.muted}>
          {said}
        </span>
      </div>
    </div>
  );
}
