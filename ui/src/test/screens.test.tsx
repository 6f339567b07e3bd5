import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { open, violations } from './render';
import { makeSummary, words } from './world';

const screens: readonly { at: string; heading: string }[] = [
  { at: '#/', heading: 'Connections' },
  { at: '#/new', heading: 'New connection' },
  { at: '#/c/c1/setup/sign-in', heading: 'Sign in and prerequisites' },
  { at: '#/c/c1/setup/plan', heading: 'Plan' },
  { at: '#/c/c1/setup/prepare-goto', heading: 'Prepare GoTo' },
  { at: '#/c/c1/setup/application', heading: 'Application' },
  { at: '#/c/c1/setup/people', heading: 'People' },
  { at: '#/c/c1/setup/connect', heading: 'Connect' },
  { at: '#/c/c1/setup/user-attributes', heading: 'User attributes' },
  { at: '#/c/c1/setup/group-attributes', heading: 'Group attributes' },
  { at: '#/c/c1/setup/scoping-filters', heading: 'Scoping filters' },
  { at: '#/c/c1/setup/preview', heading: 'Preview' },
  { at: '#/c/c1/setup/turn-on', heading: 'Turn on' },
  { at: '#/c/c1/overview', heading: 'Overview' },
  { at: '#/c/c1/logs', heading: 'Logs' },
  { at: '#/c/c1/pending', heading: 'Pending deletes' },
  { at: '#/c/c1/settings', heading: 'Settings' },
  { at: '#/c/c1/people', heading: 'People' },
];

describe('every screen', () => {
  it.each(screens)('$at has one main, one focused heading, a title, and nothing that axe objects to', async ({ at, heading }) => {
    await open(at);
    const title = await screen.findByRole('heading', { level: 1, name: heading });
    await waitFor(() => expect(title).toHaveFocus());
    expect(screen.getAllByRole('main')).toHaveLength(1);
    expect(document.title).toContain('Usher');
    expect(await violations()).toEqual([]);
  });

  it('says that an address leads nowhere', async () => {
    await open('#/c/c1/nonsense');
    expect(screen.getByRole('heading', { level: 1, name: 'This page does not exist' })).toBeVisible();
  });

  it('shows what went wrong, its evidence and a way to try again', async () => {
    const { host, user } = await open('#/c/c1/setup/people', (world) => {
      world.people = [];
    });
    host.fail.people = { code: 'remote', message: words('Microsoft Graph answered with an error.'), hint: words('Try again in a minute.'), retryable: true, details: [{ name: 'request-id', value: 'abc-123' }] };
    await user.keyboard('{F5}');
    expect(await screen.findByText('Microsoft Graph answered with an error.', { exact: false })).toBeInTheDocument();
    expect(screen.getByText(/request-id: abc-123/)).toBeInTheDocument();
    delete host.fail.people;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.queryByText('Microsoft Graph answered with an error.', { exact: false })).not.toBeInTheDocument());
  });

  it('says when the host is gone', async () => {
    const { host } = await open('#/');
    expect(host.calls.length).toBeGreaterThan(0);
    globalThis.fetch = () => Promise.reject(new TypeError('gone'));
    window.location.hash = '#/c/elsewhere/overview';
    expect(await screen.findByText(/can't reach Usher's own process/)).toBeVisible();
  });
});

describe('connections home', () => {
  it('leads a newcomer on when it is empty', async () => {
    await open('#/', (world) => {
      world.connections = [];
    });
    expect(await screen.findByRole('heading', { name: 'Connect Microsoft Entra to GoTo' })).toBeVisible();
  });

  it('names each status by a word', async () => {
    await open('#/', (world) => {
      world.connections = [makeSummary({ id: 'a', name: 'A', status: 'quarantined' }), makeSummary({ id: 'b', name: 'B', status: 'on-waiting' }), makeSummary({ id: 'c', name: 'C', unreadable: true })];
    });
    expect(await screen.findByText('Quarantined')).toBeVisible();
    expect(screen.getByText('On, waiting for this computer')).toBeVisible();
    expect(screen.getByText('Unreadable')).toBeVisible();
  });
});
