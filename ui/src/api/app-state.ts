import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Theme } from '../generated/bridge';
import { call } from '../platform/call';
import { id as messageId } from '../text/messages';
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

export const themes: readonly { theme: Theme; label: string }[] = [
  { theme: 'system', label: messageId('theme-system') },
  { theme: 'light', label: messageId('theme-light') },
  { theme: 'dark', label: messageId('theme-dark') },
  { theme: 'high-contrast', label: messageId('theme-high-contrast') },
];

/** The chosen theme, and choosing another: it shows before it is stored. */
export function useTheme(): [Theme, (theme: Theme) => void, Error | null] {
  const client = useQueryClient();
  const state = useQuery(appStateQuery);
  const choose = useMutation({
    mutationFn: (theme: Theme) => call('set_theme', { theme }),
    onMutate: (theme) => client.setQueryData(appStateQuery.queryKey, (known) => (known === undefined ? known : { ...known, theme })),
    onSettled: () => client.invalidateQueries({ queryKey: appStateQuery.queryKey }),
  });
  return [state.data?.theme ?? 'system', (theme) => choose.mutate(theme), choose.error];
}
