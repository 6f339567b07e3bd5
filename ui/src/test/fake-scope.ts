import type { ClauseFinding, ClauseRow, FilterRow } from '../generated/bridge';
import { refusal, type Handlers } from './fake-host';
import { mailOf, NAMES, words, type World } from './world';

interface Person {
  id: string;
  name: string;
  values: Record<string, string>;
}

/** The people that filters are tried on: every third one a contractor, every fifth one in Austria. */
const everybody = NAMES.map((name, index): Person => ({
  id: mailOf(name),
  name,
  values: { employeeType: index % 3 === 2 ? 'Contractor' : 'Employee', usageLocation: index % 5 === 4 ? 'AT' : 'US', accountEnabled: 'True' },
}));

const operators = [
  { name: 'EQUALS', types: ['String', 'Integer'], unary: false, negative: false, pattern: false },
  { name: 'NOT EQUALS', types: ['String', 'Integer'], unary: false, negative: true, pattern: false },
  { name: 'IS TRUE', types: ['Boolean'], unary: true, negative: false, pattern: false },
  { name: 'IS NULL', types: ['String', 'Integer', 'Boolean'], unary: true, negative: false, pattern: false },
  { name: 'REGEX MATCH', types: ['String', 'Integer'], unary: false, negative: false, pattern: true },
];

const attributes = ['accountEnabled', 'department', 'employeeType', 'jobTitle', 'usageLocation'].map((name) => ({
  name,
  value_type: name === 'accountEnabled' ? 'Boolean' : 'String',
  values: [...new Set(everybody.flatMap((person) => person.values[name] ?? []))].map((value) => ({ value, count: everybody.filter((person) => person.values[name] === value).length })),
}));

const isKnown = (clause: ClauseRow) => attributes.some((attribute) => attribute.name === clause.attribute);

function holds(clause: ClauseRow, person: Person): boolean {
  const value = person.values[clause.attribute] ?? '';
  switch (clause.operator) {
    case 'EQUALS':
      return clause.values.includes(value);
    case 'NOT EQUALS':
      return value !== '' && !clause.values.includes(value);
    case 'IS TRUE':
      return value === 'True';
    case 'IS NULL':
      return value === '';
    default:
      return clause.values.some((pattern) => new RegExp(`^(?:${pattern})$`).test(value));
  }
}

const passing = (filters: readonly FilterRow[], person: Person) => filters.filter((filter) => filter.clauses.every((clause) => holds(clause, person)));
const isIn = (filters: readonly FilterRow[], person: Person) => filters.length === 0 || passing(filters, person).length > 0;

function findingsOf(filters: readonly FilterRow[]): ClauseFinding[] {
  return filters.flatMap((filter, at) =>
    filter.clauses.flatMap((clause, number): ClauseFinding[] => {
      const place = { filter: at, clause: number };
      if (!isKnown(clause)) return [{ ...place, part: 'attribute', result: 'fix-this', message: { id: 'clause-unknown-attribute', args: { attribute: clause.attribute } }, candidates: ['department'] }];
      const operator = operators.find((each) => each.name === clause.operator);
      if (operator === undefined) return [{ ...place, part: 'operator', result: 'fix-this', message: { id: 'clause-unknown-operator', args: { operator: clause.operator } }, candidates: [] }];
      if (!operator.unary && clause.values.length === 0) return [{ ...place, part: 'value', result: 'fix-this', message: { id: 'clause-value-count', args: { given: 'none', operator: clause.operator, attribute: clause.attribute } }, candidates: [] }];
      if (operator.negative) return [{ ...place, part: 'value', result: 'warning', message: { id: 'clause-leaves-out-empty', args: { attribute: clause.attribute } }, candidates: [] }];
      return [];
    }),
  );
}

/** The scoping part of the fake host. `world.liveFilters` is what is switched on. */
export const scopeHandlers = (world: World): Pick<Handlers, 'scope_count' | 'scope_people' | 'scope_why' | 'scope_help' | 'population' | 'population_cancel'> => ({
  scope_count: ({ filters }) => {
    const findings = findingsOf(filters);
    if (findings.some((finding) => finding.result === 'fix-this')) return { findings };
    const inside = everybody.filter((person) => isIn(filters, person));
    const live = world.liveFilters;
    const leaving = live === undefined ? [] : everybody.filter((person) => isIn(live, person) && !isIn(filters, person));
    const seen = new Set<string>();
    const counted = filters.map((filter) => {
      const found = everybody.filter((person) => passing([filter], person).length > 0);
      const more = found.filter((person) => !seen.has(person.id));
      for (const person of found) seen.add(person.id);
      return { passing: found.length, more: more.length };
    });
    return {
      findings,
      numbers: {
        considered: everybody.length,
        in_scope: inside.length,
        filters: counted,
        several: everybody.filter((person) => passing(filters, person).length > 1).length,
        undecided: 0,
        compared: live !== undefined,
        leaving: leaving.length,
        losing: leaving.length,
        joining: 0,
        accounts: live === undefined ? 0 : everybody.length,
        about: world.sampled,
        read_at: world.now,
      },
    };
  },
  scope_people: ({ filters, list, offset, limit }) => {
    const found = everybody.filter((person) => (list === 'in') === isIn(filters, person));
    const rows = found.map((person) => ({ id: person.id, name: person.name, detail: person.id, account: true, because: words('usageLocation must equal US') }));
    return { rows: rows.slice(offset, offset + limit), total: rows.length };
  },
  scope_why: ({ filters, object }) => {
    const person = everybody.find((each) => object.endsWith(each.id));
    if (person === undefined) throw refusal('not-found', 'There is no such person.');
    const inside = isIn(filters, person);
    return {
      name: person.name,
      outcome: inside ? 'in' : 'out',
      summary: inside ? words('passes') : { id: 'why-no-filter-passes' },
      path: { id: 'why-through-group', args: { group: 'All Employees' } },
      considered: true,
      filters: filters.map((filter) => ({
        title: filter.name,
        passed: passing([filter], person).length > 0,
        clauses: filter.clauses.map((clause) => ({
          attribute: clause.attribute,
          operator: clause.operator,
          wanted: clause.values.join(', '),
          passed: holds(clause, person),
          has: { id: 'why-has', args: { value: person.values[clause.attribute] ?? '' } },
        })),
      })),
      would: inside ? [] : [{ id: 'why-would', args: { attribute: 'usageLocation', operator: 'equals', value: 'US' } }],
    };
  },
  scope_help: () => ({ attributes, operators }),
  population: () => ({ reading: false, read_at: world.now }),
  population_cancel: () => ({ reading: false }),
});
