import { useConnection } from '../../api/connection';
import { useLayout } from '../../components/layout';
import { ConfirmDialog } from '../../components/typed-dialog';
import type { AssignmentRow, People } from '../../generated/bridge';
import { t } from '../../text/messages';
import { restorable } from './bulk';

/** Up to here each is named; more are counted, and the count is typed. */
export const FEW = 5;

/** Asks before people lose their assignment: whom it affects, and what it means in GoTo. */
export function UnassignDialog({ rows, people, onConfirm, onClose }: { rows: readonly AssignmentRow[]; people: People; onConfirm: () => void; onClose: () => void }) {
  const layout = useLayout();
  const { tools } = useConnection();
  const [first] = rows;
  const many = rows.length > FEW;
  const title = rows.length === 1 ? t('people-remove-title', { name: first?.name ?? '' }) : t('people-bulk-remove-title', { count: rows.length });
  return (
    <ConfirmDialog
      open={rows.length > 0}
      title={title}
      confirm={rows.length === 1 ? t('people-remove-confirm') : t('people-bulk-remove-confirm', { count: rows.length })}
      onConfirm={onConfirm}
      onClose={onClose}
      {...(many ? { type: { label: t('people-bulk-remove-type', { count: String(rows.length) }), expected: String(rows.length) } } : {})}
      testId="unassign-dialog"
    >
      {rows.length > 1 && !many ? (
        <ul className={layout.plain}>
          {rows.map((row) => (
            <li key={row.id}>{row.kind === 'group' ? t('people-bulk-group', { name: row.name, count: row.people }) : row.name}</li>
          ))}
        </ul>
      ) : null}
      <p className={layout.plain}>{tools.draft.assigned_only ? effect(rows) : t('people-bulk-remove-stays')}</p>
      {restorable(rows, people) ? null : <p className={layout.plain}>{t('people-bulk-remove-for-good')}</p>}
    </ConfirmDialog>
  );
}

function effect(rows: readonly AssignmentRow[]): string {
  const [first] = rows;
  if (rows.length === 1 && first?.kind !== 'group') return t('people-remove-body');
  // A member of two groups counts twice here, and may be assigned otherwise.
  return t('people-remove-group', { count: rows.reduce((sum, row) => sum + (row.kind === 'group' ? row.people : 1), 0) });
}
