import { screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { refusal } from './fake-host';
import { open, sent } from './render';

/** Fluent's focus trap hides what has not got the focus yet, and in jsdom the focus may never come; in a browser it does. */
const dialogOf = (role: 'dialog' | 'alertdialog') => screen.findByRole(role, { hidden: true });

describe('the draft', () => {
  it('is saved by itself with the revision that was edited', async () => {
    const { host, user } = await open('#/c/c1/setup/plan');
    await user.click(await screen.findByRole('checkbox', { name: 'Delete people and groups' }));
    await waitFor(() => expect(sent(host, 'draft_save')).toHaveLength(1));
    expect(sent(host, 'draft_save')[0]).toMatchObject({ id: 'c1', revision: 7, draft: { guards: { delete: true } } });
  });

  it('says when somebody saved in between, and reloads on request', async () => {
    const { host, user } = await open('#/c/c1/setup/plan');
    const box = await screen.findByRole('checkbox', { name: 'Delete people and groups' });
    host.world.view = { ...host.world.view, revision: 9 };
    await user.click(box);
    await user.click(await screen.findByRole('button', { name: 'Reload' }));
    await waitFor(() => expect(screen.queryByText(/changed somewhere else/)).not.toBeInTheDocument());
    expect(box).not.toBeChecked();
  });

  it('keeps what is outside the limits out of the draft', async () => {
    const { host, user } = await open('#/c/c1/setup/plan');
    const field = await screen.findByRole('spinbutton', { name: 'People, at most' });
    await user.clear(field);
    await user.type(field, '0{Tab}');
    expect(await screen.findByText('Choose a number from 1 to 10,000.')).toBeVisible();
    expect(host.world.view.draft.guards.people_count).toBe(10);
  });
});

describe('step 1', () => {
  const signedOut = '#/c/c1/setup/sign-in';

  it('fills in the practice registration, waits for the browser and comes back', async () => {
    const { host, user } = await open(signedOut, (world) => {
      const { entra_account: _entra, ...rest } = world.view;
      world.view = { ...rest, draft: { ...rest.draft, entra_client_id: '' } };
    });
    await user.click(await screen.findByRole('button', { name: 'Fill in the practice registration' }));
    await waitFor(() => expect(screen.getByLabelText('Application (client) ID')).toHaveValue('6f0c1c52-0b5e-4c6f-9a55-2f9c0d7aa91e'));
    await user.click(screen.getByRole('button', { name: 'Sign in with your browser' }));
    expect(await screen.findByText('Finish in your browser. Usher is waiting.')).toBeVisible();
    await waitFor(() => expect(sent(host, 'sign_in_wait')).toHaveLength(1));
    host.finishSignIn();
    expect(await screen.findByText('Signed in')).toBeVisible();
  });

  it('is quiet about a sign-in that the person gave up', async () => {
    const { host, user } = await open(signedOut);
    await user.click(await screen.findByRole('button', { name: 'Switch account' }));
    await waitFor(() => expect(sent(host, 'sign_in_wait')).toHaveLength(1));
    await user.click(await screen.findByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByText('Finish in your browser. Usher is waiting.')).not.toBeInTheDocument());
    expect(sent(host, 'sign_in_cancel')).toEqual([{ attempt: 'att-1' }]);
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });
});

describe('step 5', () => {
  it('assigns with the chosen role, and never offers Default Access', async () => {
    const { host, user } = await open('#/c/c1/setup/people');
    await user.click(await screen.findByRole('button', { name: 'Add users and groups' }));
    await user.click(await screen.findByRole('button', { name: 'Assign Amara Nwosu', hidden: true }));
    await waitFor(() => expect(sent(host, 'assign')).toHaveLength(1));
    expect(sent(host, 'assign')[0]).toMatchObject({ id: 'c1', role: 'r-user' });
    await user.click(screen.getByRole('combobox', { name: /^Role: /, hidden: true }));
    expect(screen.queryByRole('option', { name: 'Default Access' })).not.toBeInTheDocument();
  });

  it('asks before it unassigns a group', async () => {
    const { host, user } = await open('#/c/c1/setup/people');
    await user.click(await screen.findByRole('button', { name: 'Unassign All Employees' }));
    const dialog = await dialogOf('alertdialog');
    expect(within(dialog).getByText(/1,240 people fall out of scope/)).toBeVisible();
    expect(sent(host, 'unassign')).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: 'Unassign', hidden: true }));
    await waitFor(() => expect(sent(host, 'unassign')).toEqual([{ id: 'c1', assignment: 'a2' }]));
  });
});

