import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { Draft } from '../generated/bridge';
import { useConnection } from './connection';

/** The part of the draft that one page edits. Undo puts this part back and leaves the rest of the draft alone. */
export interface Slice<T> {
  get: (draft: Draft) => T;
  put: (draft: Draft, value: T) => Draft;
}

export interface StepOptions {
  /** What was changed, in words: for the button's name and the announcement. */
  name: string;
  /** Steps in a row with the same key are one step, so that undo does not go letter by letter. */
  merge?: string;
}

export interface History<T> {
  value: T;
  /** Changes the page's part of the draft, as one step that can be undone. It is saved as every edit is. */
  change: (work: (value: T) => T, step: StepOptions) => void;
  /** Takes the last step back; its name, or undefined when there is none. */
  undo: () => string | undefined;
  redo: () => string | undefined;
  /** What undo would take back; absent when there is nothing. */
  undoName?: string;
  redoName?: string;
}

/** More than anybody takes back one by one, and little to keep: a step is one table. */
export const STEPS = 100;

interface Step {
  name: string;
  merge?: string;
  value: unknown;
}

interface Steps {
  past: readonly Step[];
  future: readonly Step[];
  /** What the steps lead to. Where the draft has something else, somebody changed it outside and the steps are void. */
  present: string;
}

const none: Steps = { past: [], future: [], present: '' };

// Outlives the page: leaving it and coming back must not cost the way back. Ends with the window.
const kept = new Map<string, Steps>();
const listeners = new Set<() => void>();

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

function keep(key: string, steps: Steps): void {
  kept.set(key, steps);
  for (const listener of listeners) listener();
}

/** Forgets every step of every page: for tests, where one window follows another. */
export function forgetHistory(): void {
  kept.clear();
}

/** Undo and redo for one page of the open connection. `page` names it; `slice` must not change between renders. */
export function useHistory<T>(page: string, slice: Slice<T>): History<T> {
  const { id, tools } = useConnection();
  const { draft, edit } = tools;
  const key = `${id}/${page}`;
  const stored = useSyncExternalStore(subscribe, () => kept.get(key) ?? none);
  const value = slice.get(draft);
  // Two changes in one event: the second one starts where the first one ended, before anything is drawn.
  const latest = useRef(value);
  useLayoutEffect(() => {
    latest.current = value;
  }, [value]);
  const steps = useMemo(() => (stored === none || stored.present === JSON.stringify(value) ? stored : none), [stored, value]);

  const valid = useCallback(() => {
    const found = kept.get(key) ?? none;
    return found.present === JSON.stringify(latest.current) ? found : none;
  }, [key]);

  const change = useCallback(
    (work: (value: T) => T, step: StepOptions) => {
      const before = latest.current;
      const after = work(before);
      const [was, is] = [JSON.stringify(before), JSON.stringify(after)];
      if (was === is) return;
      const { past } = valid();
      const last = past.at(-1);
      const joins = step.merge !== undefined && last?.merge === step.merge;
      latest.current = after;
      keep(key, { past: joins ? past : [...past, { ...step, value: before }].slice(-STEPS), future: [], present: is });
      edit((previous) => slice.put(previous, work(slice.get(previous))));
    },
    [key, slice, edit, valid],
  );

  const move = useCallback(
    (from: 'past' | 'future', to: 'past' | 'future'): string | undefined => {
      const found = valid();
      const step = found[from].at(-1);
      if (step === undefined) return undefined;
      const back = step.value as T;
      const here: Step = { name: step.name, value: latest.current };
      latest.current = back;
      const moved = { [from]: found[from].slice(0, -1), [to]: [...found[to], here] };
      keep(key, { ...found, ...moved, present: JSON.stringify(back) });
      edit((previous) => slice.put(previous, back));
      return step.name;
    },
    [key, slice, edit, valid],
  );
  const undo = useCallback(() => move('past', 'future'), [move]);
  const redo = useCallback(() => move('future', 'past'), [move]);

  const [undoName, redoName] = [steps.past.at(-1)?.name, steps.future.at(-1)?.name];
  return { value, change, undo, redo, ...(undoName === undefined ? {} : { undoName }), ...(redoName === undefined ? {} : { redoName }) };
}

/** Ctrl+Z and Ctrl+Shift+Z (or Ctrl+Y) for the page. A field that is typed in, and whatever lies over the page, keep their own. */
export function useUndoKeys(undo: () => void, redo: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey || !(event.ctrlKey || event.metaKey) || ownUndo(event.target)) return;
      const pressed = event.key.toLowerCase();
      const again = pressed === 'y' || (pressed === 'z' && event.shiftKey);
      if (!again && pressed !== 'z') return;
      event.preventDefault();
      (again ? redo : undo)();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [undo, redo]);
}

function ownUndo(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return true;
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.tagName === 'TEXTAREA' || (target instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(target.type));
}
