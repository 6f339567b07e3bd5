import type { CycleOutcome } from '../../generated/bridge';
import { t } from '../../text/messages';

export function cycleWord(cycle: string): string {
  if (cycle === 'initial') return t('cycle-initial');
  if (cycle === 'incremental') return t('cycle-incremental');
  return t('cycle-of-unknown-kind');
}

export function outcomeWord(outcome: CycleOutcome): string {
  switch (outcome) {
    case 'running':
      return t('status-running-now');
    case 'succeeded':
      return t('outcome-succeeded');
    case 'in-part':
      return t('outcome-in-part');
    case 'failed':
      return t('outcome-failed');
    case 'stopped-by-guard':
      return t('outcome-stopped-by-guard');
    case 'cancelled':
      return t('outcome-cancelled');
  }
}
