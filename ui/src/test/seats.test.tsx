import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { open, violations } from './render';
import { words, type World } from './world';

const at = '#/c/c1/setup/turn-on';

describe('seats and User Sync', () => {
  it('is one sentence while there are enough, and the rest is a button away', async () => {
    const { user } = await open(at);
    const card = await screen.findByRole('region', { name: 'Seats and User Sync' });
    expect(await within(card).findByText(/312 new people are expected, and 340 seats are free/)).toBeVisible();
    expect(within(card).getByText('Provisioning assigns no products.')).toBeVisible();
    expect(within(card).queryByRole('table')).not.toBeInTheDocument();
    await user.click(within(card).getByRole('button', { name: 'Show seats and the list of rules' }));
    const licences = within(card).getByRole('table', { name: 'Licences of Contoso' });
    expect(within(licences).getByRole('row', { name: 'GoTo Meeting Business G2M 400 60 340' })).toBeVisible();
    // Of shared seats GoTo does not say what is free: both numbers are shown, and no difference.
    expect(within(licences).getByRole('row', { name: /shared Not in force G2W, G2M 10 3 not told/ })).toBeVisible();
    const rules = within(card).getByRole('table', { name: 'User Sync rules to make' });
    expect(within(rules).getByRole('row', { name: /Sales Team 48 Choose the product/ })).toBeVisible();
    expect(within(card).getByRole('button', { name: /Open GoTo Admin/ })).toBeVisible();
    expect(await violations()).toEqual([]);
    await user.click(within(card).getByRole('button', { name: 'Hide seats and the list of rules' }));
    expect(within(card).queryByRole('table')).not.toBeInTheDocument();
  });

  it('opens by itself when seats are short, and blocks nothing', async () => {
    const { user } = await open(at, (world) => {
      world.seats = { ...world.seats, result: 'warning', summary: words('12 people would get no product.') };
    });
    const card = await screen.findByRole('region', { name: 'Seats and User Sync' });
    expect(await within(card).findByRole('table', { name: 'Licences of Contoso' })).toBeVisible();
    expect(screen.getByTestId('seats-summary')).toHaveAttribute('data-result', 'warning');
    expect(screen.getByTestId('before-seats')).toHaveTextContent('12 people would get no product.');
    await user.click(await screen.findByRole('combobox', { name: 'Person' }));
    await user.click(await screen.findByRole('option', { name: /Priya Raman/ }));
    await user.click(screen.getByRole('button', { name: 'Provision this person' }));
    await waitFor(() => expect(screen.getByTestId('trial-result')).toBeVisible());
    expect(screen.getByRole('button', { name: /Save and turn on/ })).toBeEnabled();
  });

  it('says what is missing to read them', async () => {
    await open(at, (world) => {
      world.seats = { ...world.seats, accounts: [], result: 'information', summary: words('Not known'), missing: [words('The sign-in lacks the scope identity:.')] };
    });
    expect(await screen.findByText('The sign-in lacks the scope identity:.')).toBeVisible();
    expect(screen.queryByTestId('seats-licences')).not.toBeInTheDocument();
    expect(screen.getByTestId('seats-rules')).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it('shows an error with a way to try again, and shows nothing where there are no licences', async () => {
    let known: World | undefined;
    const { host, user } = await open('#/c/c1/setup/preview', (world) => {
      known = world;
    });
    host.fail.seats = { code: 'unreachable', message: words('GoTo does not answer.'), retryable: true, details: [] };
    window.location.hash = at;
    const failed = await screen.findByText('Seats at GoTo could not be read.');
    expect(failed).toBeVisible();
    delete host.fail.seats;
    if (known !== undefined) known.seats = { ...known.seats, applies: false };
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Seats and User Sync' })).not.toBeInTheDocument());
  });
});

describe('mail to new people', () => {
  it('gives a text for the help desk that names the organization', async () => {
    const { user } = await open(at);
    const notice = await screen.findByTestId('mail-notice');
    expect(within(notice).getByText('GoTo may send mail to new people.')).toBeVisible();
    await user.click(within(notice).getByRole('button', { name: 'Copy text for the help desk' }));
    expect(await within(notice).findByText('Copied')).toBeVisible();
    const text = await navigator.clipboard.readText();
    expect(text).toContain('For the help desk: accounts at GoTo (example.com)');
    expect(text).toContain('User Sync');
    expect(text).not.toMatch(/\d{4}|\{/);
  });

  it('says nothing of GoTo where another service is set up', async () => {
    await open(at, (world) => {
      world.view = { ...world.view, draft: { ...world.view.draft, profile: 'scim' } };
      world.seats = { ...world.seats, applies: false };
    });
    await screen.findByTestId('trial');
    expect(screen.queryByTestId('mail-notice')).not.toBeInTheDocument();
  });
});
