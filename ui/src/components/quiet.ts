import type { Status } from '../generated/bridge';

/** Until when no cycle begins by itself, where somebody waits for one. */
export function quietNow(status?: Status): { until: string; local: string; zone: string } | undefined {
  const quiet = status?.quiet;
  if (status?.on !== true || status.progress !== undefined || quiet?.until === undefined || quiet.until_local === undefined) return undefined;
  return { until: quiet.until, local: quiet.until_local, zone: quiet.zone };
}
