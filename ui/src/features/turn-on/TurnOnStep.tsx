import { Button, Link, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, Switch, tokens } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useConnection } from '../../api/connection';
import { seatsQuery, statusQuery } from '../../api/queries';
import { go } from '../../api/routes';
import { isStep } from '../../api/steps';
import { Card, NumberRing } from '../../components/card';
import { ErrorBar } from '../../components/errors';
import { CheckmarkCircleFilled, WarningFilled } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { StepPage } from '../../components/page';
import { ProgressView } from '../../components/progress';
import { quietNow } from '../../components/quiet';
import { StepFindings } from '../../components/step-findings';
import { ToneIcon } from '../../components/status';
import { ConfirmDialog } from '../../components/typed-dialog';
import type { Message, Status, TrialResult } from '../../generated/bridge';
import { call } from '../../platform/call';
import { say, t } from '../../text/messages';
import { RingCard } from './RingCard';
import { SeatsCard } from './SeatsCard';
import { Summary } from './Summary';
import { TrialCard } from './TrialCard';
import { WritersCard } from './WritersCard';

const useStyles = makeStyles({
  line: { display: 'flex', columnGap: '10px', alignItems: 'flex-start', fontSize: '13px', lineHeight: '18px', marginBottom: '8px' },
  switch: { display: 'flex', justifyContent: 'space-between', alignItems: 'center' },
  done: { margin: 0, fontSize: tokens.fontSizeBase500, lineHeight: tokens.lineHeightBase500, outlineStyle: 'none' },
});

/** Step 11: one person before everybody, one more look, and the switch. */
export function TurnOnStep() {
  const layout = useLayout();
  const client = useQueryClient();
  const { id, tools, report, refresh, view } = useConnection();
  const [trial, setTrial] = useState<TrialResult>();
  const [wanted, setWanted] = useState(true);
  const [asking, setAsking] = useState(false);
  const entra = tools.draft.runner === 'entra';
  const turnOn = useMutation({
    mutationFn: async (without_trial: boolean) => {
      const revision = await tools.flush();
      return call('turn_on', { id, revision, without_trial });
    },
    onSuccess: (status) => {
      setAsking(false);
      client.setQueryData(statusQuery(id).queryKey, status);
    },
    onSettled: refresh,
  });
  const tried = trial?.result === 'success';
  const allowed = report?.can_turn_on === true && !entra;
  const already = view.live_revision !== undefined && ['on', 'running-now', 'on-with-problems', 'on-waiting'].includes(view.summary.status);
  // It ran before: nothing here is its first cycle.
  const [again] = useState(view.live_revision !== undefined);
  const missing = report?.in_the_way[0];
  if (turnOn.data !== undefined) return <Done status={turnOn.data} again={again} />;
  return (
    <StepPage
      step="turn-on"
      lead={t('turn-on-lead')}
      note={entra ? t('turn-on-note-entra') : !allowed ? (missing === undefined ? t('turn-on-note-gated') : <Way message={missing} />) : trial !== undefined && !tried ? t('turn-on-note-failed') : !tried && !already ? t('turn-on-note-trial') : again ? t('turn-on-note-again') : t('turn-on-note-ready')}
      next={{
        label: already ? t('turn-on-save') : again ? t('turn-on-again') : t('turn-on-confirm'),
        disabled: !allowed || !wanted || turnOn.isPending || (!tried && !already),
        run: async () => {
          await turnOn.mutateAsync(!tried);
        },
      }}
    >
      {entra ? (
        <MessageBar intent="info" layout="multiline" data-testid="turn-on-entra">
          <MessageBarBody>
            <MessageBarTitle>{t('entra-terminal-title')}</MessageBarTitle>
            {t('turn-on-entra-body')}
          </MessageBarBody>
        </MessageBar>
      ) : null}
      {turnOn.isError ? <ErrorBar error={turnOn.error} title={t('turn-on-failed')} /> : null}
      <div className={layout.withSide}>
        <div className={layout.stack}>
          <TrialCard disabled={entra} onResult={setTrial} />
          <RingCard entra={entra} />
          <Summary />
          <SeatsCard />
        </div>
        <div className={layout.stack}>
          <WritersCard />
          <SwitchCard already={already} wanted={wanted} setWanted={setWanted} skip={allowed && wanted && !tried && !already ? () => setAsking(true) : undefined} />
          <BeforeCard />
        </div>
      </div>
      <StepFindings step="turn-on" />
      <ConfirmDialog open={asking} title={t('without-title')} confirm={t('without-confirm')} busy={turnOn.isPending} error={turnOn.error ?? undefined} onConfirm={() => turnOn.mutate(true)} onClose={() => setAsking(false)} testId="without-trial-dialog">
        <p className={layout.plain}>{again ? t('without-body-again') : t('without-body')}</p>
      </ConfirmDialog>
    </StepPage>
  );
}

