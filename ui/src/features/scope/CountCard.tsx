import { Button, Link, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { Card } from '../../components/card';
import { ErrorBar } from '../../components/errors';
import { ArrowSyncRegular, WarningFilled } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { ProgressView } from '../../components/progress';
import type { ScopeList, ScopeNumbers } from '../../generated/bridge';
import { count as grouped, moment } from '../../text/format';
import { t } from '../../text/messages';
import type { Counting } from './count';
import { titleOf, type Filters, type TableName } from './filters';

const useStyles = makeStyles({
  line: { display: 'flex', alignItems: 'baseline', columnGap: '8px', flexWrap: 'wrap' },
  big: { fontSize: '28px', lineHeight: '36px', fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: 'tabular-nums' },
  waiting: { color: tokens.colorNeutralForeground3 },
  bar: { display: 'flex', columnGap: '2px', height: '8px', borderRadius: '4px', overflow: 'hidden', margin: '8px 0' },
  key: { display: 'flex', alignItems: 'center', columnGap: '8px', fontSize: '13px', lineHeight: '24px' },
  swatch: { width: '10px', height: '10px', borderRadius: '2px', flexShrink: 0 },
  // Hollow, so that it is told from the first filter also where both would be white.
  out: { backgroundColor: tokens.colorNeutralBackground3, border: `1px solid ${tokens.colorNeutralStroke1}`, boxSizing: 'border-box' },
  // Neighbours are told apart by the gap and, in high contrast, by their pattern.
  filter0: { backgroundColor: tokens.colorBrandBackground },
  filter1: { backgroundColor: tokens.colorPaletteTealBorderActive, backgroundImage: `repeating-linear-gradient(45deg, transparent 0 3px, ${tokens.colorNeutralBackground1} 3px 4px)` },
  filter2: { backgroundColor: tokens.colorPalettePurpleBorderActive, backgroundImage: `repeating-linear-gradient(0deg, transparent 0 2px, ${tokens.colorNeutralBackground1} 2px 3px)` },
  filter3: { backgroundColor: tokens.colorPaletteMarigoldBorderActive, backgroundImage: `repeating-linear-gradient(90deg, transparent 0 3px, ${tokens.colorNeutralBackground1} 3px 4px)` },
  warning: { display: 'grid', gridTemplateColumns: '20px minmax(0, 1fr)', columnGap: '8px', borderTop: `1px solid ${tokens.colorNeutralStroke2}`, paddingTop: '10px', marginTop: '8px', fontSize: '13px', lineHeight: '18px' },
  icon: { color: tokens.colorStatusWarningForeground3, fontSize: '18px' },
});

const series = ['filter0', 'filter1', 'filter2', 'filter3'] as const;
const seriesOf = (at: number) => series[at % series.length] ?? 'filter0';

interface Props {
  table: TableName;
  counting: Counting;
  assignedOnly: boolean;
  disables: boolean;
  /** A condition is still being written. */
  unfinished: boolean;
  onSee: (list: ScopeList) => void;
}

/** How many pass, by filter, and what that changes. */
export function CountCard({ table, counting, assignedOnly, disables, unfinished, onSee }: Props) {
  const layout = useLayout();
  const styles = useStyles();
  const { count, waiting, error, progress } = counting;
  const numbers = count?.numbers;
  return (
    <Card
      title={t('scope-now-title')}
      testId="scope-now"
      end={
        <Button size="small" appearance="transparent" icon={<ArrowSyncRegular />} title={numbers === undefined ? undefined : t('scope-read-at', { time: moment(numbers.read_at) })} aria-label={t('scope-read-again')} onClick={() => counting.again(true)} data-testid="scope-read-again">
          {t('scope-live')}
        </Button>
      }
    >
      {error === undefined ? null : error.code === 'cancelled' ? (
        <div className={layout.tight}>
          <p className={layout.body}>{t('scope-count-cancelled')}</p>
          <div className={layout.row}>
            <Button size="small" onClick={() => counting.again(false)} data-testid="scope-count-again">{t('try-again')}</Button>
          </div>
        </div>
      ) : (
        <ErrorBar error={error} title={t('scope-count-failed')} retry={() => counting.again(false)} />
      )}
      {numbers !== undefined && error === undefined ? <Numbers table={table} numbers={numbers} counting={counting} assignedOnly={assignedOnly} disables={disables} unfinished={unfinished} onSee={onSee} /> : null}
      {count !== undefined && numbers === undefined && error === undefined ? <p className={layout.body} data-testid="scope-not-counted">{waiting ? t('scope-counting') : unfinished ? t('scope-finish-first') : t('scope-mend-first')}</p> : null}
      {count === undefined && error === undefined && progress === undefined ? <p className={mergeClasses(layout.body, styles.waiting)}>{t('scope-counting')}</p> : null}
      {progress === undefined || error !== undefined ? null : (
        <ProgressView progress={progress} end={<Button size="small" onClick={counting.cancel} data-testid="scope-count-cancel">{t('cancel')}</Button>} />
      )}
    </Card>
  );
}

function Numbers({ table, numbers, counting, assignedOnly, disables, onSee }: Props & { numbers: ScopeNumbers }) {
  const styles = useStyles();
  const layout = useLayout();
  const { waiting } = counting;
  const filters = counting.filters;
  const out = numbers.considered - numbers.in_scope - numbers.undecided;
  const of = { total: grouped(numbers.considered), count: numbers.considered };
  const about = (value: number) => (numbers.about ? t('scope-about', { count: grouped(value) }) : grouped(value));
  return (
    <div className={mergeClasses(waiting && styles.waiting)}>
      <div className={styles.line} role="status" data-testid="scope-count" data-waiting={waiting} data-count={numbers.in_scope} data-of={numbers.considered}>
        <span className={styles.big}>{about(numbers.in_scope)}</span>
        <span>{waiting ? t('scope-counting') : table === 'groups' ? t('scope-of-groups', of) : assignedOnly ? t('scope-of-assigned', of) : t('scope-of-everyone', of)}</span>
      </div>
      {numbers.filters.length === 0 || numbers.considered === 0 ? null : <Bar numbers={numbers} filters={filters} out={out} />}
      {numbers.several > 0 ? (
        <p className={layout.body}>
          {t('scope-several', { count: numbers.several })} <See onClick={() => onSee('several')} id="several" />
        </p>
      ) : null}
      {numbers.undecided > 0 ? (
        <Warning>
          {t('scope-undecided', { count: numbers.undecided })} <See onClick={() => onSee('undecided')} id="undecided" />
        </Warning>
      ) : null}
      {numbers.in_scope === 0 && numbers.considered > 0 && numbers.undecided === 0 ? (
        <Warning id="scope-nobody">
          <strong>{t('scope-nobody')}</strong> {nobodySays(table, numbers, disables)}
        </Warning>
      ) : numbers.leaving > 0 ? (
        <Warning id="scope-leaving">
          <strong>{table === 'users' ? t('scope-leaving', { count: numbers.leaving }) : t('scope-leaving-groups', { count: numbers.leaving })}</strong> {t('scope-since')} {disables && numbers.losing > 0 && table === 'users' ? t('scope-losing', { count: numbers.losing }) : ''}{' '}
          <See onClick={() => onSee('leaving')} id="leaving" />
        </Warning>
      ) : null}
      {numbers.joining > 0 ? (
        <p className={layout.body}>
          {t('scope-joining', { count: numbers.joining })} <See onClick={() => onSee('joining')} id="joining" />
        </p>
      ) : null}
      {numbers.about ? <p className={layout.muted}>{t('scope-sample')}</p> : null}
    </div>
  );
}

/** What would follow if nobody passed: only what is known. */
export const nobodySays = (table: TableName, numbers: ScopeNumbers, disables: boolean): string =>
  table === 'groups' ? t('scope-nobody-groups') : disables && numbers.accounts > 0 ? t('scope-nobody-disabled', { count: numbers.accounts }) : t('scope-nobody-provisioned');

function Bar({ numbers, filters, out }: { numbers: ScopeNumbers; filters: Filters; out: number }) {
  const styles = useStyles();
  const layout = useLayout();
  const share = (value: number) => `${(100 * value) / Math.max(1, numbers.considered)}%`;
  return (
    <>
      <div className={styles.bar} aria-hidden>
        {numbers.filters.map((filter, at) => (filter.more === 0 ? null : <span key={at} className={styles[seriesOf(at)]} style={{ width: share(filter.more) }} />))}
        {out > 0 ? <span className={mergeClasses(styles.out, layout.grow)} /> : null}
      </div>
      <ul className={layout.list}>
        {numbers.filters.map((filter, at) => (
          <li key={at} className={styles.key}>
            <span className={mergeClasses(styles.swatch, styles[seriesOf(at)])} aria-hidden />
            <span className={mergeClasses(layout.grow, layout.truncate)}>{titleOf(filters[at], at)}</span>
            <span className={layout.number}>{grouped(filter.passing)}</span>
          </li>
        ))}
        <li className={styles.key}>
          <span className={mergeClasses(styles.swatch, styles.out)} aria-hidden />
          <div className={layout.grow}>{t('scope-out')}</div>
          <span className={layout.number}>{grouped(Math.max(0, out))}</span>
        </li>
      </ul>
    </>
  );
}

function Warning({ children, id }: { children: React.ReactNode; id?: string }) {
  const styles = useStyles();
  return (
    <div className={styles.warning} role="status" data-testid={id}>
      <span className={styles.icon} aria-hidden>
        <WarningFilled />
      </span>
      <div>{children}</div>
    </div>
  );
}

const See = ({ onClick, id }: { onClick: () => void; id: string }) => (
  <Link as="button" inline onClick={onClick} data-testid={`scope-see-${id}`}>
    {t('scope-see-who')}
  </Link>
);
