import { useQueries, type UseQueryOptions } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { asCommandError } from '../platform/transport';
import type { CommandError } from '../generated/bridge';

/** How many rows one request asks for. The bridge allows 500. */
export const PAGE_SIZE = 200;

interface Paged<Row> {
  total: number;
  /** Undefined while its page is on the way. */
  row: (index: number) => Row | undefined;
  loading: boolean;
  error?: CommandError;
  retry: () => void;
  onRange: (first: number, last: number) => void;
}

/** Rows of a long list, fetched by the pages that are on the screen. */
export function usePages<Page extends { total: number }, Row>(
  options: (offset: number) => UseQueryOptions<Page>,
  rowsOf: (page: Page) => readonly Row[],
): Paged<Row> {
  const [range, setRange] = useState({ first: 0, last: 0 });
  const numbers = useMemo(() => {
    const from = Math.floor(range.first / PAGE_SIZE);
    const to = Math.floor(range.last / PAGE_SIZE);
    const shown = Array.from({ length: to - from + 1 }, (_, index) => from + index);
    // The first page always: it carries the total.
    return from === 0 ? shown : [0, ...shown];
  }, [range]);
  const results = useQueries({ queries: numbers.map((page) => options(page * PAGE_SIZE)) });
  const first = results[0];
  const onRange = useCallback((from: number, to: number) => {
    setRange((known) => {
      const same = Math.floor(known.first / PAGE_SIZE) === Math.floor(from / PAGE_SIZE) && Math.floor(known.last / PAGE_SIZE) === Math.floor(to / PAGE_SIZE);
      return same ? known : { first: from, last: to };
    });
  }, []);
  const failed = results.find((result) => result.isError);
  return {
    total: first?.data?.total ?? 0,
    loading: first?.isPending ?? true,
    row: (index) => {
      const at = numbers.indexOf(Math.floor(index / PAGE_SIZE));
      const data = results[at]?.data;
      return data === undefined ? undefined : rowsOf(data)[index % PAGE_SIZE];
    },
    retry: () => void Promise.all(results.map((result) => result.refetch())),
    onRange,
    ...(failed === undefined ? {} : { error: asCommandError(failed.error) }),
  };
}
