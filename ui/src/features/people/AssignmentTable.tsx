import { Avatar, Button, Dropdown, makeStyles, Option, SearchBox, tokens } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import { useConnection } from '../../api/connection';
import { useCardStyles } from '../../components/card';
import { ErrorBar } from '../../components/errors';
import { DeleteRegular, PeopleTeamRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { ResultIcon, resultWord } from '../../components/status';
import { ConfirmDialog } from '../../components/typed-dialog';
import type { AssignmentRow, People } from '../../generated/bridge';
import { call } from '../../platform/call';
import { count } from '../../text/format';
import { say, t } from '../../text/messages';

const TEMPLATE = 'minmax(200px, 2fr) 72px 64px 180px minmax(180px, 2fr) 36px';
const ROW = 52;
/** Shorter tables are whole on the page; longer ones scroll in themselves. */
const TALL = 12;

const useStyles = makeStyles({
  bar: { display: 'flex', padding: '12px 16px' },
  search: { width: '260px' },
  line: { display: 'grid', gridTemplateColumns: TEMPLATE, columnGap: '12px', alignItems: 'center', padding: '0 16px', boxSizing: 'border-box', fontSize: '13px' },
  head: { minHeight: '36px', fontWeight: tokens.fontWeightSemibold, borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  // In a narrow window the table scrolls sideways by itself; the page never does.
  sideways: { overflowX: 'auto', position: 'relative' },
  table: { minWidth: '780px' },
  scroll: { overflowX: 'hidden', overflowY: 'auto' },
  body: { position: 'relative' },
  row: { position: 'absolute', left: 0, right: 0, top: 0, '&:not(:last-child)': { borderBottom: `1px solid ${tokens.colorNeutralStroke3}` } },
  who: { display: 'flex', alignItems: 'center', columnGap: '10px', minWidth: 0 },
  name: { fontWeight: tokens.fontWeightSemibold },
  cell: { minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  end: { textAlign: 'right', fontVariantNumeric: 'tabular-nums' },
  why: { display: 'flex', alignItems: 'center', columnGap: '8px', minWidth: 0 },
  role: { minWidth: '0', width: '100%' },
});

/** Assigned people and groups with their role. Only what is on the screen exists. */
export function AssignmentTable({ people }: { people: People }) {
  const styles = useStyles();
  const card = useCardStyles();
  const layout = useLayout();
  const { id, act } = useConnection();
  const [text, setText] = useState('');
  const [removing, setRemoving] = useState<AssignmentRow>();
  const scroll = useRef<HTMLDivElement>(null);
  const rows = people.rows.filter((row) => `${row.name} ${row.detail}`.toLowerCase().includes(text.trim().toLowerCase()));
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroll.current, estimateSize: () => ROW, overscan: 6 });
  // A role is changed by assigning anew; Entra refuses the same principal and role twice, so the new one comes first.
  const role = useMutation({
    mutationFn: ({ row, to }: { row: AssignmentRow; to: string }) =>
      act(async () => {
        await call('assign', { id, principal: row.principal, role: to });
        await call('unassign', { id, assignment: row.id });
      }),
  });
  const remove = useMutation({
    mutationFn: (row: AssignmentRow) => act(() => call('unassign', { id, assignment: row.id })),
    onSuccess: () => setRemoving(undefined),
  });
  return (
    <div className={card.card}>
      <div className={styles.bar}>
        <SearchBox className={styles.search} value={text} onChange={(_, data) => setText(data.value)} placeholder={t('people-find')} aria-label={t('people-find')} data-search />
      </div>
      {role.isError ? <ErrorBar error={role.error} /> : null}
      <div className={styles.sideways}>
        <div role="table" className={styles.table} aria-label={t('people-table')} aria-rowcount={rows.length + 1} data-testid="people-table">
          <div role="rowgroup">
            <div role="row" aria-rowindex={1} className={`${styles.line} ${styles.head}`}>
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
                  <div key={row.id} role="row" aria-rowindex={item.index + 2} className={`${styles.line} ${styles.row}`} style={{ height: ROW, transform: `translateY(${item.start}px)` }} data-testid={`person-${row.principal}`}>
                    <Name row={row} />
                    <span role="cell">{row.kind === 'group' ? t('kind-group') : t('kind-user')}</span>
                    <span role="cell" className={styles.end}>{row.kind === 'group' ? count(row.people) : '1'}</span>
                    <span role="cell">
                      <RolePicker row={row} people={people} busy={role.isPending} onRole={(to) => role.mutate({ row, to })} />
                    </span>
                    <span role="cell" className={styles.why} data-provisioned={row.provisioned}>
                      <ResultIcon result={row.provisioned ? 'passed' : 'fix-this'} />
                      <span className={styles.cell} title={say(row.because)}>
                        {`${row.provisioned ? t('yes') : t('no')}, ${say(row.because)}`}
                      </span>
                      <span className={layout.visuallyHidden}>{resultWord(row.provisioned ? 'passed' : 'fix-this')}</span>
                    </span>
                    <span role="cell">
                      <Button size="small" appearance="subtle" icon={<DeleteRegular />} aria-label={t('people-remove-name', { name: row.name })} onClick={() => setRemoving(row)} data-testid={`person-remove-${row.principal}`} />
                    </span>
                  </div>
                );
              })}
            </div>
          </div>
        </div>
      </div>
      <ConfirmDialog
        open={removing !== undefined}
        title={t('people-remove-title', { name: removing?.name ?? '' })}
        confirm={t('people-remove-confirm')}
        busy={remove.isPending}
        error={remove.error ?? undefined}
        onConfirm={() => (removing === undefined ? undefined : remove.mutate(removing))}
        onClose={() => setRemoving(undefined)}
        testId="unassign-dialog"
      >
        <p className={layout.plain}>{removing?.kind === 'group' ? t('people-remove-group', { count: removing.people }) : t('people-remove-body')}</p>
      </ConfirmDialog>
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
  // Default Access is not offered when there is any other role.
  const usable = people.roles.filter((role) => !role.default_access);
  const offered = usable.length > 0 ? usable : people.roles;
  return (
    <Dropdown
      size="small"
      className={styles.role}
      aria-label={t('people-role-of', { name: row.name })}
      value={row.role_name}
      selectedOptions={[row.role]}
      disabled={busy}
      onOptionSelect={(_, data) => (data.optionValue === undefined || data.optionValue === row.role ? undefined : onRole(data.optionValue))}
    >
      {offered.map((role) => (
        <Option key={role.id} value={role.id}>
          {role.name}
        </Option>
      ))}
    </Dropdown>
  );
}
