import { makeStyles, ProgressBar, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { Progress } from '../generated/bridge';
import { count, percent, timeLeft } from '../text/format';
import { say, t } from '../text/messages';
import { useLayout } from './layout';

const useStyles = makeStyles({
  line: { display: 'flex', alignItems: 'baseline', columnGap: '16px', flexWrap: 'wrap' },
  end: { marginLeft: 'auto' },
  percent: { fontSize: '28px', lineHeight: '36px', fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: 'tabular-nums' },
});

/** Long work: phase, count, time left when the rate is steady. An unknown total says so. */
export function ProgressView({ progress, end }: { progress: Progress; end?: ReactNode }) {
  const styles = useStyles();
  const layout = useLayout();
  const known = progress.total > 0;
  const amount = known
    ? t('progress-of', { done: count(progress.done), total: count(progress.total) })
    : t('progress-so-far', { done: count(progress.done) });
  return (
    <div className={layout.tight} data-testid="progress">
      <div className={styles.line}>
        {known ? <span className={styles.percent}>{percent(progress.done, progress.total)}</span> : null}
        <span className={layout.number}>{`${say(progress.phase)} · ${amount}`}</span>
        <span className={styles.end}>{progress.seconds_left === undefined ? '' : timeLeft(progress.seconds_left)}</span>
        {end}
      </div>
      {progress.pace === undefined ? null : <div className={layout.muted} data-testid="progress-pace">{say(progress.pace)}</div>}
      <ProgressBar
        aria-label={say(progress.phase)}
        thickness="large"
        {...(known ? { value: progress.done, max: progress.total } : {})}
      />
    </div>
  );
}
