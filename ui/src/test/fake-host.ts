import type { CommandError, Commands, ConnectionSummary, Draft, Finding, RingMember } from '../generated/bridge';
import { scopeHandlers } from './fake-scope';
import { mailOf, makeSummary, NAMES, reportsOf, words, type World } from './world';

export type Handlers = { [K in keyof Commands]: (request: Commands[K]['request']) => Commands[K]['response'] | Promise<Commands[K]['response']> };

export interface FakeHost {
  world: World;
  /** Every call in order, for tests that ask what was sent. */
  calls: { name: string; request: unknown }[];
  /** The next calls of a command fail with this. */
  fail: Partial<Record<keyof Commands, CommandError>>;
  /** These commands are never answered. */
  hold: Set<keyof Commands>;
  /** Resolves a waiting sign-in. */
  finishSignIn: () => void;
  install: () => void;
}

export const refusal = (code: CommandError['code'], text: string, retryable = false): CommandError => ({ code, message: words(text), retryable });

/** An in-memory host behind `fetch('/call/…')`, so that the window's own HTTP door is used. */
export function fakeHost(world: World): FakeHost {
  const calls: FakeHost['calls'] = [];
  const hold: FakeHost['hold'] = new Set();
  let waiting: ((value: 'done' | 'cancelled') => void) | undefined;

  const links = ['guide-sign-in', 'guide-plan', 'guide-preview', 'guide-connect', 'guide-people', 'entra-people', 'entra-connect', 'entra-application', 'organization-center', 'entra-app-registrations', 'goto-oauth-clients', 'entra-scoping-filters', 'entra', 'goto-admin', 'guide-user-sync'].map((link) => ({ link, host: link.startsWith('guide') ? 'learn.microsoft.com' : 'entra.microsoft.com' }));
  const change = (work: (draft: Draft) => Draft) => {
    world.view = { ...world.view, draft: work(world.view.draft), revision: world.view.revision + 1 };
    return world.view;
  };
  const state = (): Commands['app_state']['response'] => ({
    version: '0.1.0',
    ...(world.practice ? { practice: { tenant: 'Example Corp', people: 250, now: world.now } } : {}),
    keyring: { name: 'GNOME Keyring', status: 'available' },
    theme: world.theme,
    now: world.now,
    links,
  });
  const status = (): Commands['status']['response'] => ({
    status: world.running ? 'running-now' : world.on ? (world.needs.length > 0 ? 'on-with-problems' : 'on') : 'off',
    on: world.on,
    ...(world.running ? { progress: { phase: words('Checking people'), done: 852, total: 1286, seconds_left: 31, pace: { id: 'pace-of', args: { rate: 8, ceiling: 10 } } } } : {}),
    cycles: world.cycles,
    next_cycle: '2026-11-21T11:06:00Z',
    interval_minutes: 40,
    ...(world.quiet === undefined ? {} : { quiet: world.quiet }),
    people: 1283,
    groups: 14,
    pending_deletes: world.pending.filter((row) => row.kept_by === undefined).length,
    needs: world.needs,
    as_of: world.now,
  });
  const remedy: Finding = {
    id: 'write',
    result: 'fix-this',
    title: words('Your GoTo admin role is read-only'),
    evidence: [words('GoTo answered 401 to a request that reads people.')],
    remedy: { steps: [words('In the Organization Center, open Users and set your role to Organization admin, Read & Write. Then authorize again, so that the new rights reach the token.')], actions: [{ kind: 'open', link: 'organization-center' }, { kind: 'authorize' }] },
  };
  const pending = (): Commands['pending_deletes']['response'] => ({ rows: world.pending, waiting: world.pending.filter((row) => row.kept_by === undefined).length, grace_days: 30 });
  const found = (text: string) => NAMES.filter((name) => `${name} ${mailOf(name)}`.toLowerCase().includes(text.toLowerCase()));

  const handlers: Handlers = {
    app_state: state,
    set_theme: ({ theme }) => {
      world.theme = theme;
      return {};
    },
    keep_in_memory: () => ({ name: 'memory', status: 'memory' }),
    open_link: () => ({}),
    connections: () => world.connections,
    connection_new: ({ name }) => {
      const summary: ConnectionSummary = makeSummary({ id: 'c2', name, status: 'setting-up', steps_done: 0, next_step: 'sign-in', tenant: '', domain: '', draft_saved_at: '' });
      world.connections = [...world.connections, summary];
      const { entra_account: _entra, goto_account: _goto, ...rest } = world.view;
      world.view = { ...rest, summary, draft: { ...world.view.draft, name, entra_client_id: '', goto_client_id: '', application: '' }, revision: 1, goto_secret_stored: false };
      world.states = {};
      world.reports = {};
      return world.view;
    },
    connection: () => world.view,
    connection_remove: ({ id, typed_name }) => {
      const row = world.connections.find((each) => each.id === id);
      if (row?.name !== typed_name) throw refusal('invalid', 'The name does not match.');
      world.connections = world.connections.filter((each) => each.id !== id);
      return {};
    },
    connection_import: ({ text }) => {
      if (text.includes('env:')) throw refusal('invalid', 'The file refers to a variable of this computer. Such files are only for the terminal.');
      return world.view;
    },
    connection_export: () => ({ text: 'id = "c1"\nname = "GoTo – Example Corp"\nprofile = "goto"\n' }),
    draft_save: ({ revision, draft }) => {
      if (revision !== world.view.revision) throw refusal('conflict', 'The draft was saved somewhere else.');
      change(() => draft);
      return { revision: world.view.revision, saved_at: world.now };
    },
    setup_report: () => {
      const in_the_way = [
        ...(world.ways ?? []),
        ...(world.preview.state === 'ready' ? [] : [words('Run the preview: it is older than your last change.')]),
        ...(world.view.draft.other_writers === undefined ? [words('Say whether another service writes people.')] : []),
      ];
      return { steps: reportsOf(world), can_turn_on: in_the_way.length === 0, in_the_way };
    },
    client_guide: () => ({
      entra_redirect: 'http://localhost',
      entra_permissions: [
        { name: 'Synchronization.ReadWrite.All', reason: words('Set up provisioning'), admin_consent: true, granted: true },
        { name: 'Application.ReadWrite.All', reason: words('Add the GoTo application'), admin_consent: true, granted: true },
        { name: 'AppRoleAssignment.ReadWrite.All', reason: words('Assign people and groups'), admin_consent: true, granted: true },
        { name: 'Directory.Read.All', reason: words('Read directory'), admin_consent: true, granted: false },
      ],
      goto_redirects: ['http://localhost:8080/callback/goto', 'http://localhost:9111/callback/goto', 'http://localhost:8000/callback/goto'],
      goto_scopes: [{ name: 'identity:scim.me', reason: words('Read who signed in'), admin_consent: false, granted: true }],
    }),
    plan_facts: () => ({ people: 18402, groups: 611, retired: world.retired ? [{ id: 'sp-old', name: 'GoToMeeting (2021)', created: '2021-03-01T00:00:00Z', single_sign_on: 'SAML', provisioning: 'on', assignments: 12, selected: false }] : [] }),
    domain_check: () => ({
      verdict: words(world.domainFound ? 'Found everywhere' : 'Published, but not everywhere yet'),
      found: world.domainFound,
      servers: [
        { name: words('Your name server'), address: 'ns1.example.net', records: ['v=spf1 -all', 'goto-verification-code=00aa00aa-bb11-cc22-dd33-44ee44ee44ee', 'x=1'], ttl: 3600, milliseconds: 21, found: true },
        { name: words('This computer'), address: '192.0.2.53', records: ['v=spf1 -all', 'goto-verification-code=00aa00aa-bb11-cc22-dd33-44ee44ee44ee', 'x=1'], ttl: 1200, milliseconds: 3, found: true },
        { name: words('Public resolver'), address: '198.51.100.9', records: ['v=spf1 include:mail.example.net -all', 'site-check=Qm9vdGg3NQ'], ttl: 2820, milliseconds: 18, found: world.domainFound },
      ],
      checked_at: world.now,
    }),
    applications: () => ({
      instances: world.applications,
      gallery: [
        { id: 't1', name: 'GoTo', publisher: 'GoTo Group, Inc.', provisioning: true, retired: false },
        { id: 't2', name: 'GoToMeeting', publisher: 'GoTo Group, Inc.', provisioning: false, retired: true },
      ],
    }),
    application_add: ({ name }) => {
      const row = { id: 'sp-9', name, created: world.now, single_sign_on: '', provisioning: 'none', assignments: 0, selected: true };
      world.applications = [...world.applications.map((each) => ({ ...each, selected: false })), row];
      change((draft) => ({ ...draft, application: 'sp-9' }));
      return row;
    },
    application_use: ({ application }) => {
      world.applications = world.applications.map((row) => ({ ...row, selected: row.id === application }));
      change((draft) => ({ ...draft, application }));
      const row = world.applications.find((each) => each.selected);
      if (row === undefined) throw refusal('not-found', 'There is no such application.');
      return row;
    },
    people: () => ({
      rows: world.people,
      roles: [{ id: 'r-user', name: 'User', default_access: false }, { id: 'r-org', name: 'Organizer', default_access: false }, { id: 'r-default', name: 'Default Access', default_access: true }],
      in_scope: 1286,
      groups: 2,
      left_out: world.people.filter((row) => !row.provisioned).length,
      findings: [{ id: 'nested', result: 'warning', title: words("Groups inside groups aren't followed."), evidence: [words('3 groups sit inside All Employees. Their 57 members count only if you assign those groups too.')] }],
    }),
    principals: ({ text, kind }) => (kind === 'group' ? [{ id: 'g9', name: 'Contractors', detail: 'Security group' }] : found(text).map((name, index) => ({ id: `p-${index}-${mailOf(name)}`, name, detail: mailOf(name) }))),
    assign: ({ principal, role }) => {
      // As in Entra's client: who has the role already has it, and that is no mistake.
      if (world.people.some((row) => row.principal === principal && row.role === role)) return {};
      const name = NAMES.find((each) => principal.endsWith(mailOf(each))) ?? world.people.find((row) => row.principal === principal)?.name ?? 'Contractors';
      world.people = [...world.people, { id: `a-${principal}-${role}`, principal, name, detail: mailOf(name), kind: 'user', people: 1, role, role_name: role === 'r-org' ? 'Organizer' : 'User', provisioned: true, because: words('assigned directly') }];
      return {};
    },
    unassign: ({ assignment }) => {
      world.people = world.people.filter((row) => row.id !== assignment);
      return {};
    },
    mapping_help: ({ table }) => ({
      source_attributes: ['userPrincipalName', 'objectId', 'givenName', 'surname', 'department', 'companyName', 'employeeId', 'mail'].map((name) => ({ name, value_type: 'string', filterable: true, required: false })),
      target_attributes: world.view.draft[table === 'users' ? 'users' : 'groups'].rows.map((row) => ({ name: row.target, value_type: row.target === 'active' ? 'boolean' : 'string', filterable: ['userName', 'displayName', 'name.givenName', 'name.familyName'].includes(row.target), required: row.target === 'userName' })),
      findings: table === 'users' ? [{ target: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter', result: 'warning', message: words('Empty for 391 people') }] : [],
      sample_of: table === 'users' ? 'Priya Raman' : 'All Employees',
      samples: table === 'users' ? [{ target: 'userName', value: 'priya.raman@example.com' }, { target: 'name.givenName', value: 'Priya' }, { target: 'name.familyName', value: 'Raman' }, { target: 'active', value: 'True' }] : [{ target: 'displayName', value: 'All Employees' }],
    }),
    functions: () => [
      { name: 'IIF', signature: 'IIF(condition, valueIfTrue, valueIfFalse)', parameters: ['condition', 'valueIfTrue', 'valueIfFalse'].map((name) => ({ name, required: true })), repeating: 0, summary: 'Returns one of two values.', example: 'IIF([country]="USA", [country], [department])', usable: true },
      { name: 'Join', signature: 'Join(separator, source, ...)', parameters: ['separator', 'source'].map((name) => ({ name, required: true })), repeating: 1, summary: 'Joins values with a separator.', example: 'Join(" ", [givenName], [surname])', usable: true },
      { name: 'Now', signature: 'Now()', parameters: [], repeating: 0, summary: 'The time of day.', example: 'Now()', usable: true },
    ],
    // As the real checker speaks of one slip: the name of a function.
    mapping_check: ({ row }) => {
      const at = row.kind === 'expression' ? row.value.search(/\bJoi\(/) : -1;
      return at < 0 ? { diagnostics: [] } : { diagnostics: [{ code: 'EXPR-UNKNOWN-FUNCTION', error: true, place: { start: at, end: at + 3 }, message: { id: 'mapping-expression', args: { diagnostic: 'EXPR-UNKNOWN-FUNCTION', name: 'Joi' } }, candidates: ['Join'] }] };
    },
    mapping_subject: ({ sample }) => ({
      id: sample === '' ? 'p1' : sample,
      name: sample === '' ? 'Priya Raman' : (NAMES.find((name) => sample.endsWith(mailOf(name))) ?? sample),
      attributes: [{ name: 'department', value: 'Platform Engineering' }, { name: 'givenName', value: 'Priya' }],
      target: [{ name: 'userName', value: 'priya.raman@example.com' }],
    }),
    mapping_try: ({ row, subject }) => (row.value === 'empty' ? { result: 'empty', value: '', note: { id: 'sample-nothing' } } : { result: 'value', value: `${row.value} of ${subject}` }),
    mapping_try_many: ({ first }) => ({ tried: Math.min(first, 1286), of: 1286, values: Math.min(first, 1286) - 3, empty: 2, failed: 1, people: [{ id: 'p9', name: 'Ada Novak', trial: { result: 'failed', value: '', note: words('too long') } }] }),
    mapping_defaults: ({ table }) => world.view.draft[table === 'users' ? 'users' : 'groups'],
    ...scopeHandlers(world),
    sign_in_begin: () => ({ attempt: 'att-1', opened: true, host: 'login.microsoftonline.com' }),
    sign_in_wait: async () => {
      const answer = await new Promise<'done' | 'cancelled'>((resolve) => {
        waiting = resolve;
      });
      if (answer === 'cancelled') throw refusal('cancelled', 'The sign-in was given up.');
      const account = { user_name: 'dana.okafor@example.com', display_name: 'Dana Okafor', organization: 'Example Corp', since: world.now, scopes: [] };
      world.view = { ...world.view, entra_account: account, goto_account: account };
      return { account };
    },
    sign_in_cancel: () => {
      waiting?.('cancelled');
      return {};
    },
    sign_in_open: () => ({ attempt: 'att-1', opened: true, host: 'login.microsoftonline.com' }),
    sign_in_address: () => ({ url: 'https://login.microsoftonline.com/authorize' }),
    goto_secret_store: () => {
      world.view = { ...world.view, goto_secret_stored: true };
      return {};
    },
    credentials_forget: ({ cloud }) => {
      const { entra_account, goto_account, ...rest } = world.view;
      world.view = { ...rest, ...(cloud === 'goto' && entra_account !== undefined ? { entra_account } : {}), ...(cloud === 'entra' && goto_account !== undefined ? { goto_account } : {}) };
      return world.view;
    },
    test_connection: () => ({
      rows: [
        { id: 'find', result: 'passed', title: words('Found the GoTo provisioning service'), evidence: words('api.getgo.com'), milliseconds: 21 },
        { id: 'tls', result: 'passed', title: words('Secure connection'), evidence: words('TLS 1.3, certificate valid until 4 Mar 2027'), milliseconds: 48 },
        { id: 'read', result: world.testPasses ? 'passed' : 'fix-this', title: words('Can read people'), evidence: words(world.testPasses ? 'Looked for a made-up user; GoTo said none, as it should' : 'GoTo answered 401'), milliseconds: 164 },
        { id: 'write', result: world.testPasses ? 'later' : 'not-tried', title: words('May add or change people'), evidence: words('Shown when the first person is provisioned'), milliseconds: 0 },
      ],
      passed: world.testPasses,
      tested_at: world.now,
      milliseconds: 812,
      ...(world.testPasses ? {} : { diagnosis: remedy }),
    }),
    preview_start: () => world.preview,
    preview: () => world.preview,
    preview_cancel: () => {
      world.preview = { state: 'absent' };
      return world.preview;
    },
    preview_rows: ({ actions, text, offset, limit }) => {
      const rows = world.planRows.filter((row) => (actions.length === 0 || actions.includes(row.action)) && row.name.toLowerCase().includes(text.toLowerCase()));
      return { rows: rows.slice(offset, offset + limit), total: rows.length };
    },
    preview_approve: ({ hash, typed_count }) => {
      const plan = world.preview.plan;
      if (plan?.hash !== hash) throw refusal('stale', 'The plan is out of date.');
      if (typed_count !== plan.counts.disable + plan.counts.delete) throw refusal('invalid', 'The number does not match.');
      world.preview = { ...world.preview, plan: { ...plan, approved: true } };
      return world.preview;
    },
    accounts: ({ standings, text, offset, limit }) => {
      const rows = world.accounts.filter((row) => (standings.length === 0 || standings.includes(row.standing)) && row.name.toLowerCase().includes(text.toLowerCase()));
      const number = (standing: string) => world.accounts.filter((row) => row.standing === standing).length;
      const becoming = (word: string) => world.accounts.filter((row) => row.standing === 'matched' && row.becomes === word).length;
      const counts = { matched: number('matched'), adopt: becoming('adopt'), leave: becoming('leave'), later: becoming('later'), ambiguous: number('ambiguous'), orphan: number('orphan'), out_of_scope: number('out-of-scope'), stranger: number('stranger'), managed: 12, to_create: 3 };
      return { looked: true, counts, asks: false, rows: rows.slice(offset, offset + limit), total: rows.length };
    },
    accounts_decide: ({ id, decisions }) => {
      world.accounts = world.accounts.map((row) => {
        const made = decisions.find((each) => each.target === row.target);
        if (made === undefined) return row;
        const { decision: _before, ...rest } = row;
        return made.decision === undefined ? { ...rest, becomes: 'adopt' } : { ...rest, decision: made.decision, becomes: made.decision };
      });
      world.preview = { ...world.preview, state: 'stale' };
      return handlers.accounts({ id, standings: [], text: '', offset: 0, limit: 0 });
    },
    seats: () => world.seats,
    try_person: ({ person }) => {
      const name = world.people.find((row) => row.principal === person)?.name ?? 'Priya Raman';
      const result = world.trialFails ? 'fix-this' : 'passed';
      return {
        name,
        result: world.trialFails ? 'failure' : 'success',
        summary: words(world.trialFails ? 'GoTo refused the account' : 'Updated in GoTo, one attribute changed'),
        steps: [
          { step: 'import', result: 'passed', title: words('Import'), evidence: [words('Read from Microsoft Entra')] },
          { step: 'action', result, title: words('Action: Update'), evidence: [] },
        ],
        changes: [{ attribute: 'name.givenName', before: 'Pria', after: 'Priya' }],
        milliseconds: 412,
      };
    },
    turn_on: ({ revision }) => {
      if (revision !== world.view.revision) throw refusal('conflict', 'The draft was saved somewhere else.');
      world.on = true;
      world.running = true;
      world.view = { ...world.view, live_revision: revision, summary: { ...world.view.summary, status: 'running-now' } };
      return status();
    },
    turn_off: () => {
      world.on = false;
      return { stays: [words('1,283 people keep their GoTo accounts.')] };
    },
    status,
    run_now: () => {
      world.running = true;
      return { run: 'run-now' };
    },
    run_cancel: () => {
      world.running = false;
      return status();
    },
    why_person: ({ person }) => {
      const name = world.people.find((row) => row.principal === person)?.name ?? NAMES.find((each) => person.endsWith(mailOf(each)));
      if (name === undefined) throw refusal('not-found', 'Nothing is known of this person.');
      const out = name === 'Tomás Varga';
      return {
        name,
        state: out ? 'out' : 'in',
        summary: words(out ? 'The role Default Access does not entitle to provisioning' : 'Already in step'),
        steps: [
          { step: 'import', result: 'passed', title: words('Read from Entra'), evidence: [words('department: Sales')] },
          { step: 'scope', result: out ? 'information' : 'passed', title: words(out ? 'Not in scope' : 'In scope'), evidence: [] },
          { step: 'match', result: out ? 'information' : 'passed', title: words(out ? 'No GoTo account belongs to this person' : 'The GoTo account was found'), evidence: [] },
          { step: 'action', result: 'passed', title: words('The next cycle would change nothing'), evidence: [] },
        ],
        changes: [],
      };
    },
    log: ({ results, run, text, offset, limit }) => {
      const rows = world.log.filter((row) => (run === '' || row.run === run) && (results.length === 0 || results.includes(row.result)) && row.name.toLowerCase().includes(text.toLowerCase()));
      return { entries: rows.slice(offset, offset + limit), total: rows.length };
    },
    ring: ({ ring }) => {
      const everybody = NAMES.map((name, index) => `p-${index}-${mailOf(name)}`);
      const members = (ring ?? []).map((id): RingMember => {
        const name = NAMES.find((each) => id.endsWith(mailOf(each)));
        return name === undefined ? { id, kind: 'group', name: 'Contractors', detail: 'Security group', people: 3 } : { id, kind: 'user', name, detail: mailOf(name), people: 1 };
      });
      const next = ring === undefined ? everybody.length : members.reduce((sum, member) => sum + member.people, 0);
      return { everybody: ring === undefined, members, in_scope: everybody.length + 789, provisioned: 789, next, waiting: everybody.length - next, waiting_groups: ring === undefined ? 0 : 2, about: false, read_at: world.now };
    },
    pending_deletes: pending,
    pending_decide: ({ keys, keep }) => {
      world.pending = world.pending.map((row) => {
        const { kept_by: _by, kept_at: _at, ...rest } = row;
        return keys.includes(row.key) ? (keep ? { ...rest, kept_by: 'dana', kept_at: world.now } : rest) : row;
      });
      return pending();
    },
    notices: () => world.notices,
    mail_password_store: () => {
      world.notices = { ...world.notices, password_stored: true };
      return world.notices;
    },
    mail_test: () => ({ to: world.view.draft.notice_email, answer: '250 2.0.0 OK' }),
    log_export: ({ id, form }) => ({ path: `Downloads/${id}-log.${form}` }),
    preview_export: ({ id, form }) => ({ path: `Downloads/${id}-plan.${form}` }),
    practice_advance: ({ minutes }) => {
      world.now = new Date(Date.parse(world.now) + minutes * 60_000).toISOString();
      return state();
    },
    practice_fault: () => ({}),
    practice_fill: ({ cloud }) =>
      change((draft) => (cloud === 'entra' ? { ...draft, entra_client_id: '6f0c1c52-0b5e-4c6f-9a55-2f9c0d7aa91e', tenant: 'practice.example', cloud: 'practice' } : { ...draft, goto_client_id: 'b7c2a3d4-1111-2222-3333-444455556666' })),
  };

  const answer = async (name: string, request: unknown): Promise<Response> => {
    calls.push({ name, request });
    const failure = host.fail[name as keyof Commands];
    if (hold.has(name as keyof Commands)) return new Promise(() => undefined);
    try {
      if (failure !== undefined) throw failure;
      const handler = handlers[name as keyof Commands] as (request: unknown) => unknown;
      return new Response(JSON.stringify(await handler(request)), { status: 200 });
    } catch (error) {
      return new Response(JSON.stringify(error), { status: 409 });
    }
  };
  const host: FakeHost = {
    world,
    calls,
    fail: {},
    hold,
    finishSignIn: () => waiting?.('done'),
    install: () => {
      globalThis.fetch = (input, init) => {
        const url = input instanceof Request ? input.url : input.toString();
        const body = typeof init?.body === 'string' ? (JSON.parse(init.body) as unknown) : {};
        return answer(url.slice(url.lastIndexOf('/') + 1), body);
      };
    },
  };
  return host;
}
