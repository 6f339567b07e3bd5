import { screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { forgetBulk } from '../features/people/bulk';
import type { FakeHost } from './fake-host';
import { open, sent, violations } from './render';
import { words, type World } from './world';

const PEOPLE = '#/c/c1/setup/people';

/** So many people with the role User. */
const many = (count: number) => (world: World) => {
  const [one] = world.people;
  if (one === undefined) throw new Error('nobody');
  world.people = Array.from({ length: count }, (_, n) => ({ ...one, id: `a${n}`, principal: `p${n}`, name: `Person ${n}` }));
};

const select = (name: string) => screen.findByRole('checkbox', { name: `Select ${name}` });
const dialog = () => screen.findByRole('alertdialog', { hidden: true });
const ids = (host: FakeHost) => host.world.people.map((row) => `${row.principal} ${row.role}`).sort();

beforeEach(() => forgetBulk());

describe('the selection', () => {
  it('is made with Space and with Ctrl+A, and says how many', async () => {
    const { user } = await open(PEOPLE);
    const status = await screen.findByTestId('people-selected');
    expect(status).toHaveTextContent('Nothing selected');
    expect(screen.getByTestId('people-bulk-unassign')).toHaveAttribute('aria-disabled', 'true');
    (await select('Priya Raman')).focus();
    await user.keyboard(' ');
    expect(status).toHaveTextContent('1 of 4 selected');
    expect(screen.getByRole('checkbox', { name: 'Select all shown rows' })).toBePartiallyChecked();
    expect(await violations()).toEqual([]);
    await user.keyboard('{Control>}a{/Control}');
    expect(status).toHaveAttribute('role', 'status');
    expect(status).toHaveTextContent('All 4 rows selected');
    expect(screen.getByRole('checkbox', { name: 'Select all shown rows' })).toBeChecked();
    await user.click(screen.getByTestId('people-bulk-clear'));
    expect(status).toHaveTextContent('Nothing selected');
  });

  it('is of people, not of places: a search hides some and says so, and its own Ctrl+A is about its text', async () => {
    const { user } = await open(PEOPLE);
    await user.click(await select('Tomás Varga'));
    const search = screen.getByRole('searchbox', { name: 'Find in assignments' });
    await user.type(search, 'priya');
    expect(screen.getByTestId('people-selected')).toHaveTextContent('1 of 4 selected, 1 of them not shown by the search');
    await user.keyboard('{Control>}a{/Control}');
    expect(screen.getByTestId('people-selected')).toHaveAttribute('data-count', '1');
    await user.click(screen.getByRole('checkbox', { name: 'Select all shown rows' }));
    await user.clear(search);
    expect(await select('Priya Raman')).toBeChecked();
    expect(await select('Tomás Varga')).toBeChecked();
    expect(await select('All Employees')).not.toBeChecked();
  });

  it('holds all rows of a long list, of which few exist', async () => {
    const { user } = await open(PEOPLE, many(300));
    const all = await screen.findByRole('checkbox', { name: 'Select all shown rows' });
    await user.click(all);
    expect(screen.getByTestId('people-selected')).toHaveTextContent('All 300 rows selected');
    expect(within(screen.getByTestId('people-table')).getAllByRole('row').length).toBeLessThan(80);
    (await select('Person 0')).focus();
    await user.keyboard('{ArrowDown}');
    await waitFor(async () => expect(await select('Person 1')).toHaveFocus());
  });
});

describe('unassigning the selected', () => {
  it('is asked for with Delete, names them, and is taken back with their roles', async () => {
    const { host, user } = await open(PEOPLE);
    const before = ids(host);
    await user.click(await select('Priya Raman'));
    await user.click(await select('GoTo Organizers'));
    await user.keyboard('{Delete}');
    const asked = await dialog();
    expect(asked).toHaveTextContent('Unassign 2 people and groups?');
    expect(asked).toHaveTextContent('Priya Raman');
    expect(asked).toHaveTextContent('GoTo Organizers (68 people)');
    expect(asked).toHaveTextContent('69 people fall out of scope');
    expect(await violations()).toEqual([]);
    await user.click(within(asked).getByTestId('unassign-dialog-confirm'));
    expect(await screen.findByText('2 are unassigned')).toBeVisible();
    expect(ids(host)).toEqual(['g1 r-user', 'u2 r-default']);
    await user.click(screen.getByTestId('toast-action'));
    await waitFor(() => expect(ids(host)).toEqual(before));
    expect(await screen.findByText('2 are assigned as before')).toBeVisible();
  });

  it('wants the number typed for many, and says that a role cannot be given back', async () => {
    const { host, user } = await open(PEOPLE, (world) => {
      many(7)(world);
      world.people = world.people.map((row, n) => (n === 0 ? { ...row, role: 'r-default', role_name: 'Default Access' } : row));
    });
    await user.click(await screen.findByTestId('people-select-all'));
    await user.click(screen.getByTestId('people-bulk-unassign'));
    const asked = await dialog();
    expect(asked).toHaveTextContent("This can't be undone here for all of them");
    const confirm = within(asked).getByTestId('unassign-dialog-confirm');
    expect(confirm).toBeDisabled();
    await user.type(within(asked).getByTestId('unassign-dialog-typed'), '7');
    await user.click(confirm);
    expect(await screen.findByRole('heading', { name: 'Nobody is assigned yet' })).toBeVisible();
    expect(await screen.findByText('7 are unassigned')).toBeVisible();
    expect(screen.queryByTestId('toast-action')).not.toBeInTheDocument();
    expect(sent(host, 'unassign')).toHaveLength(7);
  });

  it('says how far it is, stops when it is asked to, and goes on with the rest', async () => {
    const { host, user } = await open(PEOPLE, many(6));
    await user.click(await screen.findByTestId('people-select-all'));
    await user.click(screen.getByTestId('people-bulk-unassign'));
    const release = gate(host, 'unassign', 2);
    const asked = await dialog();
    await user.type(within(asked).getByTestId('unassign-dialog-typed'), '6');
    await user.click(within(asked).getByTestId('unassign-dialog-confirm'));
    expect(await screen.findByText('Unassigning · 2 of 6')).toBeVisible();
    expect(screen.getByTestId('people-bulk-unassign')).toHaveAttribute('aria-disabled', 'true');
    await user.click(screen.getByTestId('people-bulk-cancel'));
    expect(screen.getByTestId('people-bulk-cancel')).toHaveTextContent('Stopping after this one');
    release();
    const result = await screen.findByTestId('people-bulk-result');
    expect(result).toHaveTextContent('3 of 6 unassigned');
    expect(result).toHaveTextContent('You stopped it. What was done stays done.');
    expect(result).toHaveTextContent('3 were not tried');
    expect(await violations()).toEqual([]);
    await user.click(within(result).getByRole('button', { name: 'Go on with the other 3' }));
    expect(await screen.findByText('6 are unassigned')).toBeVisible();
    expect(sent(host, 'unassign')).toHaveLength(6);
  });
});

describe('changing the role of the selected', () => {
  it('gives the new role first, leaves alone who has it, and is taken back', async () => {
    const { host, user } = await open(PEOPLE, (world) => {
      world.people = world.people.filter((row) => row.role !== 'r-default');
    });
    const before = ids(host);
    await user.click(await screen.findByTestId('people-select-all'));
    await user.click(screen.getByTestId('people-bulk-role'));
    expect(screen.queryByRole('menuitem', { name: 'Default Access' })).not.toBeInTheDocument();
    await user.click(await screen.findByRole('menuitem', { name: 'Organizer' }));
    expect(await screen.findByText('2 have the role Organizer now')).toBeVisible();
    expect(ids(host)).toEqual(['g1 r-org', 'g2 r-org', 'u1 r-org']);
    expect(sent(host, 'assign')).toEqual([{ id: 'c1', principal: 'u1', role: 'r-org' }, { id: 'c1', principal: 'g1', role: 'r-org' }]);
    await user.click(screen.getByTestId('toast-action'));
    await waitFor(() => expect(ids(host)).toEqual(before));
  });

  it('names who failed and why, and tries again for those alone', async () => {
    const { host, user } = await open(PEOPLE, many(3));
    const mend = refuse('a1');
    await user.click(await screen.findByTestId('people-select-all'));
    await user.click(screen.getByTestId('people-bulk-role'));
    await user.click(await screen.findByRole('menuitem', { name: 'Organizer' }));
    const result = await screen.findByTestId('people-bulk-result');
    expect(result).toHaveAttribute('role', 'alert');
    expect(result).toHaveTextContent('2 of 3 roles changed');
    expect(within(result).getByTestId('people-bulk-failed-p1')).toHaveTextContent('Person 1 has both roles now: Entra is busy.');
    expect(await violations()).toEqual([]);
    mend();
    const before = sent(host, 'assign').length;
    await user.click(within(result).getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('3 have the role Organizer now')).toBeVisible();
    expect(sent(host, 'assign').slice(before)).toEqual([{ id: 'c1', principal: 'p1', role: 'r-org' }]);
    expect(screen.queryByTestId('people-bulk-result')).not.toBeInTheDocument();
  });

  it('stops at once without a network, and says who was not tried', async () => {
    const { host, user } = await open(PEOPLE, many(4));
    host.fail.assign = { code: 'unreachable', message: words("Couldn't ask Microsoft Graph."), hint: words('Check the network.'), retryable: true };
    await user.click(await screen.findByTestId('people-select-all'));
    await user.click(screen.getByTestId('people-bulk-role'));
    await user.click(await screen.findByRole('menuitem', { name: 'Organizer' }));
    const result = await screen.findByTestId('people-bulk-result');
    expect(result).toHaveTextContent('0 of 4 roles changed');
    expect(result).toHaveTextContent("Person 0: Couldn't ask Microsoft Graph. Check the network.");
    expect(result).toHaveTextContent('3 were not tried');
    expect(sent(host, 'assign')).toHaveLength(1);
    expect(await violations()).toEqual([]);
  });
});

describe('somebody who leaves the page meanwhile', () => {
  it('is told what failed, and finds it there', async () => {
    const { host, user } = await open(PEOPLE, many(3));
    refuse('a1');
    const release = gate(host, 'unassign', 1);
    await user.click(await screen.findByTestId('people-select-all'));
    await user.click(screen.getByTestId('people-bulk-unassign'));
    await user.click(within(await dialog()).getByTestId('unassign-dialog-confirm'));
    await screen.findByTestId('people-bulk-progress');
    await user.click(screen.getByTestId('footer-back'));
    await screen.findByRole('heading', { level: 1, name: 'Application' });
    release();
    expect(await screen.findByText('2 of 3 unassigned')).toBeVisible();
    await user.click(screen.getByTestId('toast-action'));
    expect(await screen.findByTestId('people-bulk-result')).toHaveTextContent('Person 1: Entra is busy.');
  });
});

describe('step 4', () => {
  it('takes back the choice of another application', async () => {
    const { host, user } = await open('#/c/c1/setup/application', (world) => {
      const [one] = world.applications;
      if (one === undefined) throw new Error('no application');
      world.applications = [{ ...one, id: 'sp-a', name: 'GoTo', selected: true }, { ...one, id: 'sp-b', name: 'GoTo – test', selected: false }];
    });
    await user.click(await screen.findByTestId('application-use-sp-b'));
    expect(await screen.findByText('GoTo – test is used now')).toBeVisible();
    await user.click(screen.getByTestId('toast-action'));
    await waitFor(() => expect(sent(host, 'application_use')).toEqual([{ id: 'c1', application: 'sp-b' }, { id: 'c1', application: 'sp-a' }]));
  });
});

describe('the time of what is shown', () => {
  it.each([
    { at: PEOPLE, list: 'people' as const, command: 'people' as const },
    { at: '#/c/c1/people', list: 'people' as const, command: 'people' as const },
    { at: '#/c/c1/setup/application', list: 'application' as const, command: 'applications' as const },
  ])('$at says when it was read, and reads again by button and F5', async ({ at, list, command }) => {
    const { host, user } = await open(at);
    expect(await screen.findByTestId(`${list}-read-at`)).toHaveTextContent(/^Read \d/);
    const before = sent(host, command).length;
    await user.click(screen.getByTestId(`${list}-refresh`));
    await waitFor(() => expect(sent(host, command)).toHaveLength(before + 1));
    await user.keyboard('{F5}');
    await waitFor(() => expect(sent(host, command)).toHaveLength(before + 2));
  });
});

/** Answers of a command wait after the first ones until they are let through. */
function gate(host: FakeHost, command: string, after: number): () => void {
  const { fetch } = globalThis;
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  globalThis.fetch = async (input, init) => {
    if (typeof input === 'string' && input.endsWith(`/${command}`) && sent(host, command).length >= after) await opened;
    return fetch(input, init);
  };
  return open;
}

/** Refuses to take one assignment away until it is mended. */
function refuse(assignment: string): () => void {
  const { fetch } = globalThis;
  globalThis.fetch = async (input, init) => {
    if (typeof init?.body === 'string' && init.body.includes(`"assignment":"${assignment}"`)) return new Response(JSON.stringify({ code: 'remote', message: words('Entra is busy.'), retryable: true }), { status: 409 });
    return fetch(input, init);
  };
  return () => {
    globalThis.fetch = fetch;
  };
}
