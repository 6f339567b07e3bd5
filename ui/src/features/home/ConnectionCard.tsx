import { Button, makeStyles, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, mergeClasses, ProgressBar, tokens } from '@fluentui/react-components';
import { useId, useState } from 'react';
import { useNow } from '../../api/app-state';
import { go } from '../../api/routes';
import { stepTitles } from '../../api/steps';
import { ClockRegular, CloudRegular, DesktopRegular, MoreHorizontalRegular, WarningFilled } from '../../components/icons';
import { needSentence } from '../../components/needs';
import { StatusBadge, Tag, ToneIcon } from '../../components/status';
import type { ConnectionSummary } from '../../generated/bridge';
import { count, moment } from '../../text/format';
import { t } from '../../text/messages';
import { ExportDialog } from './ExportDialog';
import { RemoveDialog } from './RemoveDialog';

const useStyles = makeStyles({
  card: {
    height: '100%',
    minHeight: '232px',
    boxSizing: 'border-box',
    display: 'flex',
    flexDirection: 'column',
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: '8px',
    boxShadow: tokens.shadow2,
  },
  body: { padding: '16px 16px 12px', display: 'flex', flexDirection: 'column', rowGap: '12px', flexGrow: 1 },
  head: { display: 'flex', alignItems: 'center', columnGap: '12px' },
  tile: {
    width: '36px',
    height: '36px',
    borderRadius: '6px',
    flexShrink: 0,
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    fontWeight: tokens.fontWeightSemibold,
    fontSize: tokens.fontSizeBase400,
    backgroundColor: tokens.colorBrandBackground2,
    color: tokens.colorBrandForeground2,
  },
  names: { minWidth: 0, flexGrow: 1 },
  name: { margin: 0, fontSize: tokens.fontSizeBase400, lineHeight: tokens.lineHeightBase400, fontWeight: tokens.fontWeightSemibold, overflowWrap: 'anywhere' },
  muted: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200, lineHeight: tokens.lineHeightBase200 },
  facts: { display: 'grid', gridTemplateColumns: '1fr 1fr', columnGap: '12px', margin: 0 },
  fact: { margin: 0, display: 'flex', alignItems: 'center', columnGap: '6px', fontSize: '13px' },
  block: { display: 'flex', flexDirection: 'column', rowGap: '6px', fontSize: '13px', lineHeight: '18px' },
  line: { display: 'flex', justifyContent: 'space-between', columnGap: '8px' },
  strong: { fontWeight: tokens.fontWeightSemibold },
  warn: { display: 'flex', columnGap: '10px' },
  figure: { fontSize: '24px', lineHeight: '30px', fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: 'tabular-nums' },
  foot: { display: 'flex', alignItems: 'center', columnGap: '8px', padding: '8px 12px', borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
  more: { marginLeft: 'auto' },
});

export function ConnectionCard({ row }: { row: ConnectionSummary }) {
  const styles = useStyles();
  const heading = useId();
  const place = [row.tenant, row.domain].filter((part) => part !== '').join(' · ');
  return (
    <article className={styles.card} aria-labelledby={heading} data-testid={`connection-${row.id}`}>
      <div className={styles.body}>
        <div className={styles.head}>
          <span className={styles.tile} aria-hidden>
            {Array.from(row.name)[0]?.toUpperCase() ?? ''}
          </span>
          <div className={styles.names}>
            <h2 className={styles.name} id={heading}>
              {row.name}
            </h2>
            <div className={styles.muted}>{place === '' ? t('home-nothing-connected') : place}</div>
          </div>
          {row.unreadable ? <Tag tone="danger">{t('home-unreadable')}</Tag> : <StatusBadge status={row.status} />}
        </div>
        {row.unreadable ? <p className={styles.muted}>{t('home-unreadable-body')}</p> : <Facts row={row} />}
      </div>
      <Foot row={row} />
    </article>
  );
}

function Facts({ row }: { row: ConnectionSummary }) {
  const styles = useStyles();
  const now = useNow();
  const setUp = row.status === 'setting-up';
  return (
    <>
      <dl className={styles.facts}>
        <dt className={styles.muted}>{t('runs-in')}</dt>
        <dt className={styles.muted}>{setUp ? t('home-draft-saved') : t('home-last-cycle')}</dt>
        <dd className={styles.fact}>
          {row.runner === 'entra' ? <CloudRegular aria-hidden /> : <DesktopRegular aria-hidden />}
          {row.runner === 'entra' ? t('runner-entra') : t('runner-local')}
        </dd>
        <dd className={styles.fact}>
          <ClockRegular aria-hidden />
          {setUp
            ? row.draft_saved_at === '' ? t('never') : moment(row.draft_saved_at, now)
            : row.last_cycle === undefined ? t('never') : moment(row.last_cycle.ended ?? row.last_cycle.started, now)}
        </dd>
      </dl>
      <StateBlock row={row} />
    </>
  );
}

