import { Dialog, DialogBody, DialogContent, DialogSurface, Input, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { SearchRegular } from '../../components/icons';
import { t } from '../../text/messages';
import { kinds, kindTitle, matching, wantedOf, type Entry, type PaletteMode } from './entries';
import { useEntries, type Found } from './use-entries';

const useStyles = makeStyles({
  surface: { width: '620px', maxWidth: 'calc(100vw - 24px)', padding: '12px', marginTop: '64px', maxHeight: 'calc(100vh - 88px)', '@media (max-height: 519px)': { marginTop: '12px', maxHeight: 'calc(100vh - 24px)' } },
  body: { display: 'flex', flexDirection: 'column', rowGap: '8px', maxHeight: 'inherit', minHeight: 0 },
  content: { display: 'flex', flexDirection: 'column', rowGap: '8px', minHeight: 0, padding: 0, margin: 0, overflow: 'visible' },
  field: { width: '100%', flexShrink: 0 },
  list: { overflowY: 'auto', minHeight: '48px', maxHeight: 'min(420px, calc(100vh - 200px))', position: 'relative' },
  group: { margin: 0, padding: '8px 8px 4px', fontSize: tokens.fontSizeBase200, lineHeight: tokens.lineHeightBase200, fontWeight: tokens.fontWeightSemibold, color: tokens.colorNeutralForeground2 },
  option: { display: 'flex', alignItems: 'center', columnGap: '12px', minHeight: '32px', boxSizing: 'border-box', padding: '4px 8px', borderRadius: tokens.borderRadiusMedium, cursor: 'pointer' },
  // An outline and a quiet surface: the bright selection colours of high contrast would need other words on them.
  active: { backgroundColor: tokens.colorNeutralBackground3, outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  unusable: { cursor: 'default', color: tokens.colorNeutralForeground2 },
  words: { flexGrow: 1, minWidth: 0, overflowWrap: 'anywhere' },
  detail: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200, lineHeight: tokens.lineHeightBase200 },
  keys: { flexShrink: 0, color: tokens.colorNeutralForeground2, fontFamily: tokens.fontFamilyMonospace, fontSize: '12px' },
  empty: { margin: 0, padding: '16px 8px' },
  foot: { display: 'flex', columnGap: '16px', flexWrap: 'wrap', justifyContent: 'space-between', padding: '0 8px', color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200, lineHeight: tokens.lineHeightBase200 },
});

/** Far enough to get through a long list. */
const PAGE = 8;

interface Props {
  mode: PaletteMode;
  onClose: () => void;
  onRun: (entry: Entry) => void;
}

/** Everything by name. The focus stays in the field; the field says which entry is pointed at. */
export function CommandPalette({ mode, onClose, onRun }: Props) {
  const styles = useStyles();
  const list = useId();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const wanted = wantedOf(typed);
  const found = useEntries(mode, wanted);
  const shown = matching(found.entries, mode, wanted);
  const active = shown[Math.min(at, shown.length - 1)];
  const optionId = (entry: Entry) => `${list}-${entry.key}`;
  const name = mode === 'connections' ? t('palette-connections') : t('palette-open');
  const take = (entry: Entry | undefined) => {
    if (entry !== undefined && entry.why === undefined) onRun(entry);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = target(event, Math.min(at, shown.length - 1), shown.length);
    if (to !== undefined) {
      event.preventDefault();
      setAt(to);
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      take(active);
    }
  };
  return (
    <Dialog open onOpenChange={(_, data) => (data.open ? undefined : onClose())} surfaceMotion={null}>
      <DialogSurface className={styles.surface} aria-label={name} data-testid="palette">
        <DialogBody className={styles.body}>
          <DialogContent className={styles.content}>
            <Input
              className={styles.field}
              size="large"
              autoFocus
              contentBefore={<SearchRegular aria-hidden />}
              value={typed}
              onChange={(_, data) => {
                setTyped(data.value);
                setAt(0);
              }}
              onKeyDown={onKeyDown}
              placeholder={name}
              aria-label={name}
              role="combobox"
              aria-autocomplete="list"
              aria-haspopup="listbox"
              aria-expanded={shown.length > 0}
              {...(shown.length > 0 ? { 'aria-controls': list } : {})}
              {...(active === undefined ? {} : { 'aria-activedescendant': optionId(active) })}
              data-testid="palette-field"
            />
            {shown.length === 0 ? <Nothing found={found} sign={wanted.sign} text={wanted.text} /> : (
              <div className={styles.list} role="listbox" id={list} aria-label={name}>
                {kinds.map((kind) => {
                  const own = shown.filter((entry) => entry.kind === kind);
                  return own.length === 0 ? null : (
                    <div key={kind} role="group" aria-labelledby={`${list}-${kind}`}>
                      <div className={styles.group} id={`${list}-${kind}`} role="presentation">
                        {kindTitle(kind)}
                      </div>
                      {own.map((entry) => (
                        <Option key={entry.key} id={optionId(entry)} entry={entry} active={entry === active} onPoint={() => setAt(shown.indexOf(entry))} onUse={() => take(entry)} />
                      ))}
                    </div>
                  );
                })}
              </div>
            )}
            <div className={styles.foot}>
              <div>{mode === 'all' ? t('palette-signs') : t('palette-connections-hint')}</div>
              <div role="status" data-testid="palette-count">{shown.length === 0 ? '' : t('palette-count', { count: shown.length })}</div>
            </div>
          </DialogContent>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

/** Where a key leads in the list; undefined for every other key. From an end it goes round. */
function target(event: KeyboardEvent, at: number, count: number): number | undefined {
  if (count === 0 || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return undefined;
  switch (event.key) {
    case 'ArrowDown':
      return (at + 1) % count;
    case 'ArrowUp':
      return (at + count - 1) % count;
    case 'PageDown':
      return Math.min(at + PAGE, count - 1);
    case 'PageUp':
      return Math.max(at - PAGE, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

function Nothing({ found, sign, text }: { found: Found; sign: string; text: string }) {
  const styles = useStyles();
  const why = sign === '@' ? found.noPeople : undefined;
  const words = found.searching ? t('palette-searching') : (why ?? (text === '' ? t('palette-nothing-here') : t('palette-nothing', { text })));
  return (
    <p className={styles.empty} role="status" data-testid="palette-empty">
      {words}
    </p>
  );
}

interface OptionProps {
  id: string;
  entry: Entry;
  active: boolean;
  onPoint: () => void;
  onUse: () => void;
}

function Option({ id, entry, active, onPoint, onUse }: OptionProps) {
  const styles = useStyles();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) box.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const unusable = entry.why !== undefined;
  const second = entry.why ?? entry.detail;
  return (
    <div
      ref={box}
      id={id}
      role="option"
      aria-selected={active}
      {...(unusable ? { 'aria-disabled': true } : {})}
      className={mergeClasses(styles.option, active && styles.active, unusable && styles.unusable)}
      // Only a pointer that moves: a list that scrolls under a resting one must not change what Enter takes.
      onMouseMove={onPoint}
      // The focus stays in the field.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onUse}
      data-testid={`palette-${entry.key}`}
    >
      <div className={styles.words}>
        <div>{entry.label}</div>
        {second === undefined ? null : <div className={styles.detail}>{second}</div>}
      </div>
      {entry.keys === undefined ? null : <div className={styles.keys}>{entry.keys}</div>}
    </div>
  );
}
