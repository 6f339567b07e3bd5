import { queryOptions, QueryClient, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type {
  AccountsRequest,
  FilterRow,
  LogRequest,
  MappingCheckRequest,
  MappingHelpRequest,
  MappingTryManyRequest,
  MappingTryRequest,
  PlanRowsRequest,
  ScopePeopleRequest,
  SearchPrincipals,
} from '../generated/bridge';
import { call } from '../platform/call';
import { asCommandError } from '../platform/transport';

/** One client for the window. Nothing is asked again behind a person's back except where a query says so. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        refetchOnWindowFocus: false,
        networkMode: 'always',
        // A refusal does not get better by asking again at once.
        retry: (failures, error) => asCommandError(error).code === 'unreachable' && asCommandError(error).retryable && failures < 1,
        retryDelay: 400,
      },
      mutations: { networkMode: 'always' },
    },
  });
}

export const appStateQuery = queryOptions({
  queryKey: ['app'],
  queryFn: () => call('app_state', {}),
});

export const connectionsQuery = queryOptions({
  queryKey: ['connections'],
  queryFn: () => call('connections', {}),
});

/** Everything below belongs to one connection, so that one key forgets it all. */
const of = (id: string) => ['connection', id] as const;

export const connectionQuery = (id: string) =>
  queryOptions({ queryKey: [...of(id), 'view'], queryFn: () => call('connection', { id }) });

export const noticesQuery = (id: string) =>
  queryOptions({ queryKey: [...of(id), 'notices'], queryFn: () => call('notices', { id }) });

export const reportQuery = (id: string) =>
  queryOptions({ queryKey: [...of(id), 'report'], queryFn: () => call('setup_report', { id }) });

export const seatsQuery = (id: string) =>
  queryOptions({ queryKey: [...of(id), 'seats'], queryFn: () => call('seats', { id }) });

export const guideQuery = (id: string) =>
  queryOptions({ queryKey: [...of(id), 'guide'], queryFn: () => call('client_guide', { id }) });

export const planFactsQuery = (id: string) =>
  queryOptions({ queryKey: [...of(id), 'facts'], queryFn: () => call('plan_facts', { id }) });

export const applicationsQuery = (id: string) =>
  queryOptions({ queryKey: [...of(id), 'applications'], queryFn: () => call('applications', { id }) });

export const peopleQuery = (id: string) =>
  queryOptions({ queryKey: [...of(id), 'people'], queryFn: () => call('people', { id }) });

export const principalsQuery = (request: SearchPrincipals) =>
  queryOptions({
    queryKey: [...of(request.id), 'principals', request.kind, request.text],
    queryFn: () => call('principals', request),
  });

/** The revision is part of the key: the samples and findings belong to exactly one saved draft. */
export const mappingHelpQuery = (request: MappingHelpRequest, revision: number) =>
  queryOptions({
    queryKey: [...of(request.id), 'mapping', request.table, request.sample, revision],
    queryFn: () => call('mapping_help', request),
    placeholderData: (previous) => previous,
  });

/** Who passes filters that need not be saved. Everyone is read once and kept by the back end: counting again is cheap. */
export const scopeCountQuery = (id: string, table: string, filters: readonly FilterRow[]) =>
  queryOptions({
    queryKey: [...of(id), 'scope-count', table, JSON.stringify(filters)],
    queryFn: () => call('scope_count', { id, table, filters: [...filters], fresh: false }),
    placeholderData: (previous) => previous,
  });

/** Who is in a ring that need not be saved, and how many wait. */
export const ringQuery = (id: string, ring: readonly string[] | undefined) =>
  queryOptions({
    queryKey: [...of(id), 'ring', JSON.stringify(ring ?? null)],
    queryFn: () => call('ring', ring === undefined ? { id } : { id, ring: [...ring] }),
    placeholderData: (previous) => previous,
  });

export const scopeHelpQuery = (id: string, table: string) =>
  queryOptions({ queryKey: [...of(id), 'scope-help', table], queryFn: () => call('scope_help', { id, table }) });

export const scopeWhyQuery = (id: string, table: string, filters: readonly FilterRow[], object: string) =>
  queryOptions({
    queryKey: [...of(id), 'scope-why', table, object, JSON.stringify(filters)],
    queryFn: () => call('scope_why', { id, table, filters: [...filters], object }),
    placeholderData: (previous) => previous,
  });

export const scopePeopleQuery = (request: ScopePeopleRequest) =>
  queryOptions({
    queryKey: [...of(request.id), 'scope-people', request.table, request.list, request.offset, request.limit, JSON.stringify(request.filters)],
    queryFn: () => call('scope_people', request),
    placeholderData: (previous) => previous,
  });

/** How far the reading of everyone is: only while somebody waits for it. */
export const populationQuery = (id: string) =>
  queryOptions({ queryKey: [...of(id), 'population'], queryFn: () => call('population', { id }), refetchInterval: 500, staleTime: 0 });

export const mappingDefaultsQuery = (request: MappingHelpRequest) =>
  queryOptions({ queryKey: [...of(request.id), 'mapping-defaults', request.table], queryFn: () => call('mapping_defaults', request), staleTime: 60_000 });

export const functionsQuery = queryOptions({ queryKey: ['functions'], queryFn: () => call('functions', {}), staleTime: Infinity });

/** The row is the key: an answer about an older version is never taken for one about this. */
export const mappingCheckQuery = (request: MappingCheckRequest) =>
  queryOptions({ queryKey: [...of(request.id), 'mapping-check', request.table, request.row], queryFn: () => call('mapping_check', request), gcTime: 60_000 });

export const mappingSubjectQuery = (request: MappingHelpRequest) =>
  queryOptions({ queryKey: [...of(request.id), 'mapping-subject', request.table, request.sample], queryFn: () => call('mapping_subject', request), placeholderData: (previous) => previous });

export const mappingTryQuery = (request: MappingTryRequest) =>
  queryOptions({
    queryKey: [...of(request.id), 'mapping-try', request.table, request.row, request.subject],
    queryFn: () => call('mapping_try', request),
    gcTime: 60_000,
  });

export const mappingTryManyQuery = (request: MappingTryManyRequest) =>
  queryOptions({
    queryKey: [...of(request.id), 'mapping-try-many', request.table, request.row, request.first],
    queryFn: () => call('mapping_try_many', request),
    placeholderData: (previous) => previous,
    gcTime: 60_000,
  });

export const previewQuery = (id: string) =>
  queryOptions({
    queryKey: [...of(id), 'preview'],
    queryFn: () => call('preview', { id }),
    refetchInterval: (query) => (query.state.data?.state === 'running' ? 500 : false),
  });

export const planRowsQuery = (request: PlanRowsRequest, hash: string) =>
  queryOptions({
    queryKey: [...of(request.id), 'preview-rows', hash, request.actions.join(), request.text, request.offset, request.limit],
    queryFn: () => call('preview_rows', request),
    placeholderData: (previous) => previous,
  });

/** The accounts that the last preview found: its plan is part of the key. */
export const accountsQuery = (request: AccountsRequest, hash: string) =>
  queryOptions({
    queryKey: [...of(request.id), 'accounts', hash, request.standings.join(), request.text, request.offset, request.limit],
    queryFn: () => call('accounts', request),
    placeholderData: (previous) => previous,
  });

/** What was decided about accounts makes the preview out of date, and the steps that wait for it. */
export function forgetAccounts(client: QueryClient, id: string): void {
  void client.invalidateQueries({ queryKey: [...of(id), 'accounts'] });
  forgetChecks(client, id);
}

export const statusQuery = (id: string) =>
  queryOptions({
    queryKey: [...of(id), 'status'],
    queryFn: () => call('status', { id }),
    refetchInterval: (query) => (query.state.data?.progress === undefined ? 4_000 : 1_000),
  });

/** Always asked anew: both sides may have changed since. */
export const whyQuery = (id: string, person: string) =>
  queryOptions({ queryKey: [...of(id), 'why', person], queryFn: () => call('why_person', { id, person }), staleTime: 0, gcTime: 0, retry: false, refetchOnWindowFocus: false });

export const logQuery = (request: LogRequest) =>
  queryOptions({
    queryKey: [...of(request.id), 'log', request.results.join(), request.run, request.text, request.offset, request.limit],
    queryFn: () => call('log', request),
    placeholderData: (previous) => previous,
  });

export const pendingQuery = (id: string) =>
  queryOptions({ queryKey: [...of(id), 'pending'], queryFn: () => call('pending_deletes', { id }) });

/** Asks again what a change of the draft may have touched. The steps' checks ask the network, so they come last. */
export function forgetChecks(client: QueryClient, id: string): void {
  void client.invalidateQueries({ queryKey: [...of(id), 'report'] });
  void client.invalidateQueries({ queryKey: [...of(id), 'preview'] });
}

/** Forgets what was known about one connection. Waits only for the connection itself: checks may take their time. */
export function useRefreshConnection(id: string): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(async () => {
    const view = connectionQuery(id).queryKey;
    void client.invalidateQueries({ queryKey: of(id), predicate: (query) => query.queryKey[2] !== view[2] });
    void client.invalidateQueries({ queryKey: connectionsQuery.queryKey });
    void client.invalidateQueries({ queryKey: appStateQuery.queryKey });
    await client.invalidateQueries({ queryKey: view });
  }, [client, id]);
}
