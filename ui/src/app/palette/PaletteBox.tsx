import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { SearchRegular } from '../../components/icons';
import { t } from '../../text/messages';
import { SHOW_PALETTE } from '../shortcuts';
import { CommandPalette } from './CommandPalette';
import type { Entry, PaletteMode } from './entries';

const useStyles = makeStyles({
  box: {
    width: '332px',
    flexShrink: 1,
    minWidth: '32px',
    justifyContent: 'flex-start',
    fontWeight: tokens.fontWeightRegular,
    color: tokens.colorNeutralForeground2,
    backgroundColor: tokens.colorNeutralBackground3,
    '@media (max-width: 1023px)': { width: '32px', flexShrink: 0, padding: '0 5px' },
  },
  words: { flexGrow: 1, textAlign: 'left', whiteSpace: 'nowrap', '@media (max-width: 1023px)': { display: 'none' } },
  // Drawn only: the keys are told by aria-keyshortcuts, and the name has to be what is written (WCAG 2.5.3).
  keys: { '::after': { content: '"Ctrl+K"' }, fontFamily: tokens.fontFamilyMonospace, fontSize: '12px', whiteSpace: 'nowrap', '@media (max-width: 1023px)': { display: 'none' } },
});

/** The command box of the bar, and the palette that it opens. */
export function PaletteBox() {
  const styles = useStyles();
  const [mode, setMode] = useState<PaletteMode>();
  const before = useRef<Element>(undefined);
  useEffect(() => {
    const show = (event: Event) => {
      // Whatever else lies over the page asks for an answer first. The palette itself only changes what it lists.
      if (document.querySelector('[aria-modal="true"]:not([data-testid="palette"])') !== null) return;
      if (document.querySelector('[data-testid="palette"]') === null) before.current = document.activeElement ?? undefined;
      setMode((event as CustomEvent<PaletteMode>).detail);
    };
    // Ctrl and a digit change the page behind: then the palette has done its work, and the page takes the focus.
    const left = () => setMode(undefined);
    window.addEventListener(SHOW_PALETTE, show);
    window.addEventListener('hashchange', left);
    return () => {
      window.removeEventListener(SHOW_PALETTE, show);
      window.removeEventListener('hashchange', left);
    };
  }, []);
  // At once: the focus can only go back when nothing modal is left.
  const close = () => {
    flushSync(() => setMode(undefined));
    if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus();
  };
  const run = (entry: Entry) => {
    close();
    entry.run();
  };
  return (
    <>
      <Button
        className={styles.box}
        icon={<SearchRegular />}
        aria-label={t('palette-open')}
        aria-keyshortcuts="Control+K"
        aria-haspopup="dialog"
        title={t('palette-open')}
        onClick={() => window.dispatchEvent(new CustomEvent<PaletteMode>(SHOW_PALETTE, { detail: 'all' }))}
        data-testid="bar-palette"
      >
        <div className={styles.words}>{t('palette-open')}</div>
        <div className={styles.keys} aria-hidden />
      </Button>
      {mode === undefined ? null : <CommandPalette key={mode} mode={mode} onClose={close} onRun={run} />}
    </>
  );
}
