import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Commands } from '../generated/bridge';
import type { FakeHost } from './fake-host';
import { open, violations } from './render';
import { makeSummary, words } from './world';

/** What each screen asks for on arrival. */
const asks: readonly { at: string; command: keyof Commands }[] = [
  { at: '#/', command: 'connections' },
  { at: '#/c/c1/setup/plan', command: 'plan_facts' },
  { at: '#/c/c1/setup/application', command: 'applications' },
  { at: '#/c/c1/setup/people', command: 'people' },
  { at: '#/c/c1/setup/user-attributes', command: 'mapping_help' },
  { at: '#/c/c1/setup/group-attributes', command: 'mapping_help' },
  { at: '#/c/c1/setup/scoping-filters', command: 'scope_count' },
  { at: '#/c/c1/setup/preview', command: 'preview' },
  { at: '#/c/c1/overview', command: 'status' },
  { at: '#/c/c1/logs', command: 'log' },
  { at: '#/c/c1/pending', command: 'pending_deletes' },
  { at: '#/c/c1/settings', command: 'connection' },
  { at: '#/c/c1/setup/sign-in', command: 'client_guide' },
];

function first<T>(rows: readonly T[]): T {
  const [one] = rows;
  if (one === undefined) throw new Error('nothing there');
  return one;
}

const failing = (command: keyof Commands, error: NonNullable<FakeHost['fail'][keyof Commands]>) => (host: FakeHost) => {
  host.fail[command] = error;
};

