import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { forgetHistory } from '../api/history';
import { difference, problemOf, renumber, reorder, sameRow, step, whyItStays } from '../features/mappings/rules';
import type { MappingRow } from '../generated/bridge';
import { open, sent, violations } from './render';

const row = (target: string, matching = 0, value = target): MappingRow => ({ target, kind: 'attribute', value, default_value: '', matching, only_during_creation: false });
const info = (name: string, filterable = true, required = false) => ({ name, value_type: 'string', filterable, required });
const shape = (rows: readonly MappingRow[]) => rows.map((each) => `${each.target}${each.matching === 0 ? '' : each.matching}`).join(' ');

describe('the rules of the table', () => {
  const rows = [row('a', 1), row('b'), row('c', 2), row('d')];

  it('moves a match in precedence and any other row in place', () => {
    expect(shape(step(rows, 2, -1))).toBe('a2 b c1 d');
    expect(shape(step(rows, 0, 1))).toBe('a2 b c1 d');
    expect(shape(step(rows, 0, -1))).toBe('a1 b c2 d');
    expect(shape(step(rows, 3, -1))).toBe('a1 b d c2');
    expect(shape(step(rows, 3, 1))).toBe('a1 b c2 d');
    expect(shape(step([row('a', 1), row('b')], 0, 1))).toBe('b a1');
    expect(shape(step([row('a', 3), row('b', 3)], 1, -1))).toBe('a2 b1');
  });

  it('numbers matches by their place after a drag', () => {
    expect(shape(renumber(reorder(rows, 2, 0)))).toBe('c1 a2 b d');
    expect(shape(reorder(rows, 1, 9))).toBe(shape(rows));
  });

  it('keeps what GoTo requires, and the last match', () => {
    const [a, b, c] = rows;
    if (a === undefined || b === undefined || c === undefined) throw new Error('there are three');
    expect(whyItStays(rows, a, info('a', true, true))).toBe('GoTo requires this attribute.');
    expect(whyItStays([a, b], a, info('a'))).toContain('the last one stays');
    expect(whyItStays(rows, a, info('a'))).toBeUndefined();
    expect(whyItStays(rows, b, undefined)).toBeUndefined();
  });

  it('says why a row cannot be applied', () => {
    expect(problemOf(row(''), rows, -1, undefined)).toBe('Choose the GoTo attribute.');
    expect(problemOf(row('x', 0, ' '), rows, -1, undefined)).toBe('Choose the source attribute.');
    expect(problemOf({ ...row('x', 0, ''), kind: 'expression' }, rows, -1, undefined)).toBe('Write the expression.');
    expect(problemOf(row('B'), rows, -1, undefined)).toContain('already filled');
    expect(problemOf(row('B'), rows, 1, undefined)).toBeUndefined();
    expect(problemOf(row('x', 3), rows, -1, info('x', false))).toContain("can't search");
  });

  it('counts how a table differs from the default one', () => {
    const then = [row('a', 1), row('b', 0, 'other'), row('e')];
    const table = (some: MappingRow[]) => ({ enabled: true, actions: { create: true, update: true, delete: false }, rows: some });
    expect(difference(table(rows), table(then))).toEqual({ changed: 1, added: 1, removed: 2 });
    expect(difference(table(rows), table(rows))).toEqual({ changed: 0, added: 0, removed: 0 });
    expect(sameRow(row('a'), { ...row('a'), default_value: 'x' })).toBe(false);
  });
});

const department = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department';
const rowsOf = (host: { world: { view: { draft: { users: { rows: MappingRow[] } } } } }) => host.world.view.draft.users.rows.map((each) => each.target.replace(/.*:/, ''));

describe('the table', () => {
  beforeEach(() => forgetHistory());

  it('is worked by keys, and what was removed comes back', async () => {
    const { host, user } = await open('#/c/c1/setup/user-attributes');
    const name = await screen.findByRole('button', { name: 'Edit the mapping of externalId' });
    await screen.findAllByText('string');
    name.focus();
    await user.keyboard('{Alt>}{ArrowDown}{/Alt}');
    await waitFor(() => expect(rowsOf(host).slice(0, 3)).toEqual(['userName', 'active', 'externalId']));
    expect(screen.getByTestId('mapping-said')).toHaveTextContent('externalId is now number 3 of 8');
    screen.getByRole('button', { name: 'Edit the mapping of externalId' }).focus();
    await user.keyboard('{Delete}');
    await waitFor(() => expect(rowsOf(host)).not.toContain('externalId'));
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(rowsOf(host)[2]).toBe('externalId'));
    await user.click(screen.getByTestId('undo'));
    await waitFor(() => expect(rowsOf(host)[1]).toBe('externalId'));
    await user.click(screen.getByTestId('redo'));
    await waitFor(() => expect(rowsOf(host)[2]).toBe('externalId'));
  });

  it('does not remove what GoTo requires, and says so', async () => {
    const { host, user } = await open('#/c/c1/setup/user-attributes');
    (await screen.findByRole('button', { name: 'Edit the mapping of userName' })).focus();
    await screen.findAllByText('string');
    await user.keyboard('{Delete}');
    expect(screen.getByTestId('mapping-said')).toHaveTextContent('userName stays. GoTo requires this attribute.');
    expect(rowsOf(host)).toContain('userName');
  });

  it('allows and forbids actions', async () => {
    const { host, user } = await open('#/c/c1/setup/user-attributes');
    await user.click(await screen.findByRole('checkbox', { name: 'Delete' }));
    await waitFor(() => expect(host.world.view.draft.users.actions).toEqual({ create: true, update: true, delete: true }));
  });
});

