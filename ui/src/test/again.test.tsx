import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { open } from './render';
import type { World } from './world';

const off = (world: World) => {
  world.on = false;
  world.view = { ...world.view, live_revision: 7, summary: { ...world.view.summary, status: 'off' } };
};

describe('switching on again', () => {
  it('speaks of what ran before, and says that it is still off', async () => {
    await open('#/c/c1/setup/turn-on', off);
    expect(await screen.findByRole('button', { name: /Save and switch back on/ })).toBeVisible();
    expect(screen.getByText('On once you save')).toBeVisible();
    expect(within(screen.getByTestId('turn-on-summary')).getByText('Next cycle')).toBeVisible();
  });

  it('leads to the step that is missing, beside the button that waits for it', async () => {
    const { user } = await open('#/c/c1/setup/turn-on', (world) => {
      off(world);
      world.ways = [{ id: 'in-the-way-preview' }];
    });
    const [first] = await screen.findAllByTestId('way-preview');
    if (first === undefined) throw new Error('nothing there');
    expect(first).toHaveTextContent('Run the preview of the current settings in step 10');
    await user.click(first);
    expect(await screen.findByRole('heading', { level: 1, name: 'Preview' })).toBeVisible();
  });
});

describe('people of one name', () => {
  it('are told apart where their access is taken away', async () => {
    const { user } = await open('#/c/c1/setup/preview', (world) => {
      const plan = world.preview.plan;
      world.planRows = world.planRows.filter((row) => row.action === 'disable').map((row) => ({ ...row, name: 'Alex Kim' }));
      if (plan !== undefined) world.preview = { ...world.preview, plan: { ...plan, guards: [{ message: { id: 'guard-x' }, approvable: true, count: 2, limit: 1 }] } };
    });
    await user.click(await screen.findByTestId('guard-allow'));
    expect(await screen.findByText('Alex Kim (lukas.brandt@example.com), Alex Kim (farid.haddad@example.com)')).toBeInTheDocument();
  });

  it('have their id where no user name is known', async () => {
    await open('#/c/c1/setup/preview', (world) => {
      world.planRows = world.planRows.filter((row) => row.action === 'skip').map((row) => ({ ...row, detail: '', source: `id-of-${row.name}` }));
    });
    expect(await screen.findByText('id-of-Tomás Varga')).toBeVisible();
  });
});
