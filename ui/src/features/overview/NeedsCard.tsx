import { Link, makeStyles, tokens } from '@fluentui/react-components';
import { useConnection } from '../../api/connection';
import { go } from '../../api/routes';
import { isStep } from '../../api/steps';
import { Card } from '../../components/card';
import { CheckmarkCircleFilled, WarningFilled } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { needSentence } from '../../components/needs';
import { ToneIcon } from '../../components/status';
import type { CycleOutcome, CycleSummary, Need, Status } from '../../generated/bridge';
import { t } from '../../text/messages';

const useStyles = makeStyles({
  need: { display: 'grid', gridTemplateColumns: '20px minmax(0, 1fr)', columnGap: '10px', padding: '10px 0', fontSize: '13px', lineHeight: '18px', '&:not(:first-child)': { borderTop: `1px solid ${tokens.colorNeutralStroke2}` } },
});

/** The needs that are about one cycle, by how that cycle ended. The others are about several. */
const ofCycle: Readonly<Record<string, CycleOutcome>> = { 'need-failures': 'in-part', 'need-cycle-failed': 'failed' };

/** The newest cycle that a need speaks of. */
function cycleOf(need: Need, cycles: readonly CycleSummary[]): CycleSummary | undefined {
  const outcome = ofCycle[need.message.id];
  return outcome === undefined ? undefined : cycles.find((cycle) => cycle.outcome === outcome);
}

/** What needs a person, each with the way to where it is mended. */
export function NeedsCard({ status }: { status: Status }) {
  const styles = useStyles();
  const layout = useLayout();
  const { goTo, id } = useConnection();
  const open = (need: Need) => {
    const cycle = cycleOf(need, status.cycles);
    if (isStep(need.place)) goTo(need.place);
    // Whoever comes from here looks for what failed, among hundreds who did not.
    else go({ page: 'logs', id, only: 'failure', ...(cycle === undefined ? {} : { entry: cycle.run }) });
  };
  // A cycle that failed as a whole leaves no entry of anybody: its reason is told here, and the log has nothing to add.
  const hasMore = (need: Need) => need.message.id !== 'need-cycle-failed' || cycleOf(need, status.cycles)?.failed !== 0;
  return (
    <Card title={t('needs-title')} testId="needs">
      {status.needs.length === 0 ? (
        <div className={layout.row}>
          <ToneIcon tone="success">
            <CheckmarkCircleFilled />
          </ToneIcon>
          <div className={layout.body}>{t('needs-none')}</div>
        </div>
      ) : (
        <ul className={layout.list}>
          {status.needs.map((need, index) => {
            const what = needSentence(need.message, status.cycles);
            return (
              <li key={`${need.message.id} ${index}`} className={styles.need}>
                <ToneIcon tone="warning">
                  <WarningFilled />
                </ToneIcon>
                <div>
                  <div className={layout.strong}>{what}</div>
                  {hasMore(need) ? (
                    <Link as="button" onClick={() => open(need)} aria-label={t('needs-open-name', { what })}>
                      {t('needs-open')}
                    </Link>
                  ) : null}
                </div>
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
