import { DiamondDismissFilled } from '@fluentui/react-icons';
import { render, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { CycleSummary } from '../generated/bridge';
import { refusal } from './fake-host';
import { open, sent } from './render';
import { makeSummary, type World } from './world';

const overview = '#/c/c1/overview';
const asked = (host: Awaited<ReturnType<typeof open>>['host']) => sent(host, 'log').at(-1);
const needs = (id: string, place: string, last?: Partial<CycleSummary>) => (world: World) => {
  world.needs = [{ message: { id, args: { count: 19 } }, count: 19, place }];
  const [first, ...older] = world.cycles;
  if (first !== undefined && last !== undefined) world.cycles = [{ ...first, ...last }, ...older];
};

describe('what needs a person', () => {
  it('opens the failures of the cycle that it speaks of, and from there those of every cycle', async () => {
    const { host, user } = await open(overview, needs('need-failures', 'failures'));
    await user.click(await within(await screen.findByTestId('needs')).findByRole('button', { name: /19 people and groups failed/ }));
    expect(await screen.findByTestId('logs-filter-failure')).toHaveAttribute('aria-pressed', 'true');
    await waitFor(() => expect(asked(host)).toMatchObject({ results: ['failure'], run: 'run-0' }));
    await user.click(screen.getByTestId('logs-one-cycle'));
    await waitFor(() => expect(asked(host)).toMatchObject({ results: ['failure'], run: '' }));
    expect(screen.queryByTestId('logs-one-cycle')).not.toBeInTheDocument();
  });

  it.each([['need-retries', 'failures'], ['need-quarantine', 'logs']])('%s opens the failures of every cycle', async (id, place) => {
    const { host, user } = await open(overview, needs(id, place));
    await user.click(await within(await screen.findByTestId('needs')).findByRole('button', { name: /^Take me there/ }));
    await waitFor(() => expect(asked(host)).toMatchObject({ results: ['failure'], run: '' }));
  });

  it('says why a cycle failed that left nothing in the log', async () => {
    const because = { id: 'cycle-failed-wrong-tenant' };
    await open(overview, needs('need-cycle-failed', 'logs', { outcome: 'failed', failed: 0, because }));
    expect(await screen.findByTestId('needs')).toHaveTextContent('The last cycle failed. Another tenant answers than the one this connection belongs to');
    expect(within(screen.getByTestId('needs')).queryByRole('button')).not.toBeInTheDocument();
  });

  it('says it on the home page, too', async () => {
    await open('#/', (world) => {
      const [last] = world.cycles;
      if (last !== undefined) world.connections = [makeSummary({ status: 'on-with-problems', needs: [{ id: 'need-cycle-failed' }], last_cycle: { ...last, outcome: 'failed', because: { id: 'cycle-failed-storage' } } })];
    });
    expect(await screen.findByText(/The last cycle failed. Usher's files on this computer/)).toBeVisible();
  });
});

describe('what happened', () => {
  it('is a failure where nobody chose to skip, with the day where it was not today', async () => {
    await open(overview, (world) => {
      const [one] = world.log;
      if (one !== undefined) world.log = [{ ...one, action: 'skip', result: 'failure', at: '2026-11-19T10:00:00Z' }];
    });
    const row = await within(await screen.findByTestId('recent')).findByRole('row');
    expect(row).toHaveTextContent(/19/);
    expect(row).not.toHaveTextContent('Skip');
  });
});

describe('what the practice world refuses', () => {
  it('looks like an error', async () => {
    const { user } = await open(overview, undefined, (host) => {
      host.fail.practice_advance = refusal('remote', 'The practice world is gone');
    });
    await user.click(await screen.findByTestId('practice-advance'));
    const toast = (await screen.findByText('The practice world is gone')).closest('.fui-Toast');
    const sign = render(<DiamondDismissFilled />).container.querySelector('path');
    expect(toast?.querySelector('.fui-ToastTitle__media path')?.getAttribute('d')).toBe(sign?.getAttribute('d'));
  });
});
