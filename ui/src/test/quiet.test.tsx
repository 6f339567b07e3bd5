import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { open, violations } from './render';
import type { World } from './world';

const overview = '#/c/c1/overview';
const hours = { hours: 'Mon-Fri 08:00-18:00', zone: 'Europe/Berlin' };
const quiet = (world: World) => {
  world.on = true;
  world.quiet = { ...hours, until: '2026-11-20T17:00:00Z', until_local: '18:00' };
};

describe('quiet hours', () => {
  it('say until when, with the instant behind', async () => {
    await open(overview, quiet);
    const until = await screen.findByText('Quiet until 18:00 Europe/Berlin');
    expect(until.tagName).toBe('TIME');
    expect(until).toHaveAttribute('datetime', '2026-11-20T17:00:00Z');
    expect(until).toHaveAttribute('title', '2026-11-20T17:00:00Z');
    expect(screen.getByTestId('overview-run')).not.toHaveAttribute('aria-disabled', 'true');
    expect(await violations()).toEqual([]);
  });

  it('hold the first cycle too, and it says so', async () => {
    await open(overview, (world) => {
      quiet(world);
      world.cycles = [];
    });
    expect(await screen.findByText('The first cycle starts when quiet hours end; later ones come every 40 minutes.')).toBeVisible();
    expect(screen.getByTestId('overview-quiet')).toBeVisible();
  });

  it('are not spoken of while a cycle runs, outside them, or when provisioning is off', async () => {
    for (const change of [
      (world: World) => { world.running = true; },
      (world: World) => { world.quiet = hours; },
      (world: World) => { world.on = false; },
    ]) {
      const { host } = await open(overview, (world) => {
        quiet(world);
        change(world);
      });
      await screen.findByTestId('overview-people');
      expect(screen.queryByTestId('overview-quiet')).not.toBeInTheDocument();
      expect(host.calls.some((call) => call.name === 'status')).toBe(true);
      document.body.replaceChildren();
    }
  });

  it('stand in the settings beside the interval', async () => {
    await open('#/c/c1/settings', quiet);
    expect(await screen.findByText('Mon-Fri 08:00-18:00 Europe/Berlin')).toBeVisible();
  });

  it('are none by default', async () => {
    await open('#/c/c1/settings');
    expect(await screen.findByText('None: cycles begin at any hour.')).toBeVisible();
  });
});
