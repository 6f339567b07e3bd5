import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { open } from './render';

const where = async () => {
  const summary = await screen.findByTestId('turn-on-summary');
  return within(summary).getByText('To').nextElementSibling;
};

describe('the summary before the switch says where people go', () => {
  it('by the name of the organization', async () => {
    await open('#/c/c1/setup/turn-on');
    expect(await where()).toHaveTextContent(/^example\.com$/);
  });

  it('by who authorized it, where neither organization nor domain is known', async () => {
    await open('#/c/c1/setup/turn-on', ({ view }) => {
      view.goto_account = { user_name: 'dana.okafor@example.com', display_name: '', organization: '', since: '2026-11-21T10:31:00Z', scopes: [] };
      view.draft.domain = { ...view.draft.domain, name: '' };
    });
    expect(await where()).toHaveTextContent(/^dana\.okafor@example\.com$/);
  });
});
