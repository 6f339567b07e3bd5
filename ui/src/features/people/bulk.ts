import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { useConnection, type OpenConnection } from '../../api/connection';
import { useToast } from '../../components/toast';
import type { AssignmentRow, CommandError, People } from '../../generated/bridge';
import { call } from '../../platform/call';
import { asCommandError } from '../../platform/transport';
import { id as messageId, t } from '../../text/messages';

/** What is done to each row, one after the other. */
export type Change =
  | { kind: 'role'; role: string; roleName: string; had: readonly string[] }
  | { kind: 'unassign' }
  /** Takes back an unassignment. */
  | { kind: 'assign-again' }
  /** Takes back a change of role; `had` are the principals that had the other role before, and keep it. */
  | { kind: 'role-back'; role: string; had: readonly string[] };

interface Failed {
  row: AssignmentRow;
  error: CommandError;
  /** The new role was given and the old one could not be taken away. */
  both: boolean;
}

export interface Running {
  change: Change;
  done: number;
  total: number;
  cancelling: boolean;
}

/** What became of a change that did not get through whole: stays until somebody deals with it. */
export interface Outcome {
  change: Change;
  done: readonly AssignmentRow[];
  failed: readonly Failed[];
  /** Not tried: it was cancelled, or nothing more could get through. */
  left: readonly AssignmentRow[];
  cancelled: boolean;
  /** Nothing was tried, because of this. */
  error?: CommandError;
}

interface State {
  running?: Running;
  outcome?: Outcome;
}

const idle: State = {};
// Outlives the page: leaving it does not stop the work, and coming back shows how far it is and what failed.
const states = new Map<string, State>();
const listeners = new Set<() => void>();

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

function put(id: string, state: State): void {
  states.set(id, state);
  for (const listener of listeners) listener();
}

/** Forgets every change of every connection: for tests, where one window follows another. */
export function forgetBulk(): void {
  states.clear();
}

/** Once these are met, each further row would only meet them again. */
const stops = (error: CommandError) => error.code === 'unreachable' || error.code === 'sign-in';

/** Rows that can be assigned again as they were: Default Access, for one, is not given where there are other roles. */
export const restorable = (rows: readonly AssignmentRow[], people: People) => rows.every((row) => people.roles.some((role) => role.id === row.role && (!role.default_access || people.roles.length === 1)));

/** The change of a role for these rows, and which of them need it. */
export function roleChange(role: string, people: People): Extract<Change, { kind: 'role' }> {
  const had = people.rows.filter((row) => row.role === role).map((row) => row.principal);
  return { kind: 'role', role, roleName: people.roles.find((each) => each.id === role)?.name ?? '', had };
}

/** One pass over the rows. Never rejects: what fails is part of the outcome. */
async function pass(id: string, change: Change, rows: readonly AssignmentRow[], before: readonly AssignmentRow[]): Promise<Outcome> {
  const done = [...before];
  const failed: Failed[] = [];
  let fresh: Promise<People> | undefined;
  for (const [at, row] of rows.entries()) {
    const running = states.get(id)?.running;
    const last = failed.at(-1);
    if (running?.cancelling === true || (last !== undefined && stops(last.error))) return { change, done, failed, left: rows.slice(at), cancelled: running?.cancelling === true };
    let both = false;
    try {
      if (change.kind !== 'unassign') {
        await call('assign', { id, principal: row.principal, role: change.kind === 'role' ? change.role : row.role });
        // Entra refuses the same principal and role twice, so the new one comes first.
        both = change.kind !== 'assign-again';
      }
      if (change.kind === 'role' || change.kind === 'unassign') await call('unassign', { id, assignment: row.id });
      if (change.kind === 'role-back' && !change.had.includes(row.principal)) {
        fresh ??= call('people', { id });
        const other = (await fresh).rows.find((each) => each.principal === row.principal && each.role === change.role);
        if (other !== undefined) await call('unassign', { id, assignment: other.id });
      }
      done.push(row);
    } catch (error) {
      failed.push({ row, error: asCommandError(error), both });
    }
    put(id, { running: { change, done: at + 1, total: rows.length, cancelling: states.get(id)?.running?.cancelling ?? false } });
  }
  return { change, done, failed, left: [], cancelled: false };
}

