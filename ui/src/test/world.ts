import type {
  AccountRow,
  ApplicationRow,
  AssignmentRow,
  ConnectionSummary,
  ConnectionView,
  CycleSummary,
  Draft,
  FilterRow,
  LogEntry,
  MappingRow,
  Message,
  Need,
  Notices,
  PendingDeleteRow,
  PlanRow,
  Preview,
  Seats,
  Status,
  StepId,
  StepReport,
  Theme,
} from '../generated/bridge';
import { stepOrder } from '../api/steps';

/** The facts that the fake host answers from. A test changes one and looks at the window. */
export interface World {
  now: string;
  theme: Theme;
  practice: boolean;
  connections: ConnectionSummary[];
  view: ConnectionView;
  states: Partial<Record<StepId, StepReport['state']>>;
  reports: Partial<Record<StepId, StepReport>>;
  applications: ApplicationRow[];
  people: AssignmentRow[];
  preview: Preview;
  planRows: PlanRow[];
  accounts: AccountRow[];
  log: LogEntry[];
  cycles: CycleSummary[];
  needs: Need[];
  pending: PendingDeleteRow[];
  on: boolean;
  running: boolean;
  testPasses: boolean;
  retired: boolean;
  domainFound: boolean;
  trialFails: boolean;
  /** What is switched on; absent before that. */
  liveFilters: FilterRow[] | undefined;
  notices: Notices;
  seats: Seats;
  /** There are more people than are looked at. */
  sampled: boolean;
  quiet?: Status['quiet'];
  /** What stands in the way of switching on, besides what the other facts say. */
  ways?: Message[];
}

/** A sentence that stands for itself: the catalogue does not know it, so it is shown as it is. */
export const words = (text: string): Message => ({ id: text });

const row = (target: string, kind: MappingRow['kind'], value: string, matching = 0): MappingRow => ({ target, kind, value, default_value: '', matching, only_during_creation: false });
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export const NAMES = ['Amara Nwosu', 'Jonas Lindqvist', 'Priya Raman', 'Mei-Lin Chou', 'Lukas Brandt', 'Farid Haddad', 'Tomás Varga', 'Noor Al-Amin', 'Chidi Eze', "Sinéad O'Neill", 'Søren Ågård', '山田 太郎', 'Hanna Kowalski', 'Diego Fuentes', 'Ines Moreau', 'Samir Patel'];
export const mailOf = (name: string): string => `${name.normalize('NFD').replace(/[^A-Za-z ]/g, '').trim().toLowerCase().replace(/ +/g, '.') || 'taro.yamada'}@example.com`;

/** Somebody who was removed from Entra and waits to be deleted. */
export const waits = (name: string, changed: Partial<PendingDeleteRow> = {}): PendingDeleteRow => ({
  key: `user/${mailOf(name)}`,
  kind: 'user',
  name,
  detail: mailOf(name),
  source_id: mailOf(name),
  target_id: '8843211290',
  since: '2026-11-10T09:00:00Z',
  due: '2026-12-10T09:00:00Z',
  is_due: false,
  because: { id: 'reason-hard-deleted' },
  ...changed,
});

