import { Button } from '@fluentui/react-components';
import { moment } from '../text/format';
import { t } from '../text/messages';
import { ArrowClockwiseRegular } from './icons';
import { useLayout } from './layout';

/** When a list was read, and a way to read it again. */
export function ReadAt({ at, busy, onRefresh, testId }: { at: number; busy: boolean; onRefresh: () => void; testId: string }) {
  const layout = useLayout();
  return (
    <div className={layout.row}>
      <div role="status" className={layout.muted} data-testid={`${testId}-read-at`}>{t('read-at', { time: moment(new Date(at).toISOString()) })}</div>
      <Button size="small" appearance="subtle" icon={<ArrowClockwiseRegular />} disabledFocusable={busy} onClick={onRefresh} aria-keyshortcuts="F5" data-testid={`${testId}-refresh`}>
        {t('refresh')}
      </Button>
    </div>
  );
}
