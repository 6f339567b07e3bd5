import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { parseHash, hashOf } from '../api/routes';
import { open, sent, violations } from './render';
import { makeSummary, type World } from './world';

/** Fluent's focus trap hides what has not got the focus yet, and in jsdom the focus may never come; in a browser it does. */
const hidden = true;
const field = () => screen.findByRole('combobox', { name: /Search or run a command|Switch to a connection/, hidden });
const options = () => screen.queryAllByRole('option', { hidden });
const option = (name: RegExp) => screen.findByRole('option', { name, hidden });
const pointed = async () => document.getElementById((await field()).getAttribute('aria-activedescendant') ?? '');
const inOperation = (world: World) => {
  world.view = { ...world.view, summary: makeSummary({ status: 'on' }) };
  world.connections = [world.view.summary, makeSummary({ id: 'c9', name: 'Pilot', tenant: 'Fabrikam', status: 'setting-up', next_step: 'plan' })];
};

describe('the command palette', () => {
  it('opens by keyboard with a field that says what it points at, and axe has no objection', async () => {
    const { user } = await open('#/c/c1/overview', inOperation);
    await user.keyboard('{Control>}k{/Control}');
    expect(await field()).toHaveAttribute('aria-expanded', 'true');
    await option(/^Overview/);
    expect(await pointed()).toHaveTextContent('Overview');
    expect((await field()).getAttribute('aria-controls')).toBe(screen.getByRole('listbox', { hidden }).id);
    expect(await violations()).toEqual([]);
  });

  it('goes through the list by arrows, Home and End, and round at its ends', async () => {
    const { user } = await open('#/c/c1/overview', inOperation);
    await user.click(screen.getByTestId('bar-palette'));
    await user.click(await field());
    await option(/^Overview/);
    await option(/^Pilot/);
    const all = options();
    await user.keyboard('{ArrowDown}');
    expect(await pointed()).toBe(all[1]);
    await user.keyboard('{Home}{ArrowUp}');
    expect(await pointed()).toBe(all.at(-1));
    await user.keyboard('{ArrowDown}');
    expect(await pointed()).toBe(all[0]);
    await user.keyboard('{End}');
    expect(await pointed()).toBe(all.at(-1));
    expect(options().filter((row) => row.getAttribute('aria-selected') === 'true')).toHaveLength(1);
  });

  it('goes to a page by its name, and shows the key that goes there too', async () => {
    const { user } = await open('#/c/c1/overview', inOperation);
    await user.keyboard('{Control>}k{/Control}');
    await option(/^Logs/);
    await user.type(await field(), 'logs');
    expect(await option(/^Logs/)).toHaveTextContent('Ctrl+3');
    await user.keyboard('{Enter}');
    expect(await screen.findByRole('heading', { level: 1, name: 'Logs' })).toHaveFocus();
    expect(screen.queryByTestId('palette')).not.toBeInTheDocument();
  });

  it('names the key that really leads there', async () => {
    const { user } = await open('#/c/c1/overview', inOperation);
    await user.keyboard('{Control>}k{/Control}');
    expect(await option(/^Scoping filters/)).toHaveTextContent('Ctrl+8');
    await user.keyboard('{Control>}8{/Control}');
    expect(await screen.findByRole('heading', { level: 1, name: 'Scoping filters' })).toBeInTheDocument();
    await waitFor(() => expect(screen.queryByTestId('palette')).not.toBeInTheDocument());
  });

  it('keeps what has to wait, says why, and does not open it', async () => {
    const { user } = await open('#/c/c1/setup/plan');
    await user.keyboard('{Control>}k{/Control}');
    const logs = await option(/^Logs/);
    expect(logs).toHaveAttribute('aria-disabled', 'true');
    expect(logs).toHaveTextContent('Opens when the set-up is done');
    await user.type(await field(), 'logs{Enter}');
    await user.click(await option(/^Logs/));
    expect(screen.getByTestId('palette')).toBeInTheDocument();
    expect(window.location.hash).toBe('#/c/c1/setup/plan');
    await user.clear(await field());
    expect(await option(/^Connect Step 6/)).toHaveTextContent('Ctrl+6');
  });

  it('says that nothing was found', async () => {
    const { user } = await open('#/');
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await field(), 'zebra');
    expect(await screen.findByTestId('palette-empty')).toHaveTextContent('Nothing found for “zebra”');
    expect(await field()).toHaveAttribute('aria-expanded', 'false');
    expect(await field()).not.toHaveAttribute('aria-activedescendant');
    expect(await violations()).toEqual([]);
  });

  it('gives the focus back where it was', async () => {
    const { user } = await open('#/');
    const help = screen.getByTestId('bar-help');
    help.focus();
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await field(), 'theme{Escape}');
    await waitFor(() => expect(screen.queryByTestId('palette')).not.toBeInTheDocument());
    expect(help).toHaveFocus();
  });

  it('limits by > to commands and by # to settings, and chooses a theme', async () => {
    const { host, user } = await open('#/c/c1/overview', inOperation);
    await user.keyboard('{Control>}k{/Control}');
    await option(/^Overview/);
    await user.type(await field(), '#');
    expect(screen.getByRole('group', { name: 'Settings', hidden })).toBeInTheDocument();
    expect(screen.queryByRole('group', { name: 'Pages', hidden })).not.toBeInTheDocument();
    await user.clear(await field());
    await user.type(await field(), '>dark');
    expect(options()).toHaveLength(1);
    await user.keyboard('{Enter}');
    await waitFor(() => expect(sent(host, 'set_theme')).toEqual([{ theme: 'dark' }]));
  });

  it('finds people by @ and tells why they are in GoTo, and from there opens their log', async () => {
    const { host, user } = await open('#/c/c1/overview', inOperation);
    await user.keyboard('{Control>}k{/Control}');
    await option(/^Overview/);
    await user.type(await field(), '@priya');
    const people = await screen.findByRole('group', { name: 'People', hidden });
    expect(await within(people).findByRole('option', { name: /Priya Raman/, hidden })).toBeInTheDocument();
    expect(sent(host, 'principals').at(-1)).toMatchObject({ id: 'c1', text: 'priya', kind: 'user' });
    await user.keyboard('{Enter}');
    expect(await screen.findByTestId('why-told')).toHaveTextContent('In GoTo');
    await user.click(screen.getByTestId('why-log'));
    expect(await screen.findByTestId('logs-search')).toHaveValue('Priya Raman');
    expect(screen.getByTestId('nav-logs')).toHaveAttribute('aria-current', 'page');
  });

  it('says why there are no people before somebody signed in', async () => {
    const { host, user } = await open('#/c/c1/setup/plan', (world) => {
      const { entra_account: _entra, ...rest } = world.view;
      world.view = rest;
    });
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await field(), '@ada');
    expect(await screen.findByTestId('palette-empty')).toHaveTextContent('Sign in to Microsoft Entra first');
    expect(sent(host, 'principals')).toEqual([]);
  });

  it('switches the connection by Ctrl+P, also when the whole palette is open', async () => {
    const { user } = await open('#/c/c1/overview', inOperation);
    await user.keyboard('{Control>}k{/Control}');
    await option(/^Overview/);
    await user.keyboard('{Control>}p{/Control}');
    await waitFor(() => expect(options().map((row) => row.textContent)).toEqual(['GoTo – Example CorpExample Corp', 'PilotFabrikam']));
    await user.type(await field(), 'fab{Enter}');
    await waitFor(() => expect(window.location.hash).toBe('#/c/c9/setup/plan'));
  });

  it('stays away while a dialog asks something, and is in the list of shortcuts', async () => {
    const { user } = await open('#/');
    await user.keyboard('{F1}');
    expect(await screen.findByText('Ctrl+P')).toBeInTheDocument();
    await user.keyboard('{Control>}k{/Control}');
    expect(screen.queryByTestId('palette')).not.toBeInTheDocument();
  });

  it('keeps what the log is searched for in the address', () => {
    const route = { page: 'logs', id: 'c1', find: 'Zoë & Åsa?', only: 'failure' } as const;
    expect(parseHash(hashOf(route))).toEqual(route);
  });
});
