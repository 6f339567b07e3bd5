import { useCallback, useMemo, useState } from 'react';
import type { AssignmentRow } from '../../generated/bridge';

export interface Selection {
  /** In the order of the list; also those that the search hides. */
  rows: readonly AssignmentRow[];
  hidden: number;
  has: (row: AssignmentRow) => boolean;
  toggle: (row: AssignmentRow) => void;
  /** All rows that the search shows, or none of them. */
  all: boolean | 'mixed';
  selectAll: () => void;
  toggleAll: () => void;
  clear: () => void;
}

/** Which rows are selected: by id, so that sorting, searching and reading again never move the selection to somebody else. */
export function useSelection(rows: readonly AssignmentRow[], shown: readonly AssignmentRow[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const selected = useMemo(() => rows.filter((row) => ids.has(row.id)), [rows, ids]);
  const seen = shown.filter((row) => ids.has(row.id)).length;
  const all = seen === 0 ? false : seen === shown.length ? true : ('mixed' as const);
  const selectAll = useCallback(() => setIds((known) => new Set([...known, ...shown.map((row) => row.id)])), [shown]);
  return {
    rows: selected,
    hidden: selected.length - seen,
    has: (row) => ids.has(row.id),
    toggle: (row) =>
      setIds((known) => {
        const next = new Set(known);
        if (!next.delete(row.id)) next.add(row.id);
        return next;
      }),
    all,
    selectAll,
    toggleAll: () => {
      if (all === true) setIds((known) => new Set([...known].filter((id) => !shown.some((row) => row.id === id))));
      else selectAll();
    },
    clear: () => setIds(new Set()),
  };
}
