import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { refusal } from './fake-host';
import { open, sent, violations } from './render';
import { mailOf, NAMES, type World } from './world';

const turnOn = '#/c/c1/setup/turn-on';
/** As the fake host calls whom a search finds first. */
const priya = `p-0-${mailOf('Priya Raman')}`;
const limited = (world: World) => {
  world.view.draft.ring = [priya];
};
const saved = (host: Parameters<typeof sent>[0]) => sent(host, 'draft_save').map((request) => (request as { draft: { ring?: string[] } }).draft.ring);

describe('who goes first', () => {
  it('is everybody at first, and nothing is read for it', async () => {
    const { host } = await open(turnOn);
    expect(await screen.findByTestId('ring-everybody')).toBeChecked();
    expect(sent(host, 'ring')).toEqual([]);
    expect(screen.queryByTestId('ring-pick')).not.toBeInTheDocument();
  });

  it('is a person who is picked; the others wait, and Undo lets everybody in again', async () => {
    const { host, user } = await open(turnOn);
    await user.click(await screen.findByRole('radio', { name: 'One person, or a few' }));
    expect(screen.getByText('Choose somebody. Until then everybody in scope gets an account.')).toBeVisible();
    await user.type(screen.getByRole('combobox', { name: 'Search a person' }), 'Priya');
    await user.click(await screen.findByTestId(`ring-option-${priya}`));
    expect(await screen.findByTestId(`ring-member-${priya}`)).toHaveTextContent('Priya Raman');
    expect(screen.getByTestId('ring-next')).toHaveTextContent('One person gets an account once this is live.');
    expect(screen.getByTestId('ring-waiting')).toHaveTextContent(`${NAMES.length - 1} people wait.`);
    expect(within(screen.getByTestId('turn-on-summary')).getByText('One person or group goes first, the others wait')).toBeVisible();
    await waitFor(() => expect(saved(host)).toEqual([[priya]]));
    // Nobody left would read as everybody.
    expect(screen.queryByTestId(`ring-remove-${priya}`)).not.toBeInTheDocument();
    expect(screen.getByRole('combobox', { name: 'Search a person' })).toHaveAttribute('aria-expanded', 'false');
    await user.click(await screen.findByTestId('toast-action'));
    await waitFor(() => expect(saved(host)).toEqual([[priya], undefined]));
    expect(screen.getByTestId('ring-everybody')).toBeChecked();
  });

  it('is a group that is picked besides, and a person can be taken out again', async () => {
    const { host, user } = await open(turnOn, limited);
    expect(await screen.findByTestId(`ring-member-${priya}`)).toBeVisible();
    expect(screen.getByTestId('ring-user')).toBeChecked();
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole('radio', { name: 'One group, or a few' }));
    await user.click(screen.getByRole('combobox', { name: 'Search a group' }));
    await user.click(await screen.findByTestId('ring-option-g9'));
    expect(await screen.findByTestId('ring-member-g9')).toHaveTextContent('3 people in scope');
    await user.click(screen.getByRole('button', { name: 'Take Priya Raman out' }));
    await waitFor(() => expect(saved(host).at(-1)).toEqual(['g9']));
  });

  it('says what to do when it cannot be counted', async () => {
    const { host, user } = await open(turnOn, limited, (fake) => {
      fake.fail.ring = refusal('unreachable', 'Entra does not answer');
    });
    expect(await screen.findByText('It could not be counted who waits.')).toBeVisible();
    delete host.fail.ring;
    await user.click(within(screen.getByTestId('ring')).getByRole('button', { name: 'Try again' }));
    expect(await screen.findByTestId('ring-next')).toBeVisible();
  });

  it('is the assignment where Microsoft Entra runs it', async () => {
    const { host } = await open(turnOn, (world) => {
      limited(world);
      world.view.draft.runner = 'entra';
    });
    expect(await screen.findByTestId('ring-entra')).toHaveTextContent('there the assignment is the ring');
    expect(sent(host, 'ring')).toEqual([]);
  });
});

describe('the overview of a connection with a ring', () => {
  it('says how many wait, and lets everybody in after it has said what follows', async () => {
    const { host, user } = await open('#/c/c1/overview', limited);
    const bar = await screen.findByTestId('ring-bar');
    expect(bar).toHaveTextContent(`${NAMES.length - 1} people wait for an account`);
    expect(bar).toHaveTextContent('New accounts are limited to Priya Raman.');
    await user.click(screen.getByTestId('ring-open'));
    const dialog = await screen.findByTestId('ring-dialog');
    expect(dialog).toHaveTextContent(`${NAMES.length - 1} people who wait get an account in GoTo.`);
    expect(dialog).toHaveTextContent('2 groups that wait are provisioned, too.');
    expect(await violations()).toEqual([]);
    await user.click(screen.getByTestId('ring-dialog-confirm'));
    await waitFor(() => expect(saved(host)).toEqual([undefined]));
    expect(location.hash).toContain('preview');
  });

  it('says nothing when everybody is let in, or when the ring is not live yet', async () => {
    const { host } = await open('#/c/c1/overview', (world) => {
      limited(world);
      world.view.not_live = [{ id: 'not-live-ring' }];
    });
    expect(await screen.findByTestId('not-live')).toHaveTextContent('Who goes first');
    expect(screen.queryByTestId('ring-bar')).not.toBeInTheDocument();
    expect(sent(host, 'ring')).toEqual([]);
  });
});