const doneWords: Record<Change['kind'], string> = {
  role: messageId('people-bulk-done-role'),
  unassign: messageId('people-bulk-done-unassign'),
  'assign-again': messageId('people-bulk-done-back'),
  'role-back': messageId('people-bulk-done-back'),
};

export const doneText = (change: Change, rows: readonly AssignmentRow[]): string =>
  t(doneWords[change.kind], { count: rows.length, name: rows[0]?.name ?? '', role: change.kind === 'role' ? change.roleName : '' });

/** How a change is taken back; undefined for what takes back itself. */
function backOf(change: Change): Change | undefined {
  if (change.kind === 'role') return { kind: 'role-back', role: change.role, had: change.had };
  return change.kind === 'unassign' ? { kind: 'assign-again' } : undefined;
}

export interface Bulk extends State {
  start: (change: Change, rows: readonly AssignmentRow[], before?: readonly AssignmentRow[]) => void;
  /** Takes back what an outcome has done; undefined where that cannot be. */
  back: (outcome: Outcome) => (() => void) | undefined;
  cancel: () => void;
  dismiss: () => void;
}

/** What a change needs of the page that started it; all of it outlives the page. */
interface Host extends Pick<OpenConnection, 'id' | 'act' | 'goTo'> {
  people: People;
  toast: ReturnType<typeof useToast>;
  isHere: () => boolean;
}

/** Takes back what was done; undefined where that cannot be. */
function undoOf(host: Host, { change, done }: Outcome): (() => void) | undefined {
  const back = backOf(change);
  if (back === undefined || done.length === 0 || !restorable(done, host.people)) return undefined;
  return () => void run(host, back, done, []);
}

async function run(host: Host, change: Change, rows: readonly AssignmentRow[], before: readonly AssignmentRow[]): Promise<void> {
  const { id, toast } = host;
  if (states.get(id)?.running !== undefined || rows.length === 0) return;
  put(id, { running: { change, done: 0, total: rows.length, cancelling: false } });
  let outcome: Outcome = { change, done: before, failed: [], left: rows, cancelled: false };
  try {
    await host.act(async () => {
      outcome = await pass(id, change, rows, before);
    });
  } catch (error) {
    // The draft could not be saved first: nothing was tried.
    outcome = { ...outcome, error: asCommandError(error) };
  }
  const whole = outcome.left.length === 0 && outcome.failed.length === 0;
  put(id, whole ? idle : { outcome });
  const undo = undoOf(host, outcome);
  if (whole) toast(doneText(change, outcome.done), undo === undefined ? undefined : { label: t('undo'), run: undo });
  // Whoever has left the page must not believe that all went well.
  else if (!host.isHere()) toast(outcomeTitle(outcome), { label: t('people-bulk-see'), run: () => host.goTo('people') }, 'warning');
}

/** Changes of many assignments: one runs at a time for each connection. */
export function useBulk(people: People): Bulk {
  const { id, act, goTo } = useConnection();
  const toast = useToast();
  const state = useSyncExternalStore(subscribe, () => states.get(id) ?? idle);
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  const host = useMemo((): Host => ({ id, act, goTo, toast, people, isHere: () => here.current }), [id, act, goTo, toast, people]);
  return {
    ...state,
    start: (change, rows, before = []) => void run(host, change, rows, before),
    back: (outcome) => undoOf(host, outcome),
    cancel: () => {
      const running = states.get(id)?.running;
      if (running !== undefined) put(id, { running: { ...running, cancelling: true } });
    },
    dismiss: () => put(id, idle),
  };
}

const outcomeWords: Record<Change['kind'], string> = {
  role: messageId('people-bulk-part-role'),
  unassign: messageId('people-bulk-part-unassign'),
  'assign-again': messageId('people-bulk-part-back'),
  'role-back': messageId('people-bulk-part-back'),
};

/** "Unassigned 3 of 7." */
export const outcomeTitle = ({ change, done, failed, left }: Outcome): string =>
  t(outcomeWords[change.kind], { done: done.length, total: done.length + failed.length + left.length });
