import { render, screen } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import axe from 'axe-core';
import { App } from '../app/App';
import { fakeHost, type FakeHost } from './fake-host';
import { makeWorld, type World } from './world';

/** The whole app at an address, on a world with changed facts. */
export async function open(hash: string, change: (world: World) => void = () => undefined, prepare: (host: FakeHost) => void = () => undefined): Promise<{ host: FakeHost; user: UserEvent }> {
  const world = makeWorld();
  change(world);
  const host = fakeHost(world);
  prepare(host);
  host.install();
  window.location.hash = hash;
  render(<App />);
  await screen.findByRole('heading', { level: 1 });
  return { host, user: userEvent.setup() };
}

/** What axe finds, without Fluent's focus helpers and tooltips, which stand outside every landmark. Colours and layout are looked at in a real browser: jsdom has neither. */
export async function violations(): Promise<string[]> {
  const result = await axe.run(document.body, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    rules: { 'color-contrast': { enabled: false }, 'target-size': { enabled: false } },
  });
  return result.violations.flatMap((violation) => violation.nodes.filter((node) => !node.html.includes('data-tabster-dummy') && !node.html.includes('role="tooltip"')).map((node) => `${violation.id}: ${node.html.slice(0, 160)}`));
}

/** Requests of one command, in order. */
export const sent = (host: FakeHost, name: string): unknown[] => host.calls.filter((call) => call.name === name).map((call) => call.request);