function StateBlock({ row }: { row: ConnectionSummary }) {
  const styles = useStyles();
  const now = useNow();
  if (row.status === 'setting-up') {
    return (
      <div className={styles.block}>
        <div className={styles.line}>
          <div className={styles.strong}>{row.next_step === undefined ? t('home-ready') : t('home-next', { step: t(stepTitles[row.next_step]) })}</div>
          <div>{t('steps-done', { done: row.steps_done, total: row.steps_total })}</div>
        </div>
        <ProgressBar value={row.steps_done} max={Math.max(1, row.steps_total)} thickness="large" aria-label={t('nav-setup')} />
        <div className={styles.muted}>{t('home-nothing-reaches')}</div>
      </div>
    );
  }
  const need = row.needs[0];
  if (row.status === 'off') {
    return (
      <div className={styles.warn}>
        <ToneIcon tone="warning">
          <WarningFilled />
        </ToneIcon>
        <div className={styles.block}>
          <div className={styles.strong}>{row.off_since === undefined ? t('home-off') : t('home-off-since', { when: moment(row.off_since, now) })}</div>
          <div>{t('home-off-body')}</div>
        </div>
      </div>
    );
  }
  if (need !== undefined) {
    return (
      <div className={styles.warn}>
        <ToneIcon tone="warning">
          <WarningFilled />
        </ToneIcon>
        <div className={styles.block}>
          <div className={styles.strong}>{needSentence(need, row.last_cycle === undefined ? [] : [row.last_cycle])}</div>
          {row.needs.length > 1 ? <div className={styles.muted}>{t('home-more-needs', { count: row.needs.length - 1 })}</div> : null}
        </div>
      </div>
    );
  }
  return (
    <div className={styles.block}>
      {row.in_step === undefined ? null : (
        <div>
          <div className={styles.figure}>{count(row.in_step)}</div>
          <div className={styles.muted}>{t('home-in-step', { count: row.in_step })}</div>
        </div>
      )}
      {row.runner === 'local' ? <div className={styles.muted}>{t('home-local-note')}</div> : null}
    </div>
  );
}

function Foot({ row }: { row: ConnectionSummary }) {
  const styles = useStyles();
  const [dialog, setDialog] = useState<'none' | 'remove' | 'export'>('none');
  const close = () => setDialog('none');
  // Only when the menu is gone: a dialog that opens with it still there stays hidden from screen readers.
  const ask = (which: 'remove' | 'export') => setTimeout(() => setDialog(which), 50);
  const setUp = row.status === 'setting-up';
  return (
    <div className={styles.foot}>
      {row.unreadable ? null : setUp ? (
        <Button size="small" onClick={() => go({ page: 'setup', id: row.id, step: row.next_step ?? 'sign-in' })} aria-label={t('home-continue-name', { name: row.name })} data-testid={`home-continue-${row.id}`}>
          {t('home-continue')}
        </Button>
      ) : (
        <>
          <Button size="small" onClick={() => go({ page: 'overview', id: row.id })} aria-label={t('home-open-name', { name: row.name })} data-testid={`home-open-${row.id}`}>
            {t('open')}
          </Button>
          <Button size="small" appearance="subtle" onClick={() => go({ page: 'logs', id: row.id })}>
            {t('nav-logs')}
          </Button>
        </>
      )}
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <Button size="small" appearance="subtle" className={mergeClasses(styles.more)} icon={<MoreHorizontalRegular />} aria-label={t('home-more-name', { name: row.name })} data-testid={`home-more-${row.id}`} />
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {row.unreadable ? null : (
              <MenuItem onClick={() => ask('export')} data-testid="home-export">
                {t('home-export')}
              </MenuItem>
            )}
            <MenuItem onClick={() => ask('remove')} data-testid="home-remove">
              {t('home-remove')}
            </MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      <RemoveDialog row={row} open={dialog === 'remove'} onClose={close} />
      <ExportDialog row={row} open={dialog === 'export'} onClose={close} />
    </div>
  );
}