describe('step 6', () => {
  it('sends the secret once and keeps it nowhere', async () => {
    const { host, user } = await open('#/c/c1/setup/connect');
    await user.click(await screen.findByRole('button', { name: 'Show' }));
    const field = await screen.findByLabelText('Client secret');
    await user.type(field, 'canary-5e3c');
    await user.click(screen.getByRole('button', { name: 'Replace' }));
    await waitFor(() => expect(sent(host, 'goto_secret_store')).toEqual([{ id: 'c1', secret: 'canary-5e3c' }]));
    expect(field).toHaveValue('');
    expect(document.documentElement.outerHTML).not.toContain('canary-5e3c');
    expect(JSON.stringify(host.calls.filter((call) => call.name !== 'goto_secret_store'))).not.toContain('canary-5e3c');
  });

  it('shows the rows of a failed test with the diagnosis and its remedy', async () => {
    const { user } = await open('#/c/c1/setup/connect', (world) => {
      world.testPasses = false;
    });
    await user.click(await screen.findByRole('button', { name: 'Test connection' }));
    const diagnosis = await screen.findByRole('region', { name: 'Your GoTo admin role is read-only' });
    expect(within(diagnosis).getByRole('button', { name: 'Authorize again' })).toBeVisible();
    expect(screen.getByTestId('test-write')).toHaveAttribute('data-result', 'not-tried');
  });
});

describe('steps 7 and 8', () => {
  it('changes a source through the drawer, and marks the table as reviewed by going on', async () => {
    const { host, user } = await open('#/c/c1/setup/user-attributes');
    await user.click(await screen.findByRole('button', { name: 'Edit the mapping of name.givenName' }));
    await user.click(await screen.findByTestId('mapping-kind-constant'));
    await user.type(screen.getByLabelText('Constant value'), 'Ada');
    await user.click(screen.getByRole('button', { name: 'Apply', hidden: true }));
    await user.click(await screen.findByRole('button', { name: /Next: Group attributes/ }));
    await waitFor(() => expect(host.world.view.draft.users_reviewed).toBe(true));
    expect(host.world.view.draft.users.rows.find((row) => row.target === 'name.givenName')).toMatchObject({ kind: 'constant', value: 'Ada' });
  });

  it('opens an expression in the editor and lets the last match stay', async () => {
    const { user } = await open('#/c/c1/setup/user-attributes');
    await user.click(await screen.findByRole('button', { name: 'Edit the mapping of active' }));
    expect(await screen.findByTestId('expression-editor')).toHaveTextContent('Switch([IsSoftDeleted]');
    await user.click(screen.getByTestId('mapping-cancel'));
    await user.click(await screen.findByRole('button', { name: 'Edit the mapping of userName' }));
    expect(await screen.findByRole('checkbox', { name: 'Use this attribute to match', hidden: true })).toBeDisabled();
  });
});

