import { screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { refusal } from './fake-host';
import { open, sent } from './render';
import { words, type World } from './world';

const preview = '#/c/c1/preview';
const failure = refusal('unreachable', "GoTo can't be reached", true);

/** A preview from before the cycle that a guard stopped. */
const stopped = (world: World) => {
  const [last, ...older] = world.cycles;
  world.view = { ...world.view, live_revision: 7 };
  if (last !== undefined) world.cycles = [{ ...last, outcome: 'stopped-by-guard', ended: '2026-11-21T10:41:50Z' }, ...older];
  world.preview = { ...world.preview, state: 'stale' };
};

describe('a preview that is older than the cycle that a guard stopped', () => {
  it('is worked out anew at once', async () => {
    const { host } = await open(preview, stopped, (host) => host.hold.add('preview_start'));
    await waitFor(() => expect(sent(host, 'preview_start')).toHaveLength(1));
    expect(await screen.findByText('Working it out')).toBeVisible();
    expect(screen.queryByTestId('preview-count-create')).not.toBeInTheDocument();
    expect(screen.queryByTestId('preview-stale')).not.toBeInTheDocument();
  });

  it('is not shown when it cannot be worked out, and not tried for ever', async () => {
    const { host } = await open(preview, stopped, (host) => {
      host.fail.preview_start = failure;
    });
    expect(await screen.findByText("GoTo can't be reached")).toBeVisible();
    expect(screen.queryByTestId('preview-count-create')).not.toBeInTheDocument();
    expect(sent(host, 'preview_start')).toHaveLength(1);
  });

  it('stays when it was made after that cycle', async () => {
    const { host } = await open(preview, (world) => {
      stopped(world);
      const [last, ...older] = world.cycles;
      if (last !== undefined) world.cycles = [{ ...last, ended: '2026-11-21T10:40:00Z' }, ...older];
      world.preview = { ...world.preview, state: 'ready' };
    });
    expect(await screen.findByTestId('preview-count-create')).toBeVisible();
    expect(sent(host, 'preview_start')).toEqual([]);
  });
});

describe('a preview that could not be worked out', () => {
  it('stands alone: what is known of the one before would say the opposite', async () => {
    await open('#/c/c1/setup/preview', (world) => {
      world.reports.preview = { step: 'preview', state: 'done', checked_at: world.now, findings: [{ id: 'preview', result: 'passed', title: words('The preview is ready: 9 create, 81 update'), evidence: [] }] };
      world.preview = { state: 'failed', error: failure };
    });
    expect(await screen.findByText(/The preview could not be worked out/)).toBeVisible();
    expect(screen.queryByText(/The preview is ready/)).not.toBeInTheDocument();
  });
});
