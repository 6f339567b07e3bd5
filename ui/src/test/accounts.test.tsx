import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { refusal } from './fake-host';
import { open, sent, violations } from './render';
import type { World } from './world';

const dialogOf = (role: 'dialog') => screen.findByRole(role, { hidden: true });
const card = () => screen.findByRole('region', { name: 'Accounts already at GoTo' });

describe('accounts that GoTo has already', () => {
  it('are counted on the preview, and decided about one by one or several at once', async () => {
    const { host, user } = await open('#/c/c1/setup/preview');
    expect(within(await card()).getByText(/2 accounts match people in scope.*2 to adopt, 0 left/)).toBeVisible();
    expect(within(await card()).getByText('1 account belongs to nobody in scope. Usher does not touch it.')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Decide...' }));
    const drawer = await dialogOf('dialog');
    expect(within(drawer).getByTestId('accounts-leave')).toHaveAttribute('aria-disabled', 'true');
    // Before anything is decided: a toast stands outside of every landmark while it is there.
    expect(await violations()).toEqual([]);
    await user.click(await within(drawer).findByRole('checkbox', { name: 'Select Priya Raman', hidden: true }));
    await user.click(within(drawer).getByTestId('accounts-leave'));
    await waitFor(() => expect(sent(host, 'accounts_decide')).toEqual([{ id: 'c1', decisions: [{ kind: 'user', target: 'k1', decision: 'leave' }] }]));
    await waitFor(() => expect(within(drawer).getByTestId('account-k1')).toHaveAttribute('data-becomes', 'leave'));

    // The toast takes it back to what it was: nobody had decided.
    await user.click(await screen.findByTestId('toast-action'));
    await waitFor(() => expect(sent(host, 'accounts_decide').at(-1)).toEqual({ id: 'c1', decisions: [{ kind: 'user', target: 'k1' }] }));
    await waitFor(() => expect(within(drawer).getByTestId('account-k1')).toHaveAttribute('data-becomes', 'adopt'));

    await user.click(within(drawer).getByRole('checkbox', { name: 'Select all', hidden: true }));
    await user.click(within(drawer).getByTestId('accounts-later'));
    await waitFor(() => expect(sent(host, 'accounts_decide').at(-1)).toMatchObject({ decisions: [{ target: 'k1', decision: 'later' }, { target: 'k2', decision: 'later' }] }));
    expect(await screen.findByText(/^This preview is out of date: it was worked out /)).toBeInTheDocument();
  });

  it('that nobody in scope has are shown and cannot be decided about', async () => {
    const { user } = await open('#/c/c1/setup/preview');
    await user.click(await screen.findByRole('button', { name: 'Decide...' }));
    const drawer = await dialogOf('dialog');
    await user.click(within(drawer).getByTestId('accounts-tab-nobody'));
    expect(await within(drawer).findByText('Former Contractor (inactive)')).toBeVisible();
    expect(within(drawer).queryByRole('checkbox', { hidden: true })).not.toBeInTheDocument();
    await user.type(within(drawer).getByPlaceholderText('Find an account'), 'nobody of that name');
    expect(await within(drawer).findByText('There are none.')).toBeVisible();
  });

  it('say so where a decision could not be kept', async () => {
    const { user } = await open('#/c/c1/setup/preview', () => undefined, (host) => {
      host.fail.accounts_decide = refusal('storage', 'The disk is full.');
    });
    await user.click(await screen.findByRole('button', { name: 'Decide...' }));
    const drawer = await dialogOf('dialog');
    await user.click(await within(drawer).findByRole('checkbox', { name: 'Select Lukas Brandt', hidden: true }));
    await user.click(within(drawer).getByTestId('accounts-adopt'));
    expect(await within(drawer).findByText('The disk is full.')).toBeVisible();
  });

  it.each([
    ['Microsoft Entra runs the cycles', (world: World) => (world.view.draft.runner = 'entra')],
    ['there are none', (world: World) => (world.accounts = [])],
  ])('are not shown where %s', async (_, change) => {
    const { host } = await open('#/c/c1/setup/preview', change);
    await screen.findByTestId('preview-rows');
    await waitFor(() => expect(sent(host, 'accounts').length).toBeGreaterThan(0));
    expect(screen.queryByTestId('accounts-card')).not.toBeInTheDocument();
  });
});
