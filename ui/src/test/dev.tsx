import { fakeHost } from './fake-host';
import { makeSummary, makeWorld, words } from './world';

/** Development only: the app on the in-memory host. `?s=…` chooses a state, `&theme=…` a theme. */
const query = new URLSearchParams(window.location.search);
const world = makeWorld();
const theme = query.get('theme');
if (theme === 'dark' || theme === 'high-contrast' || theme === 'light') world.theme = theme;
switch (query.get('s')) {
  case 'home':
    world.practice = false;
    world.connections = [
      makeSummary({ id: 'h', name: 'GoTo – Example Health', status: 'quarantined', tenant: 'Example Health', domain: 'example.net', runner: 'entra', needs: [words('GoTo no longer accepts the sign-in')], last_cycle: world.cycles[0] }),
      makeSummary({ id: 'e', name: 'GoTo – Example Corp', status: 'on', in_step: 1283, last_cycle: world.cycles[1] }),
      makeSummary({ id: 'l', name: 'GoTo – Example Labs', status: 'running-now', in_step: 660, last_cycle: world.cycles[0] }),
      makeSummary(),
      makeSummary({ id: 'r', name: 'GoTo – Example Retail', status: 'off', off_since: '2026-11-14T17:02:00Z', last_cycle: world.cycles[3] }),
      makeSummary({ id: 'u', name: 'GoTo – old', unreadable: true }),
    ];
    break;
  case 'empty':
    world.connections = [];
    break;
  case 'ring':
    world.view.draft.ring = ['p-0-priya.raman@example.com', 'g9'];
    break;
  case 'fresh': {
    const { entra_account: _entra, goto_account: _goto, ...rest } = world.view;
    world.view = { ...rest, goto_secret_stored: false, draft: { ...rest.draft, entra_client_id: '', goto_client_id: '', cloud: 'practice', tenant: '' } };
    world.states = {};
    world.reports = {};
    break;
  }
  case 'role':
    world.states = { 'sign-in': 'blocked' };
    world.reports['sign-in'] = {
      step: 'sign-in',
      state: 'blocked',
      checked_at: world.now,
      findings: [
        { id: 'role', result: 'fix-this', title: words("Your role can't set up provisioning"), evidence: [words('You are signed in as Application Developer. You need at least Cloud Application Administrator.')], remedy: { steps: [words("You are eligible for the role but haven't activated it. Activate it in Privileged Identity Management, wait for the confirmation, then check again.")], actions: [{ kind: 'open', link: 'entra' }, { kind: 'check-again' }], request: words('Please give me the role.') } },
        ...(world.reports['sign-in']?.findings.slice(1) ?? []),
      ],
    };
    break;
  case 'guard':
    if (world.preview.plan !== undefined) world.preview.plan.guards = [{ message: { id: 'guard-people-losing-access', args: { count: 19, limit: 10 } }, count: 19, limit: 10, approvable: true }];
    break;
  case 'previewing':
    world.preview = { state: 'running', progress: { phase: words('Reading people'), done: 412, total: 1286, seconds_left: 22 } };
    break;
  case 'absent':
    world.preview = { state: 'absent' };
    break;
  case 'failtest':
    world.testPasses = false;
    break;
  case 'trialfails':
    world.trialFails = true;
    break;
  case 'retired':
    world.retired = true;
    world.view.draft.runner = 'entra';
    break;
  case 'seats':
    world.seats = { ...world.seats, result: 'warning', summary: words('352 new people are expected, and only 340 seats are free in all licences together. 12 people would get an account and no product.') };
    break;
  case 'running':
    world.running = true;
    break;
}
fakeHost(world).install();
void import('../app/main').then(async () => {
  // `&click=a,b` opens what only a click opens, for pictures.
  for (const id of (query.get('click') ?? '').split(',').filter((part) => part !== '')) {
    await new Promise((resolve) => setTimeout(resolve, 1200));
    document.querySelector<HTMLElement>(id.startsWith('=') ? id.slice(1) : `[data-testid="${id}"]`)?.click();
  }
});
