import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { open, sent, violations } from './render';
import { words, type World } from './world';

const withServer = (world: World) => {
  world.view = { ...world.view, draft: { ...world.view.draft, mail_server: { server: 'smtp.example.com', port: 587, security: 'starttls', user: 'usher', from: 'usher@example.com' } } };
};

describe('failure notices by mail', () => {
  it('take only what can be used into the draft', async () => {
    const { host, user } = await open('#/c/c1/settings');
    await user.type(await screen.findByTestId('settings-mail-server'), 'smtp.example.com:587');
    expect(screen.getByText(/name of a server alone/)).toBeVisible();
    await user.clear(screen.getByTestId('settings-mail-server'));
    await user.type(screen.getByTestId('settings-mail-server'), 'smtp.example.com');
    expect(screen.getByText('Enter the address that the mail comes from.')).toBeVisible();
    expect(screen.queryByTestId('settings-mail-test')).not.toBeInTheDocument();
    await user.type(screen.getByTestId('settings-mail-from'), 'usher@example.com');
    expect(await screen.findByTestId('settings-mail-test')).toBeEnabled();
    await waitFor(() => expect(host.world.view.draft.mail_server).toEqual({ server: 'smtp.example.com', port: 587, security: 'starttls', user: '', from: 'usher@example.com' }));
    expect(await violations()).toEqual([]);
    await user.click(screen.getByTestId('settings-mail-security'));
    await user.click(await screen.findByRole('option', { name: 'TLS' }));
    await waitFor(() => expect(host.world.view.draft.mail_server).toMatchObject({ security: 'tls', port: 465 }));
    await user.click(screen.getByTestId('settings-mail-security'));
    await user.click(await screen.findByRole('option', { name: /None/ }));
    expect(screen.getByText(/unprotected to this computer only/)).toBeVisible();
    await waitFor(() => expect(host.world.view.draft.mail_server.security).toBe('tls'));
  });

  it('send the password once and keep it nowhere', async () => {
    const { host, user } = await open('#/c/c1/settings', withServer);
    await user.type(await screen.findByTestId('settings-mail-password'), 'canary-mail');
    await user.click(screen.getByTestId('settings-mail-password-store'));
    expect(screen.getByTestId('settings-mail-password')).toHaveValue('');
    expect(await screen.findByText('A secret is stored. Enter another one to replace it.')).toBeVisible();
    expect(sent(host, 'mail_password_store')).toEqual([{ id: 'c1', password: 'canary-mail' }]);
    expect(JSON.stringify(sent(host, 'draft_save'))).not.toContain('canary-mail');
    expect(document.body.innerHTML).not.toContain('canary-mail');
  });

  it('say what the server answered, and why it did not', async () => {
    const { host, user } = await open('#/c/c1/settings', withServer);
    await user.click(await screen.findByTestId('settings-mail-test'));
    expect(await screen.findByText(/The server answered: 250 2.0.0 OK/)).toBeVisible();
    host.fail.mail_test = { code: 'sign-in', message: words('smtp.example.com did not accept the user name and password'), hint: words('Check the user name.'), retryable: false };
    await user.click(screen.getByTestId('settings-mail-test'));
    expect(await screen.findByText(/did not accept the user name/)).toBeVisible();
    expect(await violations()).toEqual([]);
  });

  it('show what could not be sent, and that nobody is told', async () => {
    await open('#/c/c1/settings', (world) => {
      withServer(world);
      world.view = { ...world.view, draft: { ...world.view.draft, notice_email: [] } };
      world.notices = { ...world.notices, waiting: [words('A cycle failed')], last: { at: world.now, problem: words('No mail server answers at smtp.example.com:587') } };
    });
    expect(await screen.findByTestId('settings-mail-waiting')).toHaveTextContent(/One notice could not be sent yet.*No mail server answers at smtp.example.com:587. Usher tries again after the next cycle./);
    expect(screen.getByText('Nobody is written to yet.')).toBeVisible();
    expect(screen.getByText('Enter an address in step 6 first.')).toBeVisible();
  });

  it('are left to Microsoft where it runs the connection', async () => {
    await open('#/c/c1/settings', (world) => {
      world.view = { ...world.view, draft: { ...world.view.draft, runner: 'entra' } };
    });
    expect(await screen.findByText(/sends its notices itself/)).toBeVisible();
    expect(screen.queryByTestId('settings-mail-server')).not.toBeInTheDocument();
  });
});

describe('step 6 asks who hears of failures', () => {
  it('keeps what is wrong in the field, and what was saved in the draft', async () => {
    const { host, user } = await open('#/c/c1/setup/connect');
    const field = await screen.findByTestId('connect-notice-email');
    await user.type(field, '; somebody');
    expect(within(screen.getByTestId('connect-notices')).getByText('somebody is not an email address.')).toBeVisible();
    await user.click(screen.getByTestId('footer-next'));
    expect(field).toHaveValue('identity-team@example.com; somebody');
    expect(sent(host, 'draft_save')).toEqual([]);
    await user.type(field, '@example.com');
    await waitFor(() => expect(host.world.view.draft.notice_email).toEqual(['identity-team@example.com', 'somebody@example.com']));
    await user.click(screen.getByTestId('footer-next'));
    expect(await screen.findByRole('heading', { level: 1, name: 'User attributes' })).toBeVisible();
  });

  it('refuses to write to nobody', async () => {
    const { host, user } = await open('#/c/c1/setup/connect', (world) => {
      world.view = { ...world.view, draft: { ...world.view.draft, notice_email: [], notice_on_failure: false } };
    });
    const box = await screen.findByTestId('connect-notice-failure');
    await user.click(box);
    expect(screen.getAllByText('Enter an address, or do not send an email notification.')[0]).toBeVisible();
    expect(screen.getByTestId('footer-next')).toHaveAttribute('aria-disabled', 'true');
    await user.click(box);
    expect(screen.getByTestId('footer-next')).not.toHaveAttribute('aria-disabled', 'true');
    expect(host.world.view.draft.notice_on_failure).toBe(false);
  });
});

describe('without a mail server it is said that nothing is sent', () => {
  it('in step 6, with the way to enter one', async () => {
    const { user } = await open('#/c/c1/setup/connect');
    expect(await screen.findByTestId('no-mail-server')).toHaveTextContent('Nothing is sent by mail until a mail server is entered under Settings.');
    await user.click(screen.getByTestId('no-mail-server-open'));
    expect(await screen.findByText('Nothing is sent by mail to identity-team@example.com until you enter a mail server.')).toBeVisible();
  });

  it('in the summary of the last step, which leads there', async () => {
    const { user } = await open('#/c/c1/setup/turn-on');
    expect(await screen.findByTestId('turn-on-summary')).toHaveTextContent('Nothing is sent by mail to identity-team@example.com until');
    await user.click(screen.getByRole('button', { name: 'Change If it fails in Settings' }));
    expect(await screen.findByTestId('settings-mail-server')).toBeVisible();
  });

  it('nowhere else', async () => {
    await open('#/c/c1/setup/connect', withServer);
    expect(await screen.findByTestId('connect-notice-email')).toBeVisible();
    expect(screen.queryByTestId('no-mail-server')).not.toBeInTheDocument();
  });
});
