import { act, renderHook } from '@testing-library/react';
import { useMemo, useState, type ReactNode } from 'react';
import { beforeEach, describe, expect, it } from 'vitest';
import { ConnectionContext, useConnection, type OpenConnection } from '../api/connection';
import type { Edit } from '../api/draft';
import { forgetHistory, STEPS, useHistory, type Slice } from '../api/history';
import type { Draft } from '../generated/bridge';
import { makeWorld } from './world';

const names: Slice<string> = { get: (draft) => draft.name, put: (draft, name) => ({ ...draft, name }) };
const groups: Slice<boolean> = { get: (draft) => draft.groups.enabled, put: (draft, enabled) => ({ ...draft, groups: { ...draft.groups, enabled } }) };

/** A connection whose draft lives in memory: saving is the draft's own matter. */
function Connection({ children }: { children: ReactNode }) {
  const [draft, setDraft] = useState<Draft>(() => ({ ...makeWorld().view.draft, name: 'a' }));
  const open = useMemo(() => ({ id: 'c1', tools: { draft, edit: (change: Edit) => setDraft(change) } }) as unknown as OpenConnection, [draft]);
  return <ConnectionContext value={open}>{children}</ConnectionContext>;
}

const start = (page = 'names') => renderHook(() => ({ names: useHistory(page, names), groups: useHistory('groups', groups), outside: useConnection().tools.edit }), { wrapper: Connection });

describe('undo and redo of a page', () => {
  beforeEach(() => forgetHistory());

  it('takes steps back and does them again, by name', () => {
    const { result } = start();
    act(() => result.current.names.change((value) => `${value}b`, { name: 'b' }));
    act(() => result.current.names.change((value) => `${value}c`, { name: 'c' }));
    expect(result.current.names).toMatchObject({ value: 'abc', undoName: 'c' });
    act(() => void result.current.names.undo());
    expect(result.current.names).toMatchObject({ value: 'ab', undoName: 'b', redoName: 'c' });
    act(() => void result.current.names.redo());
    expect(result.current.names.value).toBe('abc');
    expect(result.current.names.redoName).toBeUndefined();
  });

  it('leaves the rest of the draft, and other pages, alone', () => {
    const { result } = start();
    const before = result.current.groups.value;
    act(() => result.current.names.change(() => 'b', { name: 'name' }));
    act(() => result.current.groups.change((value) => !value, { name: 'switch' }));
    act(() => void result.current.names.undo());
    expect(result.current.names.value).toBe('a');
    expect(result.current.groups.value).toBe(!before);
  });

  it('goes at least fifty steps back, and no further than it keeps', () => {
    const { result } = start();
    for (let n = 0; n < STEPS + 20; n += 1) act(() => result.current.names.change(() => String(n), { name: String(n) }));
    let back = 0;
    for (;;) {
      let name: string | undefined;
      act(() => {
        name = result.current.names.undo();
      });
      if (name === undefined) break;
      back += 1;
    }
    expect(STEPS).toBeGreaterThanOrEqual(50);
    expect(back).toBe(STEPS);
    expect(result.current.names.value).toBe('19');
  });

  it('joins letters that are typed one after another, and nothing else', () => {
    const { result } = start();
    for (const letter of 'xyz') act(() => result.current.names.change((value) => value + letter, { name: 'title', merge: 'title' }));
    act(() => result.current.names.change((value) => `${value}!`, { name: 'other' }));
    act(() => result.current.names.change((value) => `${value}q`, { name: 'title', merge: 'title' }));
    act(() => void result.current.names.undo());
    act(() => void result.current.names.undo());
    expect(result.current.names.value).toBe('axyz');
    act(() => void result.current.names.undo());
    expect(result.current.names.value).toBe('a');
  });

  it('keeps both of two changes of one event', () => {
    const { result } = start();
    act(() => {
      result.current.names.change((value) => `${value}b`, { name: 'b' });
      result.current.names.change((value) => `${value}c`, { name: 'c' });
    });
    expect(result.current.names.value).toBe('abc');
    act(() => void result.current.names.undo());
    expect(result.current.names.value).toBe('ab');
  });

  it('counts no step where nothing changed', () => {
    const { result } = start();
    act(() => result.current.names.change((value) => value, { name: 'nothing' }));
    expect(result.current.names.undoName).toBeUndefined();
  });

  it('is void when somebody else changed the page: undo must not overwrite that', () => {
    const { result } = start();
    act(() => result.current.names.change(() => 'mine', { name: 'mine' }));
    act(() => result.current.outside((draft) => ({ ...draft, name: 'theirs' })));
    expect(result.current.names.undoName).toBeUndefined();
    act(() => void result.current.names.undo());
    expect(result.current.names.value).toBe('theirs');
  });

  it('outlives the page', () => {
    const first = start();
    act(() => first.result.current.names.change(() => 'a', { name: 'same' }));
    act(() => first.result.current.names.change(() => 'b', { name: 'b' }));
    act(() => void first.result.current.names.undo());
    first.unmount();
    const second = start();
    expect(second.result.current.names.redoName).toBe('b');
  });
});
