import { useSyncExternalStore } from 'react';
import type { StepId } from '../generated/bridge';
import { isStep } from './steps';

/** Pages of a connection that is in operation and that reuse a step of the set-up. */
export type ConfigPage = 'people' | 'connection' | 'attributes/users' | 'attributes/groups' | 'scoping' | 'preview';

export type Route =
  | { page: 'home' }
  | { page: 'new' }
  | { page: 'setup'; id: string; step: StepId }
  | { page: 'config'; id: string; config: ConfigPage }
  | { page: 'overview' | 'logs' | 'pending' | 'settings'; id: string; /** A run of the log; a person whom the overview tells about. */ entry?: string; /** What the log is searched for; the person's name. */ find?: string; /** The one result that the log shows. */ only?: string }
  | { page: 'lost' };

/** Which step a configuration page shows. */
export const configSteps: Record<ConfigPage, StepId> = {
  people: 'people',
  connection: 'connect',
  'attributes/users': 'user-attributes',
  'attributes/groups': 'group-attributes',
  scoping: 'scoping-filters',
  preview: 'preview',
};

const isConfigPage = (text: string): text is ConfigPage => text in configSteps;

export function hashOf(route: Route): string {
  switch (route.page) {
    case 'home':
    case 'lost':
      return '#/';
    case 'new':
      return '#/new';
    case 'setup':
      return `#/c/${encodeURIComponent(route.id)}/setup/${route.step}`;
    case 'config':
      return `#/c/${encodeURIComponent(route.id)}/${route.config}`;
    case 'overview':
    case 'logs':
    case 'pending':
    case 'settings':
      return `#/c/${encodeURIComponent(route.id)}/${route.page}${route.entry === undefined ? '' : `/${encodeURIComponent(route.entry)}`}${asked({ find: route.find, only: route.only })}`;
  }
}

export function parseHash(hash: string): Route {
  const [path = '', query = ''] = hash.split('?', 2);
  const [first = '', rawId = '', page = '', ...rest] = path.replace(/^#?\/?/, '').split('/');
  if (first === '') return { page: 'home' };
  if (first === 'new') return { page: 'new' };
  if (first !== 'c' || rawId === '') return { page: 'lost' };
  const id = decode(rawId);
  const tail = rest.join('/');
  if (page === 'setup') return isStep(tail) ? { page: 'setup', id, step: tail } : { page: 'lost' };
  const config = tail === '' ? page : `${page}/${tail}`;
  if (isConfigPage(config)) return { page: 'config', id, config };
  if (page === 'overview' || page === 'logs' || page === 'pending' || page === 'settings') {
    const asks = Object.fromEntries([...new URLSearchParams(query)].filter(([name]) => name === 'find' || name === 'only'));
    return tail === '' ? { page, id, ...asks } : { page, id, entry: decode(tail), ...asks };
  }
  return { page: 'lost' };
}

function asked(values: Readonly<Record<string, string | undefined>>): string {
  const query = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]));
  return query.length === 0 ? '' : `?${query.join('&')}`;
}

/** Goes to a page; the web view's history keeps it. */
export function go(route: Route): void {
  window.location.hash = hashOf(route);
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(listen, () => window.location.hash);
  return parseHash(hash);
}

function listen(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