describe('the drawer', () => {
  beforeEach(() => forgetHistory());
  const start = async () => {
    const opened = await open('#/c/c1/setup/user-attributes', (world) => {
      const found = world.view.draft.users.rows.find((each) => each.target === department);
      if (found !== undefined) Object.assign(found, { kind: 'expression', value: 'Joi(" ", [department])' });
    });
    await opened.user.click(await screen.findByRole('button', { name: `Edit the mapping of ${department}` }));
    return opened;
  };
  const hidden = { hidden: true } as const;

  it('shows an error with the remedy, which mends it', async () => {
    const { host, user } = await start();
    const problems = await screen.findByTestId('expression-problems');
    await waitFor(() => expect(problems).toHaveTextContent('There is no function Joi; capitals count Did you mean Join?'));
    const editor = screen.getByRole('textbox', { name: 'Expression', ...hidden });
    expect(editor).toHaveAttribute('aria-multiline', 'true');
    expect(editor).toHaveAttribute('aria-invalid', 'true');
    expect(editor.getAttribute('aria-describedby')).toContain(problems.id);
    expect(editor.querySelector('.usher-problem')).toHaveTextContent('Joi');
    expect(screen.getByTestId('mapping-apply')).toHaveAttribute('aria-disabled', 'true');
    await user.click(within(problems).getByRole('button', { name: 'Change to Join', ...hidden }));
    expect(editor).toHaveTextContent('Join(" ", [department])');
    await waitFor(() => expect(problems).toHaveTextContent('Nothing wrong found'));
    await waitFor(() => expect(screen.getByTestId('result-will')).toHaveTextContent('Join(" ", [department]) of p1'));
    await waitFor(() => expect(screen.getByTestId('result-many')).toHaveTextContent('Tried on the first 100: 97 get a value, 2 stay empty, one fails'));
    expect(await violations()).toEqual([]);
    await user.click(screen.getByTestId('mapping-apply'));
    await waitFor(() => expect(host.world.view.draft.users.rows.find((each) => each.target === department)?.value).toBe('Join(" ", [department])'));
  });

  it('tries only what can be used', async () => {
    const { host } = await start();
    await waitFor(() => expect(screen.getByTestId('expression-problems')).toHaveTextContent('Joi'));
    expect(sent(host, 'mapping_try')).toEqual([]);
    expect(sent(host, 'mapping_try_many')).toEqual([]);
  });

  it('asks before a change is given up, by Cancel and by leaving', async () => {
    const { host, user } = await start();
    await user.click(await screen.findByTestId('mapping-kind-constant'));
    await user.type(screen.getByLabelText('Constant value'), 'Ops');
    await user.click(screen.getByTestId('mapping-cancel'));
    const dialog = await screen.findByTestId('drawer-discard');
    await user.click(within(dialog).getByRole('button', { name: 'Keep editing', ...hidden }));
    expect(screen.getByLabelText('Constant value')).toHaveValue('Ops');
    window.location.hash = '#/c/c1/setup/plan';
    const again = await screen.findByTestId('drawer-discard');
    expect(window.location.hash).toBe('#/c/c1/setup/user-attributes');
    await user.click(within(again).getByRole('button', { name: 'Discard the change', ...hidden }));
    await waitFor(() => expect(window.location.hash).toBe('#/c/c1/setup/plan'));
    expect(host.world.view.draft.users.rows.find((each) => each.target === department)?.kind).toBe('expression');
  });

  it('closes at once when nothing was changed', async () => {
    const { user } = await start();
    await user.click(await screen.findByTestId('mapping-cancel'));
    await waitFor(() => expect(screen.queryByTestId('mapping-drawer')).not.toBeInTheDocument());
  });
});
