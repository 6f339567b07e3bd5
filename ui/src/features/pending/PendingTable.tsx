import { Button, Checkbox, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { useNow } from '../../api/app-state';
import { Card } from '../../components/card';
import { useLayout } from '../../components/layout';
import { Tag } from '../../components/status';
import type { PendingDeleteRow } from '../../generated/bridge';
import { moment } from '../../text/format';
import { say, t } from '../../text/messages';

const useStyles = makeStyles({
  // In a narrow window the table scrolls sideways by itself; the page never does.
  sideways: { overflowX: 'auto', position: 'relative' },
  table: { width: '100%', minWidth: '720px', borderCollapse: 'collapse', fontSize: '13px' },
  cell: { textAlign: 'left', padding: '6px 12px 6px 0', verticalAlign: 'middle' },
  box: { width: '32px', paddingRight: '4px' },
  row: { borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
  // As the selected row of the other tables: words keep their own colours on it.
  selected: { backgroundColor: tokens.colorNeutralBackground3, boxShadow: `inset 3px 0 0 ${tokens.colorCompoundBrandStroke}` },
  name: { fontWeight: tokens.fontWeightSemibold, overflowWrap: 'anywhere' },
  end: { textAlign: 'right', paddingRight: 0 },
});

/** Deletes that wait, or accounts that are kept: one row each, one decision for all that are selected. */
export function PendingTable({ rows, keep, busy, onDecide }: { rows: readonly PendingDeleteRow[]; /** Whether the decision is to keep, or to let wait again. */ keep: boolean; busy: boolean; onDecide: (rows: readonly PendingDeleteRow[]) => void }) {
  const styles = useStyles();
  const layout = useLayout();
  const now = useNow();
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  // By key: a list that was read again never moves the selection to somebody else.
  const selected = rows.filter((row) => keys.has(row.key));
  const all = selected.length === 0 ? false : selected.length === rows.length ? true : ('mixed' as const);
  const which = keep ? 'waiting' : 'kept';
  const toggle = (key: string) =>
    setKeys((known) => {
      const next = new Set(known);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  return (
    <Card
      title={keep ? t('pending-waiting', { count: rows.length }) : t('pending-kept', { count: rows.length })}
      end={
        <div className={layout.row}>
          <div role="status" className={layout.muted} data-testid={`pending-selected-${which}`}>
            {t('pending-selected', { count: selected.length })}
          </div>
          <Button size="small" disabledFocusable={selected.length === 0 || busy} onClick={() => onDecide(selected)} data-testid={`pending-decide-${which}`}>
            {keep ? t('pending-keep-selected') : t('pending-release-selected')}
          </Button>
        </div>
      }
      testId={`pending-${which}`}
    >
      <div className={styles.sideways}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col" className={mergeClasses(styles.cell, styles.box)}>
                <Checkbox checked={all} onChange={() => setKeys(new Set(all === true ? [] : rows.map((row) => row.key)))} aria-label={t('pending-select-all')} data-testid={`pending-all-${which}`} />
              </th>
              <th scope="col" className={styles.cell}>{t('column-name')}</th>
              <th scope="col" className={styles.cell}>{t('column-type')}</th>
              <th scope="col" className={styles.cell}>{keep ? t('column-due') : t('column-kept')}</th>
              <th scope="col" className={styles.cell}>{t('column-why')}</th>
              <th scope="col" className={mergeClasses(styles.cell, styles.end)}>
                <div className={layout.visuallyHidden}>{t('column-decide')}</div>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key} className={mergeClasses(styles.row, keys.has(row.key) && styles.selected)} data-testid={`pending-row-${row.source_id}`}>
                <td className={mergeClasses(styles.cell, styles.box)}>
                  <Checkbox checked={keys.has(row.key)} onChange={() => toggle(row.key)} aria-label={t('people-select', { name: row.name })} />
                </td>
                <th scope="row" className={styles.cell}>
                  <div className={styles.name}>{row.name}</div>
                  {row.detail === '' || row.detail === row.name ? null : <div className={layout.muted}>{row.detail}</div>}
                </th>
                <td className={styles.cell}>{row.kind === 'group' ? t('kind-group') : t('kind-user')}</td>
                <td className={styles.cell}>
                  <When row={row} {...(now === undefined ? {} : { now })} />
                </td>
                <td className={styles.cell}>
                  <div>{say(row.because)}</div>
                  <div className={layout.muted}>{t('pending-since', { time: moment(row.since, now) })}</div>
                </td>
                <td className={mergeClasses(styles.cell, styles.end)}>
                  <Button
                    size="small"
                    disabledFocusable={busy}
                    aria-label={keep ? t('pending-keep-name', { name: row.name }) : t('pending-release-name', { name: row.name })}
                    onClick={() => onDecide([row])}
                    data-testid={`pending-one-${row.source_id}`}
                  >
                    {keep ? t('pending-keep') : t('pending-release')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function When({ row, now }: { row: PendingDeleteRow; now?: string }) {
  const layout = useLayout();
  if (row.kept_by !== undefined) {
    return (
      <>
        <div>{t('pending-kept-by', { who: row.kept_by })}</div>
        {row.kept_at === undefined ? null : <div className={layout.muted} title={row.kept_at}>{moment(row.kept_at, now)}</div>}
      </>
    );
  }
  if (row.is_due) return <Tag tone="danger">{t('pending-due')}</Tag>;
  return <div title={row.due}>{moment(row.due, now)}</div>;
}
