import { useEffect, useState } from 'react';
import { ConfirmDialog } from '../../components/typed-dialog';
import { useLayout } from '../../components/layout';
import { t } from '../../text/messages';

interface Guard {
  /** Closes, or asks first when something would be lost. */
  close: () => void;
  dialog: React.ReactNode;
}

/** Asks before what was changed in a drawer and not applied is given up: by closing it, or by going to another page. */
export function useLeaveGuard(dirty: boolean, onClose: () => void, what: string): Guard {
  const layout = useLayout();
  const [asking, setAsking] = useState<'close' | { to: string }>();

  useEffect(() => {
    if (!dirty) return undefined;
    const onHash = (event: HashChangeEvent) => {
      // Before the router hears of it: the page stays until the person has answered.
      event.stopImmediatePropagation();
      const to = new URL(event.newURL).hash;
      window.history.replaceState(window.history.state, '', event.oldURL);
      setAsking({ to });
    };
    window.addEventListener('hashchange', onHash, { capture: true });
    return () => window.removeEventListener('hashchange', onHash, { capture: true });
  }, [dirty]);

  const discard = () => {
    const to = typeof asking === 'object' ? asking.to : undefined;
    setAsking(undefined);
    onClose();
    // The guard goes with the drawer, after this event.
    if (to !== undefined) setTimeout(() => window.location.assign(to));
  };
  return {
    close: () => (dirty ? setAsking('close') : onClose()),
    dialog: (
      <ConfirmDialog open={asking !== undefined} title={t('drawer-discard-title')} confirm={t('drawer-discard')} cancel={t('drawer-keep')} onConfirm={discard} onClose={() => setAsking(undefined)} testId="drawer-discard">
        <p className={layout.plain}>{t('drawer-discard-body', { what })}</p>
      </ConfirmDialog>
    ),
  };
}
