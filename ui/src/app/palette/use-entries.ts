import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { themes, useTheme } from '../../api/app-state';
import { connectionQuery, connectionsQuery, principalsQuery } from '../../api/queries';
import { go, useRoute } from '../../api/routes';
import type { ConnectionSummary, ConnectionView } from '../../generated/bridge';
import { t } from '../../text/messages';
import { SHOW_SHORTCUTS } from '../shortcuts';
import type { Entry, PaletteMode, Wanted } from './entries';
import { openingOf, pagesOf } from './pages';

/** More people than fit would hide what else was found. */
const PEOPLE = 8;

export interface Found {
  entries: readonly Entry[];
  /** The directory has not answered yet. */
  searching: boolean;
  /** Why nobody can be found, where people were asked for. */
  noPeople?: string;
}

/** Everything that can be opened or done from here. */
export function useEntries(mode: PaletteMode, wanted: Wanted): Found {
  const route = useRoute();
  const client = useQueryClient();
  const [theme, choose] = useTheme();
  const list = useQuery(connectionsQuery);
  const id = 'id' in route ? route.id : undefined;
  const open = useQuery({ ...connectionQuery(id ?? ''), enabled: id !== undefined });
  const people = usePeople(mode, wanted, open.data);
  const summary = open.data?.summary;

  const page = (key: string, label: string, to: () => void, keys?: string): Entry => ({ key, kind: 'page', label, ...(keys === undefined ? {} : { keys }), run: to });
  const commands: Entry[] = [
    { key: 'new', kind: 'command', label: t('home-new'), run: () => go({ page: 'new' }) },
    { key: 'run-preview', kind: 'command', label: t('palette-preview'), ...(summary === undefined ? { why: t('palette-no-connection') } : {}), run: () => (summary === undefined ? undefined : go(previewOf(summary))) },
    { key: 'refresh', kind: 'command', label: t('key-refresh'), keys: 'F5', run: () => void client.invalidateQueries() },
    ...themes.map((row): Entry => ({
      key: `theme-${row.theme}`,
      kind: 'command',
      label: t('palette-theme', { theme: t(row.label) }),
      setting: true,
      ...(row.theme === theme ? { detail: t('palette-theme-now') } : {}),
      run: () => choose(row.theme),
    })),
    { key: 'shortcuts', kind: 'command', label: t('shortcuts-title'), keys: 'F1', run: () => void window.dispatchEvent(new Event(SHOW_SHORTCUTS)) },
  ];
  const connections = (list.data ?? []).map((row): Entry => ({
    key: `connection-${row.id}`,
    kind: 'connection',
    label: row.name,
    ...(row.tenant === '' ? {} : { detail: row.tenant }),
    ...(row.unreadable ? { why: t('home-unreadable-body') } : {}),
    run: () => go(openingOf(row)),
  }));
  const pages = summary === undefined ? [] : pagesOf(summary, route.page === 'setup');
  const home = page('home', t('all-connections'), () => go({ page: 'home' }), summary !== undefined && route.page !== 'setup' ? 'Ctrl+1' : undefined);
  return { ...people, entries: [...pages, home, ...connections, ...commands, ...people.entries] };
}

const previewOf = (row: ConnectionSummary) => (row.status === 'setting-up' ? ({ page: 'setup', id: row.id, step: 'preview' } as const) : ({ page: 'config', id: row.id, config: 'preview' } as const));

/** People of the tenant by name: asked for with `@`, or from two letters on. They open with the reason why they are in GoTo, or are not. */
function usePeople(mode: PaletteMode, { sign, text }: Wanted, view: ConnectionView | undefined): Found {
  const signedIn = view?.entra_account !== undefined;
  const asked = mode === 'all' && (sign === '@' || (sign === '' && text.length > 1));
  const wanted = useDeferredValue(text);
  const found = useQuery({ ...principalsQuery({ id: view?.summary.id ?? '', text: wanted, kind: 'user' }), enabled: asked && signedIn, retry: false });
  if (!asked) return { entries: [], searching: false };
  if (view === undefined) return { entries: [], searching: false, noPeople: t('palette-people-no-connection') };
  if (!signedIn) return { entries: [], searching: false, noPeople: t('palette-people-signed-out') };
  if (found.isError) return { entries: [], searching: false, noPeople: t('palette-people-failed') };
  const waits = view.summary.status === 'setting-up' ? { why: t('palette-person-waits') } : {};
  const rows = found.data ?? [];
  return {
    searching: found.isFetching,
    entries: rows.slice(0, PEOPLE).map((row): Entry => ({
      key: `person-${row.id}`,
      kind: 'person',
      label: row.name,
      detail: row.detail,
      ...waits,
      run: () => go({ page: 'overview', id: view.summary.id, entry: row.id, find: row.name }),
    })),
  };
}
