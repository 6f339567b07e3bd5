import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { open, sent, violations } from './render';
import type { World } from './world';

const turnOn = '#/c/c1/setup/turn-on';
const unasked = (world: World) => {
  delete world.view.draft.other_writers;
};
const saved = (host: Parameters<typeof sent>[0]) => sent(host, 'draft_save').map((request) => (request as { draft: { other_writers?: string } }).draft.other_writers);

describe('other services that write', () => {
  it.each(['none', 'accepted'])('hold the switch back until a person answers: %s', async (answer) => {
    const { host, user } = await open(turnOn, unasked);
    const before = await screen.findByTestId('turn-on-before');
    expect(await within(before).findByText('Say whether another service writes people.')).toBeVisible();
    expect(screen.getByTestId('writers-none')).not.toBeChecked();
    expect(screen.getByTestId('writers-accepted')).not.toBeChecked();
    // Switching on without the trial is not offered either.
    expect(screen.queryByTestId('turn-on-without-trial')).not.toBeInTheDocument();
    await user.click(screen.getByTestId(`writers-${answer}`));
    await waitFor(() => expect(saved(host)).toEqual([answer]));
    expect(await within(before).findByText('Every step before this one is ready', undefined, { timeout: 3000 })).toBeVisible();
    expect(screen.getByTestId('turn-on-without-trial')).toBeVisible();
    expect(screen.getByTestId(`writers-${answer}`)).toBeChecked();
  });

  it('are warned of, aloud, when they are accepted', async () => {
    const { user } = await open(turnOn);
    const card = await screen.findByRole('region', { name: 'Other services' });
    expect(within(card).getByRole('status')).toBeEmptyDOMElement();
    await user.click(within(card).getByRole('radio', { name: 'Yes, and I accept that both write' }));
    expect(await within(card).findByTestId('writers-note')).toBeVisible();
    expect(within(card).getByRole('status')).toHaveTextContent('Expect changes that come back.');
    expect(await violations()).toEqual([]);
    await user.click(within(card).getByRole('radio', { name: 'No, only Usher' }));
    expect(within(card).queryByTestId('writers-note')).not.toBeInTheDocument();
  });

  it('are answered by keyboard', async () => {
    const { host, user } = await open(turnOn, unasked);
    const card = await screen.findByRole('radiogroup', { name: 'Other services' });
    within(card).getByRole('radio', { name: 'No, only Usher' }).focus();
    await user.keyboard(' ');
    await waitFor(() => expect(saved(host)).toEqual(['none']));
  });

  it('are asked about where Microsoft Entra runs it, too', async () => {
    await open(turnOn, (world) => {
      unasked(world);
      world.view.draft.runner = 'entra';
    });
    expect(await screen.findByTestId('writers-none')).toBeEnabled();
  });
});
