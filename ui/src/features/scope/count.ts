import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { populationQuery, scopeCountQuery, scopeHelpQuery } from '../../api/queries';
import type { CommandError, Progress, ScopeCount } from '../../generated/bridge';
import { call } from '../../platform/call';
import { asCommandError } from '../../platform/transport';
import type { Filters, TableName } from './filters';

/** So long nothing may change before it is counted. */
export const PAUSE = 400;
/** After so long somebody who waits wants to know how far it is. */
const PATIENCE = 1_000;

export interface Counting {
  /** The filters that were counted last; what is edited now may be ahead of them. */
  filters: Filters;
  count?: ScopeCount;
  /** The count is of earlier filters, and another one is on its way. */
  waiting: boolean;
  error?: CommandError;
  progress?: Progress;
  /** Counts again; with `fresh` everyone is read again. */
  again: (fresh: boolean) => void;
  cancel: () => void;
}

/** Counts the filters a moment after the last edit. */
export function useCounting(id: string, table: TableName, filters: Filters): Counting {
  const client = useQueryClient();
  const [settled, setSettled] = useState(filters);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(filters), PAUSE);
    return () => clearTimeout(timer);
  }, [filters]);
  const query = useQuery({ ...scopeCountQuery(id, table, settled), retry: false });
  const [reading, setReading] = useState(false);
  const busy = query.isFetching || reading;
  const slow = useSlow(busy);
  const population = useQuery({ ...populationQuery(id), enabled: slow, retry: false });

  const { data, isPlaceholderData } = query;
  const counted = data?.numbers?.read_at;
  useEffect(() => {
    // The values that attributes have are known once somebody was read.
    if (counted !== undefined) void client.invalidateQueries({ queryKey: scopeHelpQuery(id, table).queryKey });
  }, [client, id, table, counted]);

  const { refetch } = query;
  const again = useCallback(
    (fresh: boolean) => {
      if (!fresh) {
        void refetch();
        return;
      }
      setReading(true);
      call('scope_count', { id, table, filters: [...settled], fresh: true })
        .then((found) => client.setQueryData(scopeCountQuery(id, table, settled).queryKey, found))
        // Asking in the usual way tells what is wrong.
        .catch(() => refetch())
        .finally(() => setReading(false));
    },
    [client, id, table, settled, refetch],
  );
  const cancel = useCallback(() => {
    call('population_cancel', { id }).catch(() => undefined);
  }, [id]);

  return {
    filters: settled,
    waiting: settled !== filters || isPlaceholderData || reading,
    again,
    cancel,
    ...(data === undefined ? {} : { count: data }),
    ...(query.isError && !busy ? { error: asCommandError(query.error) } : {}),
    ...(slow && population.data?.progress !== undefined ? { progress: population.data.progress } : {}),
  };
}

function useSlow(busy: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(busy), busy ? PATIENCE : 0);
    return () => clearTimeout(timer);
  }, [busy]);
  return slow && busy;
}
