import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { refusal } from './fake-host';
import { open, sent, violations } from './render';
import { waits, type World } from './world';

const three = (world: World) => {
  world.pending = [waits('Priya Raman'), waits('Jonas Lindqvist', { is_due: true, due: '2026-11-20T09:00:00Z' }), waits('Noor Al-Amin')];
};

describe('pending deletes', () => {
  it('are reached from the overview, with their number, and only when there are any', async () => {
    const { user } = await open('#/c/c1/overview', three);
    await user.click(await screen.findByRole('button', { name: '3 deletes wait' }));
    expect(await screen.findByRole('heading', { level: 2, name: '3 accounts and groups will be deleted' })).toBeVisible();
    const row = screen.getByTestId('pending-row-priya.raman@example.com');
    expect(row).toHaveTextContent('The account was removed from Entra');
    expect(row).toHaveTextContent(/Dec/);
    expect(within(screen.getByTestId('pending-row-jonas.lindqvist@example.com')).getByText('Due now')).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it('say nothing on the overview when nobody waits', async () => {
    await open('#/c/c1/overview');
    expect(await screen.findByTestId('overview-people')).toBeVisible();
    expect(screen.queryByTestId('overview-pending')).not.toBeInTheDocument();
  });

  it('are kept one by one, and Undo in the toast lets them wait again', async () => {
    const { host, user } = await open('#/c/c1/pending', three);
    await user.click(await screen.findByRole('button', { name: 'Keep Priya Raman' }));
    expect(await screen.findByText('Priya Raman is kept')).toBeInTheDocument();
    expect(await screen.findByText('Kept by dana')).toBeVisible();
    await user.click(screen.getByTestId('toast-action'));
    await waitFor(() => expect(screen.queryByText('Kept by dana')).not.toBeInTheDocument());
    const key = 'user/priya.raman@example.com';
    expect(sent(host, 'pending_decide')).toEqual([
      { id: 'c1', keys: [key], keep: true },
      { id: 'c1', keys: [key], keep: false },
    ]);
  });

  it('are kept together, by keyboard, and the focus stays in the list', async () => {
    const { host, user } = await open('#/c/c1/pending', three);
    const all = await screen.findByTestId('pending-all-waiting');
    expect(screen.getByTestId('pending-decide-waiting')).toHaveAttribute('aria-disabled', 'true');
    all.focus();
    await user.keyboard(' ');
    expect(screen.getByTestId('pending-selected-waiting')).toHaveTextContent('3 selected');
    await user.click(screen.getByRole('checkbox', { name: 'Select Noor Al-Amin' }));
    expect(all).toBePartiallyChecked();
    screen.getByTestId('pending-decide-waiting').focus();
    await user.keyboard('{Enter}');
    await screen.findByRole('heading', { level: 2, name: '2 accounts and groups are kept' });
    expect(sent(host, 'pending_decide')).toEqual([{ id: 'c1', keys: ['user/priya.raman@example.com', 'user/jonas.lindqvist@example.com'], keep: true }]);
    expect(document.body).not.toHaveFocus();
  });

  it('stay as they are when the decision is refused, and can be tried again', async () => {
    const { host, user } = await open('#/c/c1/pending', three);
    host.fail.pending_decide = refusal('conflict', 'A cycle is already running. Wait until it ends.', true);
    await user.click(await screen.findByRole('button', { name: 'Keep Priya Raman' }));
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('Nothing was changed');
    expect(alert).toHaveTextContent('A cycle is already running');
    expect(screen.getByTestId('pending-row-priya.raman@example.com')).toBeVisible();
    delete host.fail.pending_decide;
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('Priya Raman is kept')).toBeInTheDocument();
  });

  it('say why nobody is there', async () => {
    await open('#/c/c1/pending');
    expect(await screen.findByRole('heading', { name: 'Nobody waits to be deleted' })).toBeVisible();
  });

  it('belong to the local runner', async () => {
    const { host } = await open('#/c/c1/pending', (world) => {
      world.view = { ...world.view, draft: { ...world.view.draft, runner: 'entra' } };
    });
    expect(await screen.findByTestId('pending-entra')).toBeVisible();
    expect(sent(host, 'pending_deletes')).toEqual([]);
  });
});
