import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { useNow } from '../../api/app-state';
import { useLayout } from '../../components/layout';
import type { CycleSummary } from '../../generated/bridge';
import { count, moment } from '../../text/format';
import { id, t } from '../../text/messages';
import { cycleWord, outcomeWord } from './words';

const HEIGHT = 140;

const useStyles = makeStyles({
  legend: { display: 'flex', columnGap: '16px', rowGap: '4px', flexWrap: 'wrap', fontSize: tokens.fontSizeBase200, alignItems: 'center' },
  key: { display: 'inline-flex', alignItems: 'center', columnGap: '6px' },
  swatch: { width: '10px', height: '10px', borderRadius: '2px' },
  chart: { display: 'flex', alignItems: 'flex-end', columnGap: '8px', borderBottom: `1px solid ${tokens.colorNeutralStroke1}`, marginTop: '12px' },
  bar: { display: 'flex', flexDirection: 'column', rowGap: '1px', flexGrow: 1, maxWidth: '36px', minWidth: '6px' },
  // Two series that touch are told apart by the gap and, in high contrast, by their pattern.
  updated: { backgroundColor: tokens.colorPaletteBlueBorderActive },
  created: { backgroundColor: tokens.colorPaletteGreenBorderActive, backgroundImage: `repeating-linear-gradient(45deg, transparent 0 3px, ${tokens.colorNeutralBackground1} 3px 4px)` },
  disabled: { backgroundColor: tokens.colorPaletteDarkOrangeBorderActive, backgroundImage: `repeating-linear-gradient(0deg, transparent 0 2px, ${tokens.colorNeutralBackground1} 2px 3px)` },
  failed: { backgroundColor: tokens.colorNeutralBackground1, border: `2px solid ${tokens.colorPaletteRedBorderActive}`, boxSizing: 'border-box' },
  none: { height: '2px', backgroundColor: tokens.colorNeutralStroke1 },
  table: { width: '100%', borderCollapse: 'collapse', fontSize: '13px', marginTop: '12px' },
  cell: { textAlign: 'left', padding: '6px 8px 6px 0', borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
  end: { marginLeft: 'auto' },
  axis: { display: 'flex', justifyContent: 'space-between', fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2, marginTop: '4px' },
});

type Series = 'updated' | 'created' | 'disabled' | 'failed';
const series: readonly { key: Series; label: string }[] = [
  { key: 'failed', label: id('series-failed') },
  { key: 'disabled', label: id('series-disabled') },
  { key: 'created', label: id('series-created') },
  { key: 'updated', label: id('series-updated') },
];

const totalOf = (cycle: CycleSummary): number => cycle.created + cycle.updated + cycle.disabled + cycle.failed;

/** Last cycles as stacked bars, oldest first, or as a table. */
export function CycleChart({ cycles }: { cycles: readonly CycleSummary[] }) {
  const styles = useStyles();
  const layout = useLayout();
  const now = useNow();
  const [asTable, setAsTable] = useState(false);
  if (cycles.length === 0) return <p className={layout.body}>{t('cycles-none')}</p>;
  const oldestFirst = [...cycles].reverse();
  const tallest = Math.max(1, ...oldestFirst.map(totalOf));
  const first = oldestFirst[0];
  const last = oldestFirst[oldestFirst.length - 1];
  return (
    <div>
      <div className={styles.legend}>
        {asTable
          ? null
          : [...series].reverse().map((row) => (
              <span key={row.key} className={styles.key}>
                <span className={mergeClasses(styles.swatch, styles[row.key])} aria-hidden />
                {t(row.label)}
              </span>
            ))}
        <Button size="small" appearance="subtle" className={styles.end} onClick={() => setAsTable(!asTable)} data-testid="cycles-as-table">
          {asTable ? t('show-chart') : t('show-table')}
        </Button>
      </div>
      {asTable ? (
        <CycleTable cycles={cycles} />
      ) : (
        <>
          <div className={styles.chart} role="img" aria-label={t('cycles-sentence', { count: cycles.length, changes: cycles.reduce((sum, cycle) => sum + totalOf(cycle), 0), failed: cycles.reduce((sum, cycle) => sum + cycle.failed, 0) })} style={{ height: HEIGHT }}>
            {oldestFirst.map((cycle) => (
              <div key={cycle.run} className={styles.bar} title={`${moment(cycle.started, now)}: ${count(totalOf(cycle))}`}>
                {totalOf(cycle) === 0 ? <div className={styles.none} /> : series.map((row) => (cycle[row.key] === 0 ? null : <div key={row.key} className={styles[row.key]} style={{ height: Math.max(3, (cycle[row.key] / tallest) * (HEIGHT - 12)) }} />))}
              </div>
            ))}
          </div>
          <div className={styles.axis}>
            <div>{first === undefined ? '' : moment(first.started, now)}</div>
            <div>{t('cycles-tallest', { count: tallest })}</div>
            <div>{last === undefined || last === first ? '' : moment(last.started, now)}</div>
          </div>
        </>
      )}
    </div>
  );
}

function CycleTable({ cycles }: { cycles: readonly CycleSummary[] }) {
  const styles = useStyles();
  const now = useNow();
  return (
    <table className={styles.table} data-testid="cycles-table">
      <thead>
        <tr>
          <th scope="col" className={styles.cell}>{t('column-time')}</th>
          <th scope="col" className={styles.cell}>{t('column-cycle')}</th>
          <th scope="col" className={styles.cell}>{t('column-status')}</th>
          {[...series].reverse().map((row) => (
            <th key={row.key} scope="col" className={styles.cell}>
              {t(row.label)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {cycles.map((cycle) => (
          <tr key={cycle.run}>
            <td className={styles.cell}>{moment(cycle.started, now)}</td>
            <td className={styles.cell}>{cycleWord(cycle.cycle)}</td>
            <td className={styles.cell}>{outcomeWord(cycle.outcome)}</td>
            {[...series].reverse().map((row) => (
              <td key={row.key} className={styles.cell}>
                {count(cycle[row.key])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