export function makeDraft(): Draft {
  return {
    name: 'GoTo – Example Corp',
    profile: 'goto',
    tenant: 'example.com',
    cloud: 'worldwide',
    entra_client_id: '6f0c1c52-0b5e-4c6f-9a55-2f9c0d7aa91e',
    goto_client_id: 'b7c2a3d4-1111-2222-3333-444455556666',
    goto_redirect_port: 8080,
    base_url: 'https://api.getgo.com/identity/v1',
    dialect: 'auto',
    application: 'sp-1',
    assigned_only: true,
    planned: true,
    other_writers: 'none',
    runner: 'local',
    interval_minutes: 40,
    guards: { people_count: 10, people_percent: 5, people_at_least: 3, create: true, update: true, disable: true, delete: false, protected: [] },
    notice_email: ['identity-team@example.com'],
    notice_on_failure: true,
    mail_server: { server: '', port: 587, security: 'starttls', user: '', from: '' },
    domain: { name: 'example.com', code: 'goto-verification-code=00aa00aa-bb11-cc22-dd33-44ee44ee44ee', received: '2026-11-18T10:00:00Z', confirmed: false },
    users: {
      enabled: true,
      actions: { create: true, update: true, delete: false },
      rows: [
        row('userName', 'attribute', 'userPrincipalName', 1),
        row('externalId', 'attribute', 'objectId'),
        row('active', 'expression', 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'),
        row('name.givenName', 'attribute', 'givenName'),
        row('name.familyName', 'attribute', 'surname'),
        row(`${enterprise}:department`, 'attribute', 'department'),
        row(`${enterprise}:costCenter`, 'attribute', 'extensionAttribute4'),
        row(`${enterprise}:division`, 'constant', 'Example Corp'),
      ],
    },
    groups: { enabled: true, actions: { create: true, update: true, delete: false }, rows: [row('displayName', 'attribute', 'displayName', 1), row('externalId', 'attribute', 'objectId'), row('members', 'attribute', 'members')] },
    user_filters: [],
    group_filters: [],
    users_reviewed: false,
    groups_reviewed: false,
  };
}

export function makeSummary(change: Partial<ConnectionSummary> = {}): ConnectionSummary {
  return {
    id: 'c1',
    name: 'GoTo – Example Corp',
    practice: true,
    runner: 'local',
    status: 'setting-up',
    tenant: 'Example Corp',
    domain: 'example.com',
    steps_done: 6,
    steps_total: 11,
    next_step: 'user-attributes',
    draft_saved_at: '2026-11-21T10:31:00Z',
    needs: [],
    unreadable: false,
    ...change,
  };
}

const cycle = (n: number, outcome: CycleSummary['outcome'], counts: [number, number, number, number]): CycleSummary => {
  const started = new Date(Date.parse('2026-11-21T10:26:04Z') - n * 40 * 60_000).toISOString();
  return { run: `run-${n}`, cycle: n === 14 ? 'initial' : 'incremental', started, ...(outcome === 'running' ? {} : { ended: new Date(Date.parse(started) + 92_000).toISOString() }), outcome, created: counts[0], updated: counts[1], disabled: counts[2], failed: counts[3] };
};

export function makeWorld(): World {
  const planRows: PlanRow[] = NAMES.map((name, index): PlanRow => {
    const action = index < 2 || index > 7 ? 'create' : index < 4 ? 'update' : index < 6 ? 'disable' : 'skip';
    const detail = mailOf(name);
    const changes =
      action === 'create'
        ? [{ attribute: 'userName', after: detail }, { attribute: 'name.givenName', after: name.split(' ')[0] ?? '' }, { attribute: 'name.familyName', after: name.split(' ')[1] ?? '' }]
        : action === 'update'
          ? [{ attribute: 'name.familyName', before: 'Wang', after: name.split(' ')[1] ?? '' }]
          : action === 'disable'
            ? [{ attribute: 'active', before: 'true', after: 'false' }]
            : [];
    return { key: `row-${index}`, action, kind: 'user', source: `p-${index}-${detail}`, name, detail, changes, because: { id: action === 'create' ? 'reason-in-scope-no-match' : action === 'disable' ? 'reason-not-assigned' : action === 'update' ? 'reason-attributes-differ' : 'reason-disabled-in-entra' } };
  });
  const counted = (action: string) => planRows.filter((each) => each.action === action).length;
  return {
    now: '2026-11-21T10:42:00Z',
    theme: 'light',
    practice: true,
    connections: [makeSummary()],
    view: {
      summary: makeSummary(),
      revision: 7,
      draft: makeDraft(),
      not_live: [],
      entra_account: { user_name: 'dana.okafor@example.com', display_name: 'Dana Okafor', organization: 'Example Corp', since: '2026-11-21T10:12:00Z', scopes: [] },
      goto_account: { user_name: 'dana.okafor@example.com', display_name: 'Dana Okafor', organization: 'example.com', since: '2026-11-21T10:31:00Z', scopes: [] },
      goto_secret_stored: true,
      kept: [
        { what: words('GoTo token'), place: words('GNOME Keyring'), stored: true },
        { what: words('Your Entra token'), place: words('GNOME Keyring'), stored: true },
        { what: words('Passwords'), place: words('Nowhere'), stored: false },
        { what: words('Mappings, filters, drafts'), place: words('This computer, no secrets'), stored: true },
      ],
    },
    states: { 'sign-in': 'done', plan: 'done', application: 'done', people: 'done', connect: 'done' },
    reports: {
      'sign-in': {
        step: 'sign-in',
        state: 'done',
        checked_at: '2026-11-21T10:41:00Z',
        findings: [
          { id: 'role', result: 'passed', title: words('Your role can set up provisioning'), evidence: [words('You are signed in as Cloud Application Administrator.')] },
          { id: 'licence', result: 'passed', title: words('Microsoft Entra ID P1 licence found'), evidence: [words('Groups can be assigned and provisioning logs can be read.')] },
          { id: 'permissions', result: 'passed', title: words("Usher's permissions are granted"), evidence: [words('All 5 are granted for this tenant since 12 Nov.')] },
          { id: 'goto-account', result: 'later', title: words('GoTo account with admin rights'), evidence: [words('Step 6 tests it.')] },
          { id: 'domain', result: 'later', title: words('Verified GoTo domain'), evidence: [words("Comes in step 3. You don't need it to continue now.")] },
        ],
      },
    },
    applications: [
      { id: 'sp-1', name: 'GoTo', created: '2026-11-12T09:00:00Z', single_sign_on: 'SAML', provisioning: 'off', assignments: 4, selected: true },
      { id: 'sp-2', name: 'GoTo – test', created: '2026-10-02T09:00:00Z', single_sign_on: '', provisioning: 'none', assignments: 0, selected: false },
    ],
    people: [
      { id: 'a1', principal: 'u1', name: 'Priya Raman', detail: 'priya.raman@example.com', kind: 'user', people: 1, role: 'r-user', role_name: 'User', provisioned: true, because: words('assigned directly') },
      { id: 'a2', principal: 'g1', name: 'All Employees', detail: '', kind: 'group', people: 1240, role: 'r-user', role_name: 'User', provisioned: true, because: words('direct members only') },
      { id: 'a3', principal: 'g2', name: 'GoTo Organizers', detail: 'Microsoft 365 group', kind: 'group', people: 68, role: 'r-org', role_name: 'Organizer', provisioned: true, because: words('direct members only') },
      { id: 'a4', principal: 'u2', name: 'Tomás Varga', detail: 'tomas.varga@example.com', kind: 'user', people: 1, role: 'r-default', role_name: 'Default Access', provisioned: false, because: words('role is skipped') },
    ],
    planRows,
    accounts: [
      { kind: 'user', target: 'k1', name: 'Priya Raman', user_name: 'priya.raman@example.com', active: true, standing: 'matched', becomes: 'adopt', can_decide: true, people: ['Priya Raman'] },
      { kind: 'user', target: 'k2', name: 'Lukas Brandt', user_name: 'lukas.brandt@example.com', active: true, standing: 'matched', becomes: 'adopt', can_decide: true, people: ['Lukas Brandt'] },
      { kind: 'user', target: 'k3', name: 'Former Contractor', user_name: 'former.contractor@example.com', active: false, standing: 'stranger', becomes: 'leave', can_decide: false, people: [] },
    ],
    preview: {
      state: 'ready',
      plan: {
        hash: 'h1',
        made_at: '2026-11-21T10:41:20Z',
        milliseconds: 41_000,
        counts: { create: counted('create'), update: counted('update'), disable: counted('disable'), delete: 0, skip: counted('skip'), no_change: 789, failed: 0 },
        people: 1286,
        guards: [],
        approved: false,
        not_seen: [],
      },
    },
    log: Array.from({ length: 1000 }, (_, index): LogEntry => {
      const name = NAMES[index % NAMES.length] ?? '';
      const failed = index % 9 === 1;
      const at = new Date(Date.parse('2026-11-21T10:26:41Z') - index * 7919).toISOString();
      return {
        id: `log-${index}`,
        at,
        run: 'run-1',
        action: index % 3 === 0 ? 'update' : 'create',
        result: failed ? 'failure' : index % 7 === 4 ? 'skipped' : 'success',
        kind: 'user',
        name,
        source_id: `6f0c1c52-${mailOf(name)}`,
        target_id: failed ? '' : '8843211290',
        message: words(failed ? 'GoTo answered that this address is taken' : 'Written and read back'),
        milliseconds: 184,
        steps: [
          { step: 'import', result: 'passed', title: words('Import'), evidence: [words(`Read ${name} from Microsoft Entra, 11 attributes`)] },
          { step: 'scope', result: 'passed', title: words('Scope'), evidence: [words('Assigned through All Employees')] },
          { step: 'match', result: 'passed', title: words('Match'), evidence: [words('Nobody in GoTo with this user name, so it is a create')] },
          { step: 'action', result: failed ? 'fix-this' : 'passed', title: words('Action: Create'), evidence: [words(failed ? 'GoTo answered 409' : 'GoTo answered 201')] },
        ],
        changes: [{ attribute: 'userName', after: mailOf(name) }, { attribute: 'active', after: 'true' }],
      };
    }),
    cycles: [
      cycle(0, 'in-part', [3, 9, 0, 3]),
      ...([[1, 12, 1, 0], [5, 15, 2, 0], [0, 10, 0, 0], [4, 24, 2, 0], [2, 9, 0, 0], [4, 12, 1, 0], [4, 28, 2, 3], [6, 19, 0, 0], [4, 15, 1, 0], [8, 22, 2, 0], [18, 40, 4, 0], [4, 26, 3, 1], [2, 12, 0, 0], [6, 31, 1, 0]] as [number, number, number, number][]).map((counts, index) => cycle(index + 1, 'succeeded', counts)),
    ],
    needs: [
      { message: words("3 people couldn't be created"), count: 3, place: 'failures' },
      { message: words('The GoTo sign-in ends in 6 days'), count: 1, place: 'connect' },
    ],
    pending: [],
    on: true,
    running: false,
    testPasses: true,
    retired: false,
    domainFound: false,
    trialFails: false,
    liveFilters: undefined,
    sampled: false,
    seats: makeSeats(),
    notices: { to: ['identity-team@example.com'], on_failure: true, password_stored: false, told: [], waiting: [] },
  };
}

/** A report for each step: what the world says, else `not-started` without findings. */
export function reportsOf(world: World): StepReport[] {
  return stepOrder.map((step) => world.reports[step] ?? { step, state: world.states[step] ?? 'not-started', findings: [], checked_at: world.now });
}

/** Seats for everybody; a test makes them fewer. */
export function makeSeats(): Seats {
  return {
    applies: true,
    summary: words('312 new people are expected, and 340 seats are free'),
    result: 'passed',
    missing: [],
    accounts: [
      {
        key: '1',
        name: 'Contoso',
        licences: [
          { key: 'a', name: 'GoTo Meeting Business', products: ['G2M'], enabled: true, seats: 400, used: 60, free: 340 },
          { key: 'b', name: 'GoTo Webinar shared', products: ['G2W', 'G2M'], enabled: false, seats: 10, used: 3 },
        ],
      },
    ],
    groups: [{ name: 'Sales Team', people: 48, result: 'passed', advice: words('Choose the product, such as GoTo Meeting Business (340)') }],
    notes: [words('Provisioning assigns no products.'), words('User Sync is in GoTo Admin.')],
    read_at: '2026-01-05T08:26:00Z',
  };
}
