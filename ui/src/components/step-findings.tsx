import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useConnection, useStepReport } from '../api/connection';
import type { StepId } from '../generated/bridge';
import { moment } from '../text/format';
import { t } from '../text/messages';
import { Card } from './card';
import { FindingList } from './findings';
import { ArrowClockwiseRegular } from './icons';
import { useLayout } from './layout';

const useStyles = makeStyles({
  flush: { marginLeft: '-20px', marginRight: '-20px', marginBottom: '-20px', borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
});

/** What the step's check found, with its time. */
export function StepFindings({ step, onAuthorize }: { step: StepId; onAuthorize?: () => void }) {
  const styles = useStyles();
  const layout = useLayout();
  const report = useStepReport(step);
  const { checking, refresh } = useConnection();
  if (report === undefined || report.findings.length === 0) return null;
  return (
    <Card
      title={t('checked-title')}
      testId={`${step}-findings`}
      end={
        <>
          <div className={layout.muted}>{t('checked-at', { time: moment(report.checked_at) })}</div>
          <Button size="small" icon={<ArrowClockwiseRegular />} disabled={checking} onClick={() => void refresh()} data-testid={`${step}-check-again`}>
            {t('check-again')}
          </Button>
        </>
      }
    >
      <div className={styles.flush}>
        <FindingList findings={report.findings} busy={checking} onCheckAgain={() => void refresh()} {...(onAuthorize === undefined ? {} : { onAuthorize })} />
      </div>
    </Card>
  );
}
