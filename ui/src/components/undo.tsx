import { Button, Tooltip } from '@fluentui/react-components';
import { useCallback, useState } from 'react';
import { useUndoKeys, type History } from '../api/history';
import { t } from '../text/messages';
import { ArrowRedoRegular, ArrowUndoRegular } from './icons';
import { useLayout } from './layout';

/** The two buttons and their keys. What was taken back is said once, for those who do not see the page change. */
export function UndoButtons<T>({ history }: { history: History<T> }) {
  const layout = useLayout();
  const { undo, redo, undoName, redoName } = history;
  const [said, setSaid] = useState('');
  const back = useCallback(() => {
    const name = undo();
    if (name !== undefined) setSaid(t('undone', { what: name }));
  }, [undo]);
  const again = useCallback(() => {
    const name = redo();
    if (name !== undefined) setSaid(t('redone', { what: name }));
  }, [redo]);
  useUndoKeys(back, again);
  return (
    <>
      <Tooltip relationship="label" content={undoName === undefined ? t('undo-nothing') : t('undo-what', { what: undoName })}>
        <Button size="small" appearance="subtle" icon={<ArrowUndoRegular />} disabledFocusable={undoName === undefined} onClick={back} aria-keyshortcuts="Control+Z" data-testid="undo" />
      </Tooltip>
      <Tooltip relationship="label" content={redoName === undefined ? t('redo-nothing') : t('redo-what', { what: redoName })}>
        <Button size="small" appearance="subtle" icon={<ArrowRedoRegular />} disabledFocusable={redoName === undefined} onClick={again} aria-keyshortcuts="Control+Shift+Z" data-testid="redo" />
      </Tooltip>
      <span role="status" className={layout.visuallyHidden}>{said}</span>
    </>
  );
}
