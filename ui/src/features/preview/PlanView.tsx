import { Button, createCustomFocusIndicatorStyle, makeStyles, mergeClasses, SearchBox, tokens } from '@fluentui/react-components';
import { useDeferredValue, useState } from 'react';
import { useNow } from '../../api/app-state';
import { useConnection } from '../../api/connection';
import { planRowsQuery } from '../../api/queries';
import { useCardStyles } from '../../components/card';
import { SideDrawer } from '../../components/drawer';
import { ErrorBar } from '../../components/errors';
import { ChangeTable, ChangeText } from '../../components/evidence';
import { Empty } from '../../components/illustrations';
import { useLayout } from '../../components/layout';
import { PAGE_SIZE, usePages } from '../../components/pages-of-rows';
import { actionLooks, ActionWord, ToneIcon, type ActionName } from '../../components/status';
import { VirtualGrid, type Column } from '../../components/virtual-grid';
import { WhyDrawer, type WhoAbout } from '../../components/why';
import type { PlanRow, PlanRows, PlanSummary } from '../../generated/bridge';
import { count, duration, moment } from '../../text/format';
import { say, t } from '../../text/messages';

const useStyles = makeStyles({
  counts: { display: 'grid', gridTemplateColumns: 'repeat(6, minmax(0, 1fr))', overflow: 'hidden', '@media (max-width: 899px)': { gridTemplateColumns: 'repeat(3, minmax(0, 1fr))' } },
  seven: { gridTemplateColumns: 'repeat(7, minmax(0, 1fr))' },
  count: {
    border: 'none',
    backgroundColor: 'transparent',
    color: tokens.colorNeutralForeground1,
    fontFamily: 'inherit',
    textAlign: 'left',
    padding: '12px 16px',
    cursor: 'pointer',
    '&:not(:first-child)': { borderLeft: `1px solid ${tokens.colorNeutralStroke2}` },
    '&:hover': { backgroundColor: tokens.colorNeutralBackground3 },
    ...createCustomFocusIndicatorStyle({ outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' }),
  },
  pressed: { boxShadow: `inset 0 -3px 0 ${tokens.colorBrandBackground}`, backgroundColor: tokens.colorNeutralBackground3 },
  label: { display: 'flex', alignItems: 'center', columnGap: '6px', fontSize: '13px', color: tokens.colorNeutralForeground2 },
  number: { fontSize: '24px', lineHeight: '32px', fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: 'tabular-nums' },
  table: { display: 'flex', flexDirection: 'column', flexGrow: 1, minHeight: '340px', overflow: 'hidden' },
  bar: { display: 'flex', alignItems: 'center', columnGap: '12px', padding: '10px 16px', flexWrap: 'wrap', rowGap: '8px' },
  search: { width: '240px' },
  end: { marginLeft: 'auto' },
  who: { fontWeight: tokens.fontWeightSemibold },
});

const order: readonly ActionName[] = ['create', 'update', 'disable', 'delete', 'skip', 'no-change', 'failed'];

function countOf(plan: PlanSummary, action: ActionName): number {
  return action === 'no-change' ? plan.counts.no_change : plan.counts[action];
}

const columns: readonly Column<PlanRow>[] = [
  { key: 'action', header: t('column-action'), width: '116px', cell: (row) => <ActionWord action={row.action} /> },
  { key: 'who', header: t('column-person'), width: 'minmax(150px, 1.1fr)', cell: (row) => <Who row={row} /> },
  { key: 'what', header: t('column-changes'), width: 'minmax(150px, 1.2fr)', cell: (row) => <Changes row={row} /> },
  { key: 'why', header: t('column-because'), width: 'minmax(160px, 1.6fr)', cell: (row) => <span title={say(row.because)}>{say(row.because)}</span> },
];

export function PlanView({ plan, actions, setActions }: { plan: PlanSummary; actions: readonly ActionName[]; setActions: (actions: readonly ActionName[]) => void }) {
  const styles = useStyles();
  const card = useCardStyles();
  const shown = order.filter((action) => action !== 'failed' || plan.counts.failed > 0);
  const changes = plan.counts.create + plan.counts.update + plan.counts.disable + plan.counts.delete + plan.counts.failed;
  return (
    <>
      {changes === 0 ? <Empty picture="scale" title={t('preview-nothing')}>{t('preview-nothing-body')}</Empty> : null}
      <div className={mergeClasses(card.card, styles.counts, shown.length === 7 && styles.seven)} role="group" aria-label={t('preview-counts')}>
        {shown.map((action) => {
          const pressed = actions.includes(action);
          const amount = countOf(plan, action);
          const look = actionLooks[action];
          return (
            <button
              key={action}
              type="button"
              className={mergeClasses(styles.count, pressed && styles.pressed)}
              aria-pressed={pressed}
              aria-label={t('preview-count-filter', { action: t(look.word), count: amount })}
              onClick={() => setActions(pressed && actions.length === 1 ? [] : [action])}
              data-testid={`preview-count-${action}`}
              data-count={amount}
            >
              <span className={styles.label}>
                <ToneIcon tone={look.tone}>{look.icon}</ToneIcon>
                {t(look.word)}
              </span>{' '}
              <span className={styles.number}>{count(amount)}</span>
            </button>
          );
        })}
      </div>
      <Rows plan={plan} actions={actions} clear={() => setActions([])} />
    </>
  );
}

function Rows({ plan, actions, clear }: { plan: PlanSummary; actions: readonly ActionName[]; clear: () => void }) {
  const styles = useStyles();
  const layout = useLayout();
  const card = useCardStyles();
  const now = useNow();
  const { id } = useConnection();
  const [text, setText] = useState('');
  const [open, setOpen] = useState<number>();
  const [about, setAbout] = useState<WhoAbout>();
  const wanted = useDeferredValue(text.trim());
  const pages = usePages<PlanRows, PlanRow>(
    (offset) => planRowsQuery({ id, actions: [...actions], text: wanted, offset, limit: PAGE_SIZE }, plan.hash) as never,
    (page) => page.rows,
  );
  const row = open === undefined ? undefined : pages.row(open);
  return (
    <div className={mergeClasses(card.card, styles.table)}>
      <div className={styles.bar}>
        <SearchBox className={styles.search} value={text} onChange={(_, data) => setText(data.value)} placeholder={t('preview-find')} aria-label={t('preview-find')} data-search data-testid="preview-search" />
        <span className={layout.muted} role="status">{t('preview-shown', { count: pages.total })}</span>
        <div className={`${layout.muted} ${styles.end}`}>{t('preview-made', { time: moment(plan.made_at, now), people: plan.people, took: duration(plan.milliseconds) })}</div>
      </div>
      {pages.error === undefined ? null : <ErrorBar error={pages.error} retry={pages.retry} />}
      {pages.total === 0 && !pages.loading ? (
        <Empty picture="funnel" title={t('no-match')} actions={<Button onClick={() => { setText(''); clear(); }}>{t('clear-filters')}</Button>} />
      ) : (
        <VirtualGrid label={t('preview-table')} columns={columns} total={pages.total} row={pages.row} rowHeight={46} onRange={pages.onRange} onOpen={setOpen} {...(open === undefined ? {} : { active: open })} testId="preview-rows" />
      )}
      <SideDrawer
        open={row !== undefined}
        title={row?.name ?? ''}
        onClose={() => setOpen(undefined)}
        testId="preview-drawer"
        moves={open === undefined ? {} : { ...(open > 0 ? { previous: () => setOpen(open - 1) } : {}), ...(open < pages.total - 1 ? { next: () => setOpen(open + 1) } : {}) }}
      >
        {row === undefined ? null : (
          <div className={layout.stack}>
            <div className={layout.row}>
              <ActionWord action={row.action} />
              <span className={layout.muted}>{row.detail}</span>
            </div>
            {row.source === '' ? null : <div className={layout.muted}>{t('id-entra')} <span className={layout.mono}>{row.source}</span></div>}
            <p className={layout.plain}>{say(row.because)}</p>
            <ChangeTable changes={row.changes} title={t('would-be-set')} />
            <p className={layout.muted}>{t('preview-nothing-sent')}</p>
            {row.kind !== 'user' || row.source === '' ? null : (
              <div className={layout.row}>
                <Button
                  onClick={() => {
                    setOpen(undefined);
                    setAbout({ id: row.source, name: row.name });
                  }}
                  data-testid="preview-why"
                >
                  {t('why-now')}
                </Button>
              </div>
            )}
          </div>
        )}
      </SideDrawer>
      <WhyDrawer person={about} onClose={() => setAbout(undefined)} />
    </div>
  );
}

function Who({ row }: { row: PlanRow }) {
  const styles = useStyles();
  const layout = useLayout();
  return (
    <>
      <span className={styles.who}>{row.name}</span>
      <br />
      {/* Without a user name its id tells a person from another one of the same name. */}
      <span className={layout.muted} title={row.source}>{row.detail === '' ? row.source : row.detail}</span>
    </>
  );
}

function Changes({ row }: { row: PlanRow }) {
  const layout = useLayout();
  const first = row.changes[0];
  // An account that is already right is only taken over.
  if (first === undefined) return <>{row.action === 'update' ? t('preview-taken-over') : '–'}</>;
  if (row.changes.length === 1) {
    return (
      <>
        <span className={layout.muted}>{`${first.attribute} `}</span>
        <ChangeText change={first} />
      </>
    );
  }
  return (
    <>
      {t('preview-attributes', { count: row.changes.length })} <span className={layout.mono}>{row.changes.map((change) => change.attribute).join(', ')}</span>
    </>
  );
}
