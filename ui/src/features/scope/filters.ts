import type { ClauseFinding, ClauseRow, Draft, FilterAttribute, FilterOperator, FilterRow, ScopeHelp } from '../../generated/bridge';
import type { Slice } from '../../api/history';
import { t } from '../../text/messages';

export type TableName = 'users' | 'groups';
export type Filters = readonly FilterRow[];

/** The part of the draft that each tab edits. */
export const slices: Record<TableName, Slice<Filters>> = {
  users: { get: (draft) => draft.user_filters, put: (draft: Draft, value) => ({ ...draft, user_filters: [...value] }) },
  groups: { get: (draft) => draft.group_filters, put: (draft: Draft, value) => ({ ...draft, group_filters: [...value] }) },
};

export const emptyClause: ClauseRow = { attribute: '', operator: 'EQUALS', values: [] };

/** By what people know a filter: its title, else its number. */
export const titleOf = (filter: FilterRow | undefined, at: number): string => {
  const name = filter?.name.trim() ?? '';
  return name === '' ? t('scope-filter-n', { n: at + 1 }) : name;
};

const replaced = <T>(list: readonly T[], at: number, change: (value: T) => T): T[] => list.map((value, index) => (index === at ? change(value) : value));
const without = <T>(list: readonly T[], at: number): T[] => list.filter((_, index) => index !== at);
const inserted = <T>(list: readonly T[], at: number, value: T): T[] => [...list.slice(0, at), value, ...list.slice(at)];

export const addFilter = (filters: Filters): Filters => [...filters, { name: titleOf(undefined, filters.length), clauses: [emptyClause] }];
export const insertFilter = (filters: Filters, at: number, filter: FilterRow): Filters => inserted(filters, at, filter);
export const removeFilter = (filters: Filters, at: number): Filters => without(filters, at);
export const rename = (filters: Filters, at: number, name: string): Filters => replaced(filters, at, (filter) => ({ ...filter, name }));
export const duplicate = (filters: Filters, at: number): Filters => {
  const filter = filters[at];
  return filter === undefined ? filters : inserted(filters, at + 1, { ...filter, name: t('scope-copy-of', { title: titleOf(filter, at) }) });
};
export const move = (filters: Filters, at: number, by: 1 | -1): Filters => {
  const filter = filters[at];
  return filter === undefined || filters[at + by] === undefined ? filters : inserted(without(filters, at), at + by, filter);
};

const inFilter = (filters: Filters, at: number, change: (clauses: readonly ClauseRow[]) => ClauseRow[]): Filters => replaced(filters, at, (filter) => ({ ...filter, clauses: change(filter.clauses) }));
export const addClause = (filters: Filters, at: number): Filters => inFilter(filters, at, (clauses) => [...clauses, emptyClause]);
export const insertClause = (filters: Filters, at: number, clause: number, row: ClauseRow): Filters => inFilter(filters, at, (clauses) => inserted(clauses, clause, row));
export const removeClause = (filters: Filters, at: number, clause: number): Filters => inFilter(filters, at, (clauses) => without(clauses, clause));
export const setClause = (filters: Filters, at: number, clause: number, row: ClauseRow): Filters => inFilter(filters, at, (clauses) => replaced(clauses, clause, () => row));

/** Capitals do not count in an operator's name: exports differ in them. */
export const operatorOf = (help: ScopeHelp | undefined, name: string): FilterOperator | undefined => help?.operators.find((operator) => operator.name.toLowerCase() === name.trim().toLowerCase());

export const attributeOf = (help: ScopeHelp | undefined, name: string): FilterAttribute | undefined => help?.attributes.find((attribute) => attribute.name === name);

/** The operators that work on an attribute; all of them where its type is not known. */
export function operatorsFor(help: ScopeHelp | undefined, name: string): readonly FilterOperator[] {
  const type = attributeOf(help, name)?.value_type ?? '';
  return (help?.operators ?? []).filter((operator) => type === '' || operator.types.includes(type));
}

/** Another attribute keeps the operator where it fits, else it gets the first one that does. */
export function withAttribute(help: ScopeHelp | undefined, clause: ClauseRow, attribute: string): ClauseRow {
  const fitting = operatorsFor(help, attribute);
  const fits = fitting.length === 0 || fitting.some((operator) => operator === operatorOf(help, clause.operator));
  return fits ? { ...clause, attribute } : withOperator(help, { ...clause, attribute }, fitting[0]?.name ?? clause.operator);
}

/** An operator that stands alone has no value. */
export function withOperator(help: ScopeHelp | undefined, clause: ClauseRow, operator: string): ClauseRow {
  return { ...clause, operator, values: operatorOf(help, operator)?.unary === true ? [] : clause.values };
}

/** The parts of a list that somebody pasted: "A; B; C". */
export function listIn(value: string): string[] {
  const parts = value.split(';').map((part) => part.trim()).filter((part) => part !== '');
  return parts.length > 1 ? parts : [];
}

/** A pattern that matches exactly these texts. */
export const patternOf = (parts: readonly string[]): string => `^(${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})$`;

/** What is wrong with one part of a clause, the worst first. */
export function findingFor(findings: readonly ClauseFinding[], filter: number, clause: number, part: string): ClauseFinding | undefined {
  const found = findings.filter((finding) => finding.filter === filter && finding.clause === clause && finding.part === part);
  return found.find((finding) => finding.result === 'fix-this') ?? found[0];
}

/** A clause that is being written: its gaps are seen, and nobody has to be told of them. */
export const isUnfinished = (help: ScopeHelp | undefined, clause: ClauseRow): boolean => clause.attribute.trim() === '' || (clause.values.length === 0 && operatorOf(help, clause.operator)?.unary === false);
