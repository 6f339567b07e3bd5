import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { CommandError, ConnectionView, Draft } from '../generated/bridge';
import { call } from '../platform/call';
import { asCommandError } from '../platform/transport';
import { connectionQuery, forgetChecks } from './queries';

export type Edit = (draft: Draft) => Draft;
export type SaveState = 'saved' | 'waiting' | 'saving' | 'conflict' | 'failed';

export interface DraftTools {
  /** The draft with every edit, saved or not. */
  draft: Draft;
  /** The last saved revision. */
  revision: number;
  /** When it was saved; absent before the first save of this window. */
  savedAt?: string;
  save: SaveState;
  error?: CommandError;
  /** Changes the draft. It is saved within a second. */
  edit: (change: Edit) => void;
  /** Saves now. Resolves to the saved revision, or rejects. */
  flush: () => Promise<number>;
  /** Gives unsaved edits up and takes what is stored. */
  reload: () => Promise<void>;
}

const PAUSE = 600;
/** The steps are checked over the network: not after every letter that was typed. */
const CHECK_PAUSE = 1_000;

interface Local {
  base: Draft;
  revision: number;
  pending: readonly Edit[];
  save: SaveState;
  savedAt?: string;
  error?: CommandError;
}

/** Edits are kept as functions, so that they can be laid over a newer stored draft when an action changed it. */
export function useDraftTools(view: ConnectionView): DraftTools {
  const client = useQueryClient();
  const id = view.summary.id;
  const [local, setLocal] = useState<Local>(() => fresh(view));
  const latest = useRef(local);
  const running = useRef<Promise<number> | undefined>(undefined);
  const checks = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const update = useCallback((change: (previous: Local) => Local) => {
    latest.current = change(latest.current);
    setLocal(latest.current);
  }, []);

  // An action such as choosing an application changed the stored draft: lay our unsaved edits over it.
  useEffect(() => {
    if (view.revision > latest.current.revision && running.current === undefined) {
      update((previous) => ({ ...previous, base: view.draft, revision: view.revision }));
    }
  }, [view, update]);

  const send = useCallback(async (): Promise<number> => {
    while (latest.current.pending.length > 0) {
      const { base, revision, pending } = latest.current;
      const draft = pending.reduce((value, change) => change(value), base);
      update((previous) => ({ ...previous, save: 'saving' }));
      try {
        const saved = await call('draft_save', { id, revision, draft });
        update((previous) => ({
          base: draft,
          revision: saved.revision,
          savedAt: saved.saved_at,
          pending: previous.pending.slice(pending.length),
          save: 'saved',
        }));
        const key = connectionQuery(id).queryKey;
        client.setQueryData(key, (known) => (known === undefined ? known : { ...known, draft, revision: saved.revision }));
      } catch (thrown) {
        const error = asCommandError(thrown);
        update((previous) => ({ ...previous, error, save: error.code === 'conflict' ? 'conflict' : 'failed' }));
        throw thrown;
      }
    }
    void client.invalidateQueries({ queryKey: connectionQuery(id).queryKey });
    clearTimeout(checks.current);
    checks.current = setTimeout(() => forgetChecks(client, id), CHECK_PAUSE);
    return latest.current.revision;
  }, [client, id, update]);

  const flush = useCallback((): Promise<number> => {
    running.current ??= send().finally(() => {
      running.current = undefined;
    });
    return running.current;
  }, [send]);

  useEffect(() => {
    if (local.pending.length === 0 || local.save === 'conflict' || local.save === 'failed') return;
    const timer = setTimeout(() => {
      // The failure is already in the state that the footer and the notice read.
      flush().catch(() => undefined);
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [local.pending, local.save, flush]);

  // Leaving the connection must not lose the last half second of work.
  useEffect(
    () => () => {
      if (latest.current.pending.length > 0) flush().catch(() => undefined);
    },
    [flush],
  );

  const edit = useCallback(
    (change: Edit) =>
      update((previous) => ({
        ...previous,
        pending: [...previous.pending, change],
        save: previous.save === 'conflict' ? 'conflict' : 'waiting',
      })),
    [update],
  );

  const reload = useCallback(async () => {
    const stored = await client.query({ ...connectionQuery(id), staleTime: 0 });
    update(() => fresh(stored));
  }, [client, id, update]);

  const draft = useMemo(() => local.pending.reduce((value, change) => change(value), local.base), [local]);
  return {
    draft,
    revision: local.revision,
    save: local.save,
    edit,
    flush,
    reload,
    ...(local.savedAt === undefined ? {} : { savedAt: local.savedAt }),
    ...(local.error === undefined ? {} : { error: local.error }),
  };
}

function fresh(view: ConnectionView): Local {
  return { base: view.draft, revision: view.revision, pending: [], save: 'saved' };
}
