import { Button, Link, makeStyles, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle, Switch, tokens } from '@fluentui/react-components';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNow } from '../../api/app-state';
import { useConnection } from '../../api/connection';
import { logQuery, statusQuery } from '../../api/queries';
import { go } from '../../api/routes';
import { Card } from '../../components/card';
import { ErrorBar } from '../../components/errors';
import { ArrowSyncRegular, CloudRegular, DesktopRegular, PlayRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { Loading } from '../../components/loading';
import { Page } from '../../components/page';
import { PrincipalSearch } from '../../components/principal-search';
import { ProgressView } from '../../components/progress';
import { quietNow } from '../../components/quiet';
import { LogAction, LogResult, StatusBadge } from '../../components/status';
import { WhyDrawer, type WhoAbout } from '../../components/why';
import type { Message, Status } from '../../generated/bridge';
import { call } from '../../platform/call';
import { clock, count, moment, stamp } from '../../text/format';
import { say, t } from '../../text/messages';
import { CycleChart } from './CycleChart';
import { cycleWord, outcomeWord } from './words';
import { NeedsCard } from './NeedsCard';
import { OffDialog } from './OffDialog';
import { RingBar } from './RingBar';

const useStyles = makeStyles({
  switch: {
    display: 'inline-flex',
    alignItems: 'center',
    columnGap: '4px',
    paddingLeft: '14px',
    paddingRight: '10px',
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusCircular,
    backgroundColor: tokens.colorNeutralBackground1,
    fontWeight: tokens.fontWeightSemibold,
    fontSize: '13px',
  },
  sub: { display: 'inline-flex', alignItems: 'center', columnGap: '6px' },
  figures: { display: 'flex', columnGap: '20px', rowGap: '4px', flexWrap: 'wrap', fontSize: '13px', marginTop: '8px' },
  recent: { width: '100%', borderCollapse: 'collapse', fontSize: '13px' },
  when: { whiteSpace: 'nowrap' },
  cell: { padding: '7px 12px 7px 0', textAlign: 'left', overflowWrap: 'anywhere' },
  row: { '&:not(:first-child)': { borderTop: `1px solid ${tokens.colorNeutralStroke2}` } },
});

/** Status, switch, current progress, last cycles, and what needs a person. */
export function OverviewPage({ person }: { person?: WhoAbout }) {
  const styles = useStyles();
  const layout = useLayout();
  const { id, tools, view, refresh, goTo } = useConnection();
  const status = useQuery(statusQuery(id));
  const [asking, setAsking] = useState(false);
  const [about, setAbout] = useState(person);
  const closeWhy = () => {
    setAbout(undefined);
    // The address asked about somebody: reloading must not ask again.
    if (person !== undefined) go({ page: 'overview', id });
  };
  const [stays, setStays] = useState<readonly Message[]>([]);
  const run = useMutation({ mutationFn: () => call('run_now', { id }), onSettled: refresh });
  const data = status.data;
  const entra = tools.draft.runner === 'entra';
  const actions =
    data === undefined ? undefined : (
      <>
        <span className={styles.switch}>
          {t('provisioning')}
          <Switch
            checked={data.on}
            label={data.on ? t('status-on') : t('status-off')}
            aria-label={t('provisioning')}
            onChange={(_, change) => {
              // On needs one more look over; Off says first what stays in GoTo.
              if (change.checked) goTo('turn-on');
              else setAsking(true);
            }}
            data-testid="overview-switch"
          />
        </span>
        <Button icon={<PlayRegular />} disabledFocusable={!data.on || data.progress !== undefined || run.isPending || entra} onClick={() => run.mutate()} data-testid="overview-run">
          {t('run-now')}
        </Button>
      </>
    );
  return (
    <Page
      title={t('nav-overview')}
      name={t('overview-of', { name: view.summary.name })}
      wide
      beside={data === undefined ? undefined : <StatusBadge status={data.status} />}
      lead={
        <span className={styles.sub}>
          {entra ? <CloudRegular aria-hidden /> : <DesktopRegular aria-hidden />}
          <SubLine {...(data === undefined ? {} : { status: data })} />
        </span>
      }
      actions={actions}
    >
      {entra ? (
        <MessageBar intent="info" layout="multiline" data-testid="overview-entra">
          <MessageBarBody>
            <MessageBarTitle>{t('entra-terminal-title')}</MessageBarTitle>
            {t('overview-entra-body')}
          </MessageBarBody>
        </MessageBar>
      ) : null}
      {view.not_live.length === 0 ? null : (
        <MessageBar intent="info" layout="multiline" data-testid="not-live">
          <MessageBarBody>
            <MessageBarTitle>{t('not-live', { count: view.not_live.length })}</MessageBarTitle>
            {view.not_live.slice(0, 3).map(say).join(' ')}
          </MessageBarBody>
          <MessageBarActions>
            <Button size="small" onClick={() => goTo('turn-on')} data-testid="not-live-review">
              {t('review-changes')}
            </Button>
          </MessageBarActions>
        </MessageBar>
      )}
      {/* Of a ring that is not live yet the notice above speaks. */}
      {entra || tools.draft.ring === undefined || view.not_live.some((message) => message.id === 'not-live-ring') ? null : <RingBar ring={tools.draft.ring} />}
      {stays.length === 0 ? null : (
        <MessageBar intent="info" layout="multiline" role="status" data-testid="off-stays">
          <MessageBarBody>
            <MessageBarTitle>{t('off-done')}</MessageBarTitle>
            {stays.map(say).join(' ')}
          </MessageBarBody>
        </MessageBar>
      )}
      {run.isError ? <ErrorBar error={run.error} retry={() => run.mutate()} /> : null}
      {status.isError ? <ErrorBar error={status.error} retry={() => void status.refetch()} title={t('status-failed')} /> : null}
      {status.isPending ? <Loading rows={6} /> : null}
      {data === undefined ? null : (
        <>
          <div className={layout.withSide}>
            <div className={layout.stack}>
              <CycleCard status={data} />
              <Card title={t('cycles-title', { count: Math.min(14, data.cycles.length) })} testId="cycles">
                <CycleChart cycles={data.cycles.slice(0, 14)} />
              </Card>
            </div>
            <div className={layout.stack}>
              <Card title={t('in-step-title')} testId="in-step">
                <div className={layout.big} data-testid="overview-people">
                  {count(data.people)}
                </div>
                <div className={layout.body}>{t('in-step-people', { count: data.people })}</div>
                <div className={styles.figures}>{t('in-step-groups', { count: data.groups })}</div>
                {data.pending_deletes === 0 ? null : (
                  <div className={styles.figures}>
                    <Link as="button" onClick={() => go({ page: 'pending', id })} data-testid="overview-pending">
                      {t('in-step-pending', { count: data.pending_deletes })}
                    </Link>
                  </div>
                )}
              </Card>
              <NeedsCard status={data} />
              <Card title={t('why-card')} testId="why">
                <PrincipalSearch kind="user" label={t('scope-why-pick')} onPick={setAbout} testId="why" />
              </Card>
            </div>
          </div>
          <RecentCard />
        </>
      )}
      <WhyDrawer person={about} onClose={closeWhy} />
      <OffDialog
        open={asking}
        running={data?.progress !== undefined}
        onClose={() => setAsking(false)}
        onDone={(messages) => {
          setAsking(false);
          setStays(messages);
        }}
      />
    </Page>
  );
}

function SubLine({ status }: { status?: Status }) {
  const { tools } = useConnection();
  const now = useNow();
  const { draft } = tools;
  const parts = [draft.runner === 'entra' ? t('runner-entra-runs') : t('runner-local-runs'), draft.assigned_only ? t('scope-assigned') : t('scope-all')];
  if (status?.on === true && status.next_cycle !== undefined && status.progress === undefined) parts.push(t('next-cycle', { time: moment(status.next_cycle, now) }));
  if (status?.off_reason !== undefined) parts.push(t('off-because', { reason: status.off_reason }));
  return <>{parts.join(' · ')}</>;
}

/** By the clock of the zone that the connection file names; the instant stands behind it. */
function QuietLine({ status }: { status: Status }) {
  const layout = useLayout();
  const quiet = quietNow(status);
  if (quiet === undefined) return null;
  return (
    <p className={layout.body} data-testid="overview-quiet">
      <time className={layout.strong} dateTime={quiet.until} title={quiet.until}>
        {t('quiet-until', { time: quiet.local, zone: quiet.zone })}
      </time>{' '}
      {t('quiet-what')}
    </p>
  );
}

function CycleCard({ status }: { status: Status }) {
  const styles = useStyles();
  const layout = useLayout();
  const now = useNow();
  const { id, tools, refresh } = useConnection();
  const entra = tools.draft.runner === 'entra';
  const cancel = useMutation({ mutationFn: () => call('run_cancel', { id }), onSettled: refresh });
  const running = status.cycles.find((cycle) => cycle.outcome === 'running');
  if (status.progress !== undefined) {
    return (
      <Card title={t('cycle-running', { cycle: cycleWord(running?.cycle ?? '') })} icon={<ArrowSyncRegular />} end={<div className={layout.muted}>{running === undefined ? '' : t('cycle-started', { time: clock(running.started) })}</div>} testId="cycle">
        <ProgressView
          progress={status.progress}
          end={
            entra ? undefined : (
              <Button size="small" disabledFocusable={cancel.isPending} onClick={() => cancel.mutate()} data-testid="cycle-cancel">
                {cancel.isPending ? t('cycle-cancelling') : t('cycle-cancel')}
              </Button>
            )
          }
        />
        {cancel.isError ? <ErrorBar error={cancel.error} /> : null}
      </Card>
    );
  }
  const last = status.cycles.find((cycle) => cycle.outcome !== 'running');
  if (last === undefined) {
    return (
      <Card title={t('cycle-never')} testId="cycle">
        <p className={layout.body}>{status.on ? t(quietNow(status) === undefined ? 'cycle-never-on' : 'cycle-never-quiet', { minutes: status.interval_minutes }) : t('cycle-never-off')}</p>
        <QuietLine status={status} />
      </Card>
    );
  }
  return (
    <Card title={t('cycle-last', { cycle: cycleWord(last.cycle) })} end={<div className={layout.muted}>{moment(last.ended ?? last.started, now)}</div>} testId="cycle">
      <div className={layout.strong} data-testid="cycle-outcome" data-outcome={last.outcome}>
        {outcomeWord(last.outcome)}
      </div>
      {last.because === undefined ? null : <p className={layout.body}>{say(last.because)}</p>}
      <div className={styles.figures}>
        <div>{t('cycle-created', { count: last.created })}</div>
        <div>{t('cycle-updated', { count: last.updated })}</div>
        <div>{t('cycle-disabled', { count: last.disabled })}</div>
        <div>{t('cycle-failed', { count: last.failed })}</div>
      </div>
      <QuietLine status={status} />
    </Card>
  );
}

function RecentCard() {
  const styles = useStyles();
  const layout = useLayout();
  const now = useNow();
  const { id } = useConnection();
  // People whom nobody assigned are skipped in every cycle: they would be all that is seen here.
  const recent = useQuery({ ...logQuery({ id, results: ['success', 'failure', 'warning'], run: '', text: '', offset: 0, limit: 6 }), refetchInterval: 15_000 });
  const entries = recent.data?.entries.slice(0, 6) ?? [];
  return (
    <Card
      title={t('recent-title')}
      end={
        <Button size="small" appearance="subtle" onClick={() => go({ page: 'logs', id })} data-testid="overview-logs">
          {t('open-logs')}
        </Button>
      }
      testId="recent"
    >
      {recent.isError ? <ErrorBar error={recent.error} retry={() => void recent.refetch()} /> : null}
      {recent.data !== undefined && entries.length === 0 ? <p className={layout.body}>{t('recent-none')}</p> : null}
      <table className={styles.recent}>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id} className={styles.row}>
              <td className={`${styles.cell} ${styles.when} ${layout.number}`}>{stamp(entry.at, now)}</td>
              <td className={styles.cell}>
                <LogAction entry={entry} />
              </td>
              <th scope="row" className={styles.cell}>
                {entry.name}
              </th>
              <td className={styles.cell}>{say(entry.message)}</td>
              <td className={styles.cell}>
                <LogResult result={entry.result} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}
