import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { open, violations } from './render';
import { words } from './world';

const pages = [
  { at: '#/c/c1/logs', button: 'logs-export', form: 'csv', command: 'log_export', path: 'c1-log.csv' },
  { at: '#/c/c1/logs', button: 'logs-export', form: 'json', command: 'log_export', path: 'c1-log.json' },
  { at: '#/c/c1/setup/preview', button: 'preview-export', form: 'html', command: 'preview_export', path: 'c1-plan.html' },
  { at: '#/c/c1/setup/preview', button: 'preview-export', form: 'csv', command: 'preview_export', path: 'c1-plan.csv' },
] as const;

describe('export', () => {
  it.each(pages)('$at saves $form and says where', async ({ at, button, form, command, path }) => {
    const { host, user } = await open(at);
    await screen.findByTestId(button);
    expect(await violations()).toEqual([]);
    await user.click(screen.getByTestId(button));
    await user.click(await screen.findByTestId(`${button}-${form}`));
    expect(await screen.findByText(new RegExp(path))).toBeVisible();
    expect(host.calls.find((each) => each.name === command)?.request).toMatchObject({ id: 'c1', form });
  });

  it('of the log takes the filter along', async () => {
    const { host, user } = await open('#/c/c1/logs');
    await user.click(await screen.findByTestId('logs-filter-failure'));
    await user.type(screen.getByTestId('logs-search'), 'Mei');
    await user.click(screen.getByTestId('logs-export'));
    await user.click(await screen.findByTestId('logs-export-csv'));
    await screen.findByText(/c1-log.csv/);
    expect(host.calls.find((each) => each.name === 'log_export')?.request).toEqual({ id: 'c1', form: 'csv', results: ['failure'], run: '', text: 'Mei' });
  });

  it('of the log begins with who failed, when the overview led there', async () => {
    const { user } = await open('#/c/c1/overview');
    await user.click(await screen.findByRole('button', { name: /3 people couldn't be created/ }));
    expect(await screen.findByTestId('logs-filter-failure')).toHaveAttribute('aria-pressed', 'true');
    expect(screen.getByTestId('logs-filter-success')).toHaveAttribute('aria-pressed', 'false');
    expect(await violations()).toEqual([]);
  });

  it('says why nothing was saved, and tries again', async () => {
    const { host, user } = await open('#/c/c1/logs');
    host.fail.log_export = { code: 'storage', message: words('The file could not be saved: the disk is full'), retryable: false };
    await user.click(await screen.findByTestId('logs-export'));
    await user.click(await screen.findByTestId('logs-export-csv'));
    expect(await screen.findByRole('alert')).toHaveTextContent('the disk is full');
    delete host.fail.log_export;
    await user.click(screen.getByTestId('error-retry'));
    expect(await screen.findByText(/c1-log.csv/)).toBeVisible();
  });
});