describe('step 10', () => {
  const guarded = (world: Parameters<NonNullable<Parameters<typeof open>[1]>>[0]) => {
    if (world.preview.plan !== undefined) world.preview.plan.guards = [{ message: { id: 'guard-people-losing-access', args: { count: 2, limit: 1 } }, count: 2, limit: 1, approvable: true }];
  };

  it('allows exactly one plan, by the number of people who lose access', async () => {
    const { host, user } = await open('#/c/c1/setup/preview', guarded);
    await user.click(await screen.findByRole('button', { name: 'Allow once...' }));
    const dialog = await dialogOf('alertdialog');
    expect(await within(dialog).findByText(/Lukas Brandt \(lukas.brandt@example.com\), Farid Haddad \(/)).toBeVisible();
    const confirm = within(dialog).getByRole('button', { name: 'Allow for 2 people', hidden: true });
    expect(confirm).toBeDisabled();
    await user.type(within(dialog).getByLabelText('Type 2 to confirm'), '2');
    await user.click(confirm);
    await waitFor(() => expect(sent(host, 'preview_approve')).toEqual([{ id: 'c1', hash: 'h1', typed_count: 2 }]));
    expect(await screen.findByText('Allowed once by you.')).toBeVisible();
  });

  it('filters by action and shows a row with its reason', async () => {
    const { host, user } = await open('#/c/c1/setup/preview');
    await user.click(await screen.findByRole('button', { name: 'Disable 2, filter' }));
    await waitFor(() => expect(sent(host, 'preview_rows').at(-1)).toMatchObject({ actions: ['disable'] }));
    await waitFor(() => expect(screen.queryByText('Amara Nwosu')).not.toBeInTheDocument());
    await user.click(await screen.findByText('Lukas Brandt'));
    const drawer = await dialogOf('dialog');
    expect(within(drawer).getByText('Not assigned to the application')).toBeVisible();
    expect(within(drawer).getByText('Nothing has been sent to GoTo.')).toBeVisible();
  });

  it('says when the preview is older than the last change', async () => {
    await open('#/c/c1/setup/preview', (world) => {
      world.preview = { ...world.preview, state: 'stale' };
    });
    expect(await screen.findByText(/^This preview is out of date: it was worked out /)).toBeVisible();
  });
});

describe('step 11', () => {
  const trial = async (user: Awaited<ReturnType<typeof open>>['user']) => {
    await user.click(await screen.findByRole('combobox', { name: 'Person' }));
    await user.click(await screen.findByRole('option', { name: /Priya Raman/ }));
    await user.click(screen.getByRole('button', { name: 'Provision this person' }));
  };

  it('turns on after one person was provisioned, with the revision that was looked over', async () => {
    const { host, user } = await open('#/c/c1/setup/turn-on');
    await trial(user);
    await waitFor(() => expect(screen.getByTestId('trial-result')).toHaveAttribute('data-result', 'success'));
    await user.click(screen.getByRole('button', { name: /Save and turn on/ }));
    await waitFor(() => expect(sent(host, 'turn_on')).toEqual([{ id: 'c1', revision: 7, without_trial: false }]));
    expect(await screen.findByRole('heading', { name: 'Provisioning is on' })).toHaveFocus();
  });

  it('opens what happened when the trial failed, and stays gated', async () => {
    const { host, user } = await open('#/c/c1/setup/turn-on', (world) => {
      world.trialFails = true;
    });
    await trial(user);
    const drawer = await dialogOf('dialog');
    expect(within(drawer).getByText('GoTo refused the account')).toBeVisible();
    await user.click(within(drawer).getByRole('button', { name: 'Close', hidden: true }));
    await user.click(await screen.findByRole('button', { name: /Save and turn on/ }));
    expect(sent(host, 'turn_on')).toEqual([]);
  });

  it('says what is not saved when turning on fails', async () => {
    const { host, user } = await open('#/c/c1/setup/turn-on');
    await trial(user);
    await waitFor(() => expect(screen.getByTestId('trial-result')).toBeVisible());
    host.fail.turn_on = refusal('stale', 'The plan is out of date.');
    await user.click(screen.getByRole('button', { name: /Save and turn on/ }));
    expect(await screen.findByText('Provisioning was not turned on.')).toBeVisible();
  });
});

describe('operation', () => {
  it('says first what stays when it is switched off', async () => {
    const { host, user } = await open('#/c/c1/overview');
    await user.click(await screen.findByRole('switch', { name: 'Provisioning' }));
    const dialog = await dialogOf('alertdialog');
    await user.click(within(dialog).getByRole('button', { name: 'Switch off', hidden: true }));
    await waitFor(() => expect(sent(host, 'turn_off')).toHaveLength(1));
    expect(await screen.findByText(/1,283 people keep their GoTo accounts/)).toBeVisible();
  });

  it('removes a connection only by its typed name', async () => {
    const { host, user } = await open('#/');
    await user.click(await screen.findByRole('button', { name: 'More for GoTo – Example Corp' }));
    await user.click(await screen.findByRole('menuitem', { name: 'Remove from this computer' }));
    const dialog = await dialogOf('alertdialog');
    const confirm = within(dialog).getByRole('button', { name: 'Remove connection', hidden: true });
    expect(confirm).toBeDisabled();
    await user.type(within(dialog).getByLabelText(/Type the name/), 'GoTo – Example Corp');
    await user.click(confirm);
    await waitFor(() => expect(host.world.connections).toEqual([]));
  });

  it('walks the steps and the regions by keyboard', async () => {
    const { user } = await open('#/c/c1/setup/plan');
    await screen.findByRole('heading', { level: 1, name: 'Plan' });
    await user.keyboard('{Alt>}{Shift>}{ArrowRight}{/Shift}{/Alt}');
    expect(await screen.findByRole('heading', { level: 1, name: 'Prepare GoTo' })).toHaveFocus();
    await user.keyboard('{Control>}5{/Control}');
    expect(await screen.findByRole('heading', { level: 1, name: 'People' })).toHaveFocus();
    await user.keyboard('{F6}');
    expect(screen.getByTestId('footer-back')).toHaveFocus();
  });
});
