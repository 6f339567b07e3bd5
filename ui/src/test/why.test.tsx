import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { open, sent, violations } from './render';
import { makeSummary, words, type World } from './world';

const inOperation = (world: World) => {
  world.view = { ...world.view, summary: makeSummary({ status: 'on' }) };
};

describe('why somebody is in GoTo, or not', () => {
  it('is asked of an assigned person, told in steps, and nothing is sent', async () => {
    const { host, user } = await open('#/c/c1/people', inOperation);
    await user.click(await screen.findByTestId('person-why-u2'));
    const told = await screen.findByTestId('why-told');
    expect(told).toHaveAttribute('data-state', 'out');
    expect(told).toHaveTextContent('Not in GoTo');
    expect(told).toHaveTextContent('The role Default Access does not entitle to provisioning');
    expect(within(told).getByTestId('story-match')).toHaveTextContent('No GoTo account belongs to this person');
    expect(told).toHaveTextContent('Nothing has been sent.');
    expect(sent(host, 'why_person')).toEqual([{ id: 'c1', person: 'u2' }]);
    expect(await violations()).toEqual([]);
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByTestId('why-told')).not.toBeInTheDocument());
  });

  it('is asked from a line of the log, as it is now', async () => {
    const { host, user } = await open('#/c/c1/logs', inOperation);
    await user.click((await screen.findAllByText('Priya Raman'))[0] as HTMLElement);
    await user.click(await screen.findByTestId('logs-why'));
    expect(await screen.findByTestId('why-told')).toHaveAttribute('data-state', 'in');
    expect(sent(host, 'why_person')).toHaveLength(1);
  });

  it('is asked from a row of the preview', async () => {
    const { user } = await open('#/c/c1/preview', (world) => {
      inOperation(world);
      world.preview = { ...world.preview, state: 'ready' };
    });
    await user.click((await screen.findAllByText('Priya Raman'))[0] as HTMLElement);
    await user.click(await screen.findByTestId('preview-why'));
    expect(await screen.findByTestId('why-told')).toHaveAttribute('data-state', 'in');
  });

  it('is asked of anybody of the tenant in the overview', async () => {
    const { user } = await open('#/c/c1/overview', inOperation);
    await user.type(await screen.findByTestId('why-pick'), 'tom');
    await user.click(await screen.findByRole('option', { name: /Tomás Varga/ }));
    expect(await screen.findByTestId('why-told')).toHaveTextContent('Not in GoTo');
  });

  it('says what went wrong and tries again', async () => {
    const { host, user } = await open('#/c/c1/people', inOperation);
    host.fail.why_person = { code: 'remote', message: words('There is no network.'), retryable: true };
    await user.click(await screen.findByTestId('person-why-u1'));
    expect(await screen.findByText('There is no network.', { exact: false })).toBeInTheDocument();
    delete host.fail.why_person;
    await user.click(screen.getByRole('button', { name: 'Try again', hidden: true }));
    expect(await screen.findByTestId('why-told')).toHaveAttribute('data-state', 'in');
  });

  it('asks once of the address that the palette leads to', async () => {
    const { user } = await open('#/c/c1/overview/u1?find=Priya%20Raman', inOperation);
    expect(await screen.findByRole('heading', { name: 'Why Priya Raman is in GoTo, or not' })).toBeInTheDocument();
    await screen.findByTestId('why-told');
    await user.keyboard('{Escape}');
    await waitFor(() => expect(window.location.hash).toBe('#/c/c1/overview'));
  });
});

describe('a running cycle', () => {
  it('shows how far it is, how fast, and how long it takes, and can be stopped', async () => {
    const { host, user } = await open('#/c/c1/overview', (world) => {
      inOperation(world);
      world.running = true;
    });
    expect(await screen.findByTestId('progress')).toHaveTextContent('852 of 1,286');
    expect(screen.getByTestId('progress-pace')).toHaveTextContent('8 requests in the last second, 10 at most');
    await user.click(screen.getByTestId('cycle-cancel'));
    await waitFor(() => expect(sent(host, 'run_cancel')).toEqual([{ id: 'c1' }]));
    await waitFor(() => expect(screen.queryByTestId('progress')).not.toBeInTheDocument());
  });
});