describe('while something has not arrived', () => {
  it.each(asks.filter(({ command }) => !['plan_facts', 'mapping_help', 'client_guide', 'scope_count'].includes(command)))('$at shows the shape of what $command brings', async ({ at, command }) => {
    await open(at, undefined, (host) => host.hold.add(command));
    expect(await screen.findByTestId('loading')).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it.each([
    { at: '#/c/c1/setup/plan', command: 'plan_facts' as const, there: 'Who is in scope?' },
    { at: '#/c/c1/setup/user-attributes', command: 'mapping_help' as const, there: '8 mappings' },
    { at: '#/c/c1/setup/connect', command: 'client_guide' as const, there: 'GoTo authorization' },
  ])('$at works without $command', async ({ at, command, there }) => {
    await open(at, undefined, (host) => host.hold.add(command));
    expect(await screen.findByRole('heading', { name: there })).toBeVisible();
  });
});

describe('without a network', () => {
  it.each(asks)('$at says what $command could not reach, and what to do', async ({ at, command }) => {
    const offline = { code: 'unreachable' as const, message: words("Couldn't ask Microsoft Graph"), hint: words("Check this computer's network and proxy settings, then try again."), retryable: true };
    const { host, user } = await open(at, undefined, failing(command, offline));
    if (command === 'client_guide') {
      // The part of the page says so itself; everything else is there.
      expect(await screen.findByText(/This part could not be loaded/)).toBeVisible();
      return;
    }
    const alert = first(await screen.findAllByRole('alert'));
    expect(alert).toHaveTextContent("Couldn't ask Microsoft Graph");
    expect(alert).toHaveTextContent('network and proxy settings');
    expect(await violations()).toEqual([]);
    host.fail = {};
    await user.click(within(alert).getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.queryByText(/Couldn't ask Microsoft Graph/)).not.toBeInTheDocument());
  });
});

describe('when a sign-in has ended', () => {
  it.each(asks.filter(({ command }) => ['applications', 'people', 'status', 'plan_facts', 'scope_count', 'preview', 'log'].includes(command)))('$at leads to the sign-in', async ({ at, command }) => {
    const ended = { code: 'sign-in' as const, message: { id: 'error-entra-sign-in' }, hint: { id: 'error-entra-sign-in-remedy' }, retryable: false };
    const { user } = await open(at, undefined, failing(command, ended));
    const alert = first(await screen.findAllByRole('alert'));
    expect(alert).toHaveTextContent('Sign in again; your draft is safe.');
    await user.click(within(alert).getByRole('button', { name: 'Sign in' }));
    expect(await screen.findByRole('heading', { level: 1, name: 'Sign in and prerequisites' })).toHaveFocus();
  });
});

describe('without permission', () => {
  it.each(asks.filter(({ command }) => ['applications', 'people', 'status', 'plan_facts', 'scope_count', 'preview'].includes(command)))('$at says whose permission is missing', async ({ at, command }) => {
    const forbidden = { code: 'forbidden' as const, message: { id: 'error-entra-forbidden' }, hint: { id: 'error-entra-forbidden-remedy' }, retryable: false };
    await open(at, undefined, failing(command, forbidden));
    const alert = first(await screen.findAllByRole('alert'));
    expect(alert).toHaveTextContent('may not do this in Microsoft Entra');
    expect(alert).toHaveTextContent('approved permissions in step 1');
  });
});

describe('with a hundred thousand rows', () => {
  const many = 100_000;

  it('the log builds what can be seen, and says how much there is', async () => {
    await open('#/c/c1/logs', (world) => {
      const one = first(world.log);
      world.log = Array.from({ length: many }, (_, n) => ({ ...one, id: `e${n}`, name: `Person ${n}` }));
    });
    const grid = await screen.findByRole('grid');
    await waitFor(() => expect(grid).toHaveAttribute('aria-rowcount', String(many + 1)));
    expect(within(grid).getAllByRole('row').length).toBeLessThan(80);
    expect(screen.getByText('100,000 entries')).toBeVisible();
  });

  it('the preview builds what can be seen', async () => {
    await open('#/c/c1/setup/preview', (world) => {
      const one = first(world.planRows);
      world.planRows = Array.from({ length: many }, (_, n) => ({ ...one, key: `r${n}`, name: `Person ${n}` }));
    });
    const grid = await screen.findByRole('grid');
    await waitFor(() => expect(grid).toHaveAttribute('aria-rowcount', String(many + 1)));
    expect(within(grid).getAllByRole('row').length).toBeLessThan(80);
  });

  it('the assigned people too', async () => {
    await open('#/c/c1/setup/people', (world) => {
      const one = first(world.people);
      world.people = Array.from({ length: 10_000 }, (_, n) => ({ ...one, id: `a${n}`, principal: `p${n}`, name: `Person ${n}` }));
    });
    const table = await screen.findByRole('table', { name: /ssign/ });
    expect(table).toHaveAttribute('aria-rowcount', '10001');
    expect(within(table).getAllByRole('row').length).toBeLessThan(80);
  });
});

describe('names of every kind', () => {
  const names = ['محمد عبد الرحمن', 'Wolfeschlegelsteinhausenbergerdorff '.repeat(4).trim(), '山田 太郎', "O'Brien <b>", '=HYPERLINK("x")'];

  it('stand in the table as they are', async () => {
    await open('#/c/c1/setup/people', (world) => {
      const one = first(world.people);
      world.people = names.map((name, n) => ({ ...one, id: `a${n}`, principal: `p${n}`, name }));
    });
    for (const name of names) expect(await screen.findByText(name)).toBeVisible();
    expect(await violations()).toEqual([]);
  });
});

describe('when Microsoft Entra runs it', () => {
  const entra = [
    { at: '#/c/c1/setup/plan', says: 'Microsoft Entra runs it' },
    { at: '#/c/c1/setup/connect', says: /terminal/ },
    { at: '#/c/c1/setup/turn-on', says: /terminal/ },
    { at: '#/c/c1/overview', says: /Microsoft Entra runs it/ },
    { at: '#/c/c1/settings', says: 'Set by Microsoft, about every 40 minutes.' },
  ];
  it.each(entra)('$at says so', async ({ at, says }) => {
    await open(at, (world) => {
      world.view = { ...world.view, draft: { ...world.view.draft, runner: 'entra' }, summary: { ...world.view.summary, runner: 'entra' } };
    });
    expect((await screen.findAllByText(says, { exact: false }))[0]).toBeVisible();
    expect(await violations()).toEqual([]);
  });
});

describe('when there is nothing yet', () => {
  it('the application step opens the gallery by itself', async () => {
    await open('#/c/c1/setup/application', (world) => {
      world.applications = [];
      world.view = { ...world.view, draft: { ...world.view.draft, application: '' } };
    });
    expect(await screen.findByRole('button', { name: 'Add application' })).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it('the log says so', async () => {
    await open('#/c/c1/logs', (world) => {
      world.log = [];
    });
    expect(await screen.findByRole('heading', { name: 'No entries yet' })).toBeVisible();
  });

  it('the overview says when the first cycle comes', async () => {
    await open('#/c/c1/overview', (world) => {
      world.cycles = [];
      world.log = [];
      world.needs = [];
      world.on = true;
      world.running = false;
    });
    expect(await screen.findByText(/The first cycle starts within a few minutes/)).toBeVisible();
    expect(await violations()).toEqual([]);
  });
});

describe('when a part is missing', () => {
  it('the overview shows the rest', async () => {
    await open('#/c/c1/overview', undefined, failing('log', { code: 'remote', message: words('The log could not be read.'), retryable: true }));
    expect(await screen.findByText(/The log could not be read/)).toBeVisible();
    expect(screen.getByRole('switch', { name: 'Provisioning' })).toBeVisible();
    expect(screen.getByTestId('cycle')).toBeVisible();
  });

  it('the home page keeps one connection that cannot be read from hiding the others', async () => {
    await open('#/', (world) => {
      const long = 'GoTo – '.padEnd(100, 'Wolfeschlegelsteinhausenbergerdorff ');
      world.connections = [makeSummary({ id: 'c', name: 'C', unreadable: true }), ...Array.from({ length: 40 }, (_, n) => makeSummary({ id: `c${n}`, name: n === 0 ? long : `GoTo ${n}` }))];
    });
    expect(await screen.findByText("This connection's file can't be read", { exact: false })).toBeVisible();
    expect(screen.getAllByRole('article')).toHaveLength(41);
  });
});
