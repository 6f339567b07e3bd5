import type { AttributeInfo, MappingRow, MappingTable } from '../../generated/bridge';
import { t } from '../../text/messages';
import { shortTarget } from './words';

/** Attribute names of SCIM do not mind capitals (RFC 7643 section 2.1). */
export const sameTarget = (left: string, right: string): boolean => left.trim().toLowerCase() === right.trim().toLowerCase();

export const sameRow = (left: MappingRow, right: MappingRow): boolean =>
  left.target === right.target && left.kind === right.kind && left.value === right.value && left.default_value === right.default_value && left.matching === right.matching && left.only_during_creation === right.only_during_creation;

/** Why a row cannot be taken away; undefined where it can. */
export function whyItStays(rows: readonly MappingRow[], row: MappingRow, target: AttributeInfo | undefined): string | undefined {
  if (target?.required === true) return t('mapping-required');
  if (row.matching > 0 && !rows.some((other) => other !== row && other.matching > 0)) return t('mapping-last-match');
  return undefined;
}

/** Why a row cannot be applied as it is; undefined where it can. What the checker says comes on top. */
export function problemOf(row: MappingRow, rows: readonly MappingRow[], index: number, target: AttributeInfo | undefined): string | undefined {
  if (row.target.trim() === '') return t('mapping-needs-target');
  if (row.kind === 'attribute' && row.value.trim() === '') return t('mapping-needs-source');
  if (row.kind === 'expression' && row.value.trim() === '') return t('mapping-needs-expression');
  if (rows.some((other, at) => at !== index && sameTarget(other.target, row.target))) return t('mapping-twice', { target: shortTarget(row.target) });
  if (row.matching > 0 && target?.filterable === false) return t('mapping-match-not-offered', { target: shortTarget(row.target) });
  return undefined;
}

/** Moves a row to another place. */
export function reorder(rows: readonly MappingRow[], from: number, to: number): MappingRow[] {
  const moved = rows[from];
  if (moved === undefined || to < 0 || to >= rows.length) return [...rows];
  const rest = rows.filter((_, at) => at !== from);
  return [...rest.slice(0, to), moved, ...rest.slice(to)];
}

/** Numbers the matches in the order of the rows: what is dragged up is tried earlier. */
export function renumber(rows: readonly MappingRow[]): MappingRow[] {
  let next = 0;
  return rows.map((row) => {
    if (row.matching === 0) return row;
    next += 1;
    return { ...row, matching: next };
  });
}

/** One step up or down: a match changes its precedence with the neighbour that is tried before or after it, any other row its place. */
export function step(rows: readonly MappingRow[], at: number, by: -1 | 1): MappingRow[] {
  const row = rows[at];
  if (row === undefined) return [...rows];
  const matches = rows.filter((each) => each.matching > 0).sort((left, right) => left.matching - right.matching);
  const place = matches.indexOf(row);
  if (place < 0) return reorder(rows, at, at + by);
  const neighbour = matches[place + by];
  // A match without a neighbour in this direction moves like every other row.
  if (neighbour === undefined) return matches.length === 1 ? reorder(rows, at, at + by) : [...rows];
  // Two equal numbers have no order to change: then all are numbered anew first.
  if (neighbour.matching === row.matching) {
    const anew = rows.map((each) => ({ ...each, matching: each.matching === 0 ? 0 : matches.indexOf(each) + 1 }));
    return step(anew, at, by);
  }
  return rows.map((each) => (each === row ? { ...each, matching: neighbour.matching } : each === neighbour ? { ...each, matching: row.matching } : each));
}

export interface Difference {
  changed: number;
  added: number;
  removed: number;
}

/** How one table differs from another, in rows. */
export function difference(now: MappingTable, then: MappingTable): Difference {
  const find = (rows: readonly MappingRow[], row: MappingRow) => rows.find((each) => sameTarget(each.target, row.target));
  const kept = then.rows.filter((row) => find(now.rows, row) !== undefined);
  return {
    changed: kept.filter((row) => {
      const before = find(now.rows, row);
      return before !== undefined && !sameRow(before, row);
    }).length,
    added: then.rows.length - kept.length,
    removed: now.rows.filter((row) => find(then.rows, row) === undefined).length,
  };
}
