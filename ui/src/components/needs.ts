import type { CycleSummary, Message } from '../generated/bridge';
import { say, t } from '../text/messages';

/** What needs a person, with the reason where a cycle names one: the log has no entry of a cycle that failed as a whole. */
export function needSentence(need: Message, cycles: readonly CycleSummary[]): string {
  const because = need.id === 'need-cycle-failed' ? cycles.find((cycle) => cycle.outcome === 'failed')?.because : undefined;
  return because === undefined ? say(need) : t('needs-cycle-failed', { reason: say(because) });
}
