import { useMutation, useQuery } from '@tanstack/react-query';
import { call } from '../platform/call';
import { appStateQuery } from './queries';

/** The link of a key, when this build's link table has it. The address itself never enters the window. */
export function useLink(link: string, id?: string): { host: string; open: () => void } | undefined {
  const state = useQuery(appStateQuery);
  const open = useMutation({
    mutationFn: () => call('open_link', id === undefined ? { link } : { link, id }),
  });
  const found = state.data?.links.find((row) => row.link === link);
  return found === undefined ? undefined : { host: found.host, open: () => open.mutate() };
}

/** The time that Usher goes by: the practice clock in practice mode. */
export function useNow(): string | undefined {
  return useQuery(appStateQuery).data?.now;
}