function SwitchCard({ already, wanted, setWanted, skip }: { already: boolean; wanted: boolean; setWanted: (on: boolean) => void; skip: (() => void) | undefined }) {
  const styles = useStyles();
  const layout = useLayout();
  const { tools } = useConnection();
  return (
    <Card title={t('switch-title')} lead={<NumberRing n={5} current />}>
      <div className={layout.tight}>
        <div className={styles.switch}>
          <span>{t('provisioning')}</span>
          <Switch checked={wanted} label={!wanted ? t('status-off') : already ? t('status-on') : t('switch-will-be-on')} labelPosition="before" aria-label={t('provisioning')} onChange={(_, data) => setWanted(data.checked)} data-testid="turn-on-switch" />
        </div>
        <div className={layout.body}>{tools.draft.assigned_only ? t('scope-assigned') : t('scope-all')}</div>
        {tools.draft.ring === undefined ? null : <div className={layout.body}>{t('summary-ring', { count: tools.draft.ring.length })}</div>}
        <p className={layout.muted}>{t('switch-note')}</p>
        {skip === undefined ? null : (
          <Link as="button" onClick={skip} data-testid="turn-on-without-trial">
            {t('without-link')}
          </Link>
        )}
      </div>
    </Card>
  );
}

/** One thing that stands in the way, with the way to its step. */
function Way({ message }: { message: Message }) {
  const { goTo } = useConnection();
  const step = message.id.replace(/^in-the-way-/, '');
  if (!isStep(step)) return <>{say(message)}</>;
  return (
    <Link as="button" inline onClick={() => goTo(step)} data-testid={`way-${step}`}>
      {say(message)}
    </Link>
  );
}

/** What still stands in the way, and whether seats are short. */
function BeforeCard() {
  const styles = useStyles();
  const { id, report } = useConnection();
  // Told here too: the card itself may stand below the fold.
  const seats = useQuery({ ...seatsQuery(id), retry: false });
  const ways = report?.in_the_way ?? [];
  return (
    <Card title={t('before-title')} testId="turn-on-before">
      {ways.map((message, index) => (
        <div key={`${message.id} ${index}`} className={styles.line}>
          <ToneIcon tone="warning">
            <WarningFilled />
          </ToneIcon>
          <div>
            <Way message={message} />
          </div>
        </div>
      ))}
      {report !== undefined && ways.length === 0 ? (
        <div className={styles.line}>
          <ToneIcon tone="success">
            <CheckmarkCircleFilled />
          </ToneIcon>
          <div>{t('before-ready')}</div>
        </div>
      ) : null}
      {seats.data?.applies === true && seats.data.result === 'warning' ? (
        <div className={styles.line} data-testid="before-seats">
          <ToneIcon tone="warning">
            <WarningFilled />
          </ToneIcon>
          <div>{say(seats.data.summary)}</div>
        </div>
      ) : null}
    </Card>
  );
}

function Done({ status, again }: { status: Status; again: boolean }) {
  const styles = useStyles();
  const layout = useLayout();
  const { id } = useConnection();
  const heading = useRef<HTMLHeadingElement>(null);
  const live = useQuery({ ...statusQuery(id), initialData: status });
  const quiet = quietNow(live.data);
  useEffect(() => heading.current?.focus(), []);
  const overview = () => go({ page: 'overview', id });
  return (
    <StepPage step="turn-on" lead={again ? t('turn-on-done-lead-again') : t('turn-on-done-lead')} note={t('turn-on-done-note')} next={{ label: t('go-to-overview'), run: overview }}>
      <section className={layout.stack} aria-labelledby="provisioning-is-on" data-testid="turn-on-done">
        <h2 id="provisioning-is-on" className={styles.done} ref={heading} tabIndex={-1}>
          {t('turn-on-done')}
        </h2>
        {quiet === undefined ? null : (
          <p className={layout.plain}>
            <time dateTime={quiet.until} title={quiet.until}>
              {t('turn-on-done-quiet', { time: quiet.local, zone: quiet.zone })}
            </time>
          </p>
        )}
        <p className={layout.plain}>{t('turn-on-done-body', { minutes: live.data.interval_minutes })}</p>
        {live.data.progress === undefined ? null : <ProgressView progress={live.data.progress} />}
        <div>
          <Button appearance="primary" onClick={overview} data-testid="turn-on-overview">
            {t('go-to-overview')}
          </Button>
        </div>
      </section>
    </StepPage>
  );
}
