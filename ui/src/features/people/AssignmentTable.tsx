import { Avatar, Button, Checkbox, makeStyles, mergeClasses, SearchBox, tokens } from '@fluentui/react-components';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useCardStyles } from '../../components/card';
import { Choice } from '../../components/choice';
import { DeleteRegular, PeopleTeamRegular, QuestionCircleRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { ResultIcon, resultWord } from '../../components/status';
import { useToast } from '../../components/toast';
import { WhyDrawer, type WhoAbout } from '../../components/why';
import type { AssignmentRow, People } from '../../generated/bridge';
import { count } from '../../text/format';
import { say, t } from '../../text/messages';
import { roleChange, type Bulk } from './bulk';
import { BulkToolbar, offeredRoles } from './BulkBar';
import { useSelection } from './selection';
import { UnassignDialog } from './UnassignDialog';

const TEMPLATE = '32px minmax(200px, 2fr) 72px 64px 180px minmax(180px, 2fr) 68px';
const ROW = 52;
/** Shorter tables are whole on the page; longer ones scroll in themselves. */
const TALL = 12;

const useStyles = makeStyles({
  bar: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', justifyContent: 'space-between', columnGap: '16px', rowGap: '8px', padding: '12px 16px' },
  search: { width: '260px' },
  line: { display: 'grid', gridTemplateColumns: TEMPLATE, columnGap: '12px', alignItems: 'center', padding: '0 16px', boxSizing: 'border-box', fontSize: '13px' },
  head: { minHeight: '36px', fontWeight: tokens.fontWeightSemibold, borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  // In a narrow window the table scrolls sideways by itself; the page never does.
  sideways: { overflowX: 'auto', position: 'relative' },
  table: { minWidth: '824px' },
  scroll: { overflowX: 'hidden', overflowY: 'auto' },
  body: { position: 'relative' },
  row: { position: 'absolute', left: 0, right: 0, top: 0, '&:not(:last-child)': { borderBottom: `1px solid ${tokens.colorNeutralStroke3}` } },
  // As the active row of the other tables: words keep their own colours on it, also in high contrast.
  selected: { backgroundColor: tokens.colorNeutralBackground3, boxShadow: `inset 3px 0 0 ${tokens.colorCompoundBrandStroke}` },
  who: { display: 'flex', alignItems: 'center', columnGap: '10px', minWidth: 0 },
  name: { fontWeight: tokens.fontWeightSemibold },
  cell: { minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  end: { textAlign: 'right', fontVariantNumeric: 'tabular-nums' },
  buttons: { display: 'flex', justifyContent: 'flex-end' },
  why: { display: 'flex', alignItems: 'center', columnGap: '8px', minWidth: 0 },
  role: { minWidth: '0', width: '100%' },
});

/** Keys in a text belong to the text. */
const isText = (target: EventTarget) => target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type !== 'checkbox');

/** Assigned people and groups with their role. Only what is on the screen exists. */
export function AssignmentTable({ people, bulk, end }: { people: People; bulk: Bulk; end: ReactNode }) {
  const styles = useStyles();
  const card = useCardStyles();
  const layout = useLayout();
  const toast = useToast();
  const [text, setText] = useState('');
  const [removing, setRemoving] = useState<readonly AssignmentRow[]>([]);
  const [about, setAbout] = useState<WhoAbout>();
  const scroll = useRef<HTMLDivElement>(null);
  const header = useRef<HTMLInputElement>(null);
  const worked = useRef(false);
  const wanted = text.trim().toLowerCase();
  const rows = useMemo(() => people.rows.filter((row) => `${row.name} ${row.detail}`.toLowerCase().includes(wanted)), [people.rows, wanted]);
  const selection = useSelection(people.rows, rows);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroll.current, estimateSize: () => ROW, overscan: 6 });
  const busy = bulk.running !== undefined;
  // A row that had the focus may be gone after its change: the keyboard goes on at the head of the list.
  useEffect(() => {
    if (!worked.current || document.activeElement !== document.body) return;
    worked.current = false;
    header.current?.focus();
  }, [people.rows]);

  const changeRole = (changed: readonly AssignmentRow[], role: string) => {
    const change = roleChange(role, people);
    const need = changed.filter((row) => row.role !== role);
    worked.current = true;
    if (need.length > 0) bulk.start(change, need);
    else toast(t('people-bulk-nothing', { role: change.roleName }));
  };
  const unassign = () => {
    worked.current = true;
    setRemoving([]);
    bulk.start({ kind: 'unassign' }, removing);
  };
  const select = (index: number) => {
    const at = Math.max(0, Math.min(rows.length - 1, index));
    virtual.scrollToIndex(at);
    requestAnimationFrame(() => scroll.current?.querySelector<HTMLElement>(`[aria-rowindex="${at + 2}"] input[type="checkbox"]`)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    // What a list or dialog of this card gets bubbles here as well, from elsewhere in the page.
    if (!(event.target instanceof HTMLElement) || !event.currentTarget.contains(event.target) || isText(event.target)) return;
    const at = Number(event.target.closest('[aria-rowindex]')?.getAttribute('aria-rowindex') ?? 1) - 2;
    const inBox = event.target instanceof HTMLInputElement;
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 };
    const move = moves[event.key];
    const row = rows[at];
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'a') {
      event.preventDefault();
      selection.selectAll();
    } else if (event.key === 'Delete' && !busy) {
      event.preventDefault();
      // The selection; without one the row that has the focus.
      setRemoving(selection.rows.length > 0 ? selection.rows : row === undefined ? [] : [row]);
    } else if (inBox && move !== undefined && !event.altKey) {
      event.preventDefault();
      select(move);
    }
  };
  return (
    <div className={card.card} onKeyDown={onKeyDown}>
      <div className={styles.bar}>
        <SearchBox className={styles.search} value={text} onChange={(_, data) => setText(data.value)} placeholder={t('people-find')} aria-label={t('people-find')} data-search />
        <BulkToolbar people={people} selection={selection} busy={busy} onRole={(role) => changeRole(selection.rows, role)} onUnassign={() => setRemoving(selection.rows)} />
        {end}
      </div>
      <div className={styles.sideways}>
        <div role="table" className={styles.table} aria-label={t('people-table')} aria-rowcount={rows.length + 1} data-testid="people-table">
          <div role="rowgroup">
            <div role="row" aria-rowindex={1} className={`${styles.line} ${styles.head}`}>
              <div role="columnheader">
                <Checkbox ref={header} checked={selection.all} disabled={rows.length === 0} onChange={selection.toggleAll} aria-label={t('people-select-all')} aria-keyshortcuts="Control+A" data-testid="people-select-all" />
              </div>
              <span role="columnheader">{t('column-name')}</span>
              <span role="columnheader">{t('column-type')}</span>
              <span role="columnheader" className={styles.end}>{t('column-people')}</span>
              <span role="columnheader">{t('column-role')}</span>
              <span role="columnheader">{t('column-provisioned')}</span>
              <span role="columnheader"><span className={layout.visuallyHidden}>{t('column-remove')}</span></span>
            </div>
          </div>
          <div className={styles.scroll} ref={scroll} style={{ height: Math.min(rows.length, TALL) * ROW + 2 }} role="presentation">
            <div className={styles.body} style={{ height: virtual.getTotalSize() }} role="rowgroup">
              {virtual.getVirtualItems().map((item) => {
                const row = rows[item.index];
                if (row === undefined) return null;
                return (
                  <div key={row.id} role="row" aria-rowindex={item.index + 2} className={mergeClasses(styles.line, styles.row, selection.has(row) && styles.selected)} style={{ height: ROW, transform: `translateY(${item.start}px)` }} data-testid={`person-${row.principal}`}>
                    <div role="cell">
                      <Checkbox checked={selection.has(row)} onChange={() => selection.toggle(row)} aria-label={t('people-select', { name: row.name })} data-testid={`person-select-${row.principal}`} />
                    </div>
                    <Name row={row} />
                    <span role="cell">{row.kind === 'group' ? t('kind-group') : t('kind-user')}</span>
                    <span role="cell" className={styles.end}>{row.kind === 'group' ? count(row.people) : '1'}</span>
                    <span role="cell">
                      <RolePicker row={row} people={people} busy={busy} onRole={(role) => changeRole([row], role)} />
                    </span>
                    <span role="cell" className={styles.why} data-provisioned={row.provisioned}>
                      <ResultIcon result={row.provisioned ? 'passed' : 'fix-this'} />
                      <span className={styles.cell} title={say(row.because)}>
                        {`${row.provisioned ? t('yes') : t('no')}, ${say(row.because)}`}
                      </span>
                      <span className={layout.visuallyHidden}>{resultWord(row.provisioned ? 'passed' : 'fix-this')}</span>
                    </span>
                    <span role="cell" className={styles.buttons}>
                      {row.kind === 'user' ? <Button size="small" appearance="subtle" icon={<QuestionCircleRegular />} aria-label={t('why-title', { name: row.name })} onClick={() => setAbout({ id: row.principal, name: row.name })} data-testid={`person-why-${row.principal}`} /> : null}
                      <Button size="small" appearance="subtle" icon={<DeleteRegular />} aria-label={t('people-remove-name', { name: row.name })} disabledFocusable={busy} onClick={() => setRemoving([row])} data-testid={`person-remove-${row.principal}`} />
                    </span>
                  </div>
                );
              })}
            </div>
          </div>
        </div>
      </div>
      <WhyDrawer person={about} onClose={() => setAbout(undefined)} />
      <UnassignDialog rows={removing} people={people} onConfirm={unassign} onClose={() => setRemoving([])} />
    </div>
  );
}

function Name({ row }: { row: AssignmentRow }) {
  const styles = useStyles();
  const layout = useLayout();
  return (
    <span role="cell" className={styles.who}>
      <Avatar size={28} aria-hidden name={row.name} {...(row.kind === 'group' ? { icon: <PeopleTeamRegular />, shape: 'square' as const, initials: '' } : { color: 'colorful' as const })} />
      <span className={styles.cell}>
        <span className={styles.name}>{row.name}</span>
        <br />
        <span className={layout.muted}>{row.detail === '' ? t('kind-group') : row.detail}</span>
      </span>
    </span>
  );
}

function RolePicker({ row, people, busy, onRole }: { row: AssignmentRow; people: People; busy: boolean; onRole: (role: string) => void }) {
  const styles = useStyles();
  return (
    <Choice
      size="small"
      className={styles.role}
      label={t('people-role-of', { name: row.name })}
      value={row.role}
      shown={row.role_name}
      offers={offeredRoles(people).map((role) => ({ value: role.id, label: role.name }))}
      disabled={busy}
      onChoose={onRole}
    />
  );
}
