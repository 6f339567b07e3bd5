import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useNow } from '../../api/app-state';
import { useConnection } from '../../api/connection';
import { previewQuery, statusQuery } from '../../api/queries';
import { Card } from '../../components/card';
import { ErrorBar } from '../../components/errors';
import { ExportMenu, useExport, type ExportChoice } from '../../components/export-menu';
import { ArrowClockwiseRegular, PlayRegular } from '../../components/icons';
import { Empty } from '../../components/illustrations';
import { Loading } from '../../components/loading';
import { StepPage } from '../../components/page';
import { ProgressView } from '../../components/progress';
import { StepFindings } from '../../components/step-findings';
import type { PlanSummary, Preview, Status } from '../../generated/bridge';
import { call } from '../../platform/call';
import { moment } from '../../text/format';
import { say, t } from '../../text/messages';
import { AccountsCard } from './AccountsCard';
import { GuardBar } from './GuardBar';
import { PlanView } from './PlanView';
import type { ActionName } from '../../components/status';

const exports: readonly ExportChoice[] = [
  { form: 'html', label: t('export-html') },
  { form: 'csv', label: t('export-csv') },
  { form: 'json', label: t('export-plan') },
];

/** Step 10: a full dry run. Nothing is sent to GoTo. */
export function PreviewStep() {
  const { id, tools, view } = useConnection();
  const preview = useQuery(previewQuery(id));
  const client = useQueryClient();
  const put = (answer: Preview) => client.setQueryData(previewQuery(id).queryKey, answer);
  const start = useMutation({
    mutationFn: async () => {
      await tools.flush();
      return call('preview_start', { id });
    },
    onSuccess: put,
  });
  const cancel = useMutation({ mutationFn: () => call('preview_cancel', { id }), onSuccess: put });
  const saving = useExport((form) => call('preview_export', { id, form }));
  const state = preview.data?.state;
  const plan = preview.data?.plan;
  const failed = state === 'failed' || preview.isError || start.isError;
  const settled = state === 'ready' && plan !== undefined && (plan.guards.length === 0 || plan.approved);
  const running = state === 'running' || start.isPending;
  const local = tools.draft.runner === 'local' && view.live_revision !== undefined;
  const status = useQuery({ ...statusQuery(id), enabled: local, refetchInterval: false });
  // Whoever comes to decide about a cycle that a guard stopped must see what it would have done, not what was planned before it.
  const overtaken = plan !== undefined && stoppedSince(status.data, plan.made_at);
  const asked = useRef(false);
  const { mutate } = start;
  useEffect(() => {
    if (!overtaken || asked.current || running) return;
    asked.current = true;
    mutate();
  }, [overtaken, running, mutate]);
  const waits = (overtaken && !start.isSuccess) || (local && state === 'stale' && status.isPending);
  return (
    <StepPage
      step="preview"
      lead={view.live_revision === undefined ? t('preview-lead') : t('preview-lead-next')}
      actions={
        <>
          {plan === undefined ? null : <ExportMenu choices={exports} busy={saving.isPending} run={(form) => saving.mutate(form)} testId="preview-export" />}
          <Button appearance={plan === undefined ? 'primary' : 'secondary'} icon={plan === undefined ? <PlayRegular /> : <ArrowClockwiseRegular />} disabledFocusable={running} onClick={() => start.mutate()} data-testid="preview-start">
            {plan === undefined ? t('preview-start') : t('preview-again')}
          </Button>
        </>
      }
      note={noteOf(preview.data, settled)}
      next={{ disabled: !settled }}
      wide
    >
      {preview.isError ? <ErrorBar error={preview.error} retry={() => void preview.refetch()} /> : null}
      {start.isError ? <ErrorBar error={start.error} retry={() => start.mutate()} /> : null}
      {saving.isError ? <ErrorBar error={saving.error} retry={() => saving.mutate(saving.variables)} /> : null}
      {preview.isPending ? <Loading rows={6} /> : null}
      {waits && !start.isError ? <Card title={t('preview-running')}><Loading rows={1} /></Card> : null}
      {preview.data === undefined || waits ? null : <Body preview={preview.data} start={() => start.mutate()} cancel={() => cancel.mutate()} />}
      {/* The finding speaks of the plan before: beside a failure it would read as its opposite. */}
      {failed || waits ? null : <StepFindings step="preview" />}
    </StepPage>
  );
}

/** Whether a guard stopped the last cycle after this time. */
function stoppedSince(status: Status | undefined, time: string): boolean {
  const last = status?.cycles.find((cycle) => cycle.outcome !== 'running');
  return last?.outcome === 'stopped-by-guard' && Date.parse(last.ended ?? last.started) > Date.parse(time);
}

function noteOf(preview: Preview | undefined, settled: boolean): string {
  if (preview === undefined) return '';
  switch (preview.state) {
    case 'absent':
    case 'failed':
      return t('preview-note-run');
    case 'running':
      return t('preview-note-running');
    case 'stale':
      return t('preview-note-stale');
    case 'ready':
      return settled ? t('preview-note-ready') : t('preview-note-guard');
  }
}

function Body({ preview, start, cancel }: { preview: Preview; start: () => void; cancel: () => void }) {
  const [actions, setActions] = useState<readonly ActionName[]>([]);
  switch (preview.state) {
    case 'absent':
      return (
        <Empty picture="scale" title={t('preview-empty')} actions={<Button onClick={start} data-testid="preview-start-first">{t('preview-start')}</Button>}>
          {t('preview-empty-body')}
        </Empty>
      );
    case 'running':
      return (
        <Card title={t('preview-running')} end={<Button size="small" onClick={cancel} data-testid="preview-cancel">{t('cancel')}</Button>}>
          {preview.progress === undefined ? <Loading rows={1} /> : <ProgressView progress={preview.progress} />}
        </Card>
      );
    case 'failed':
      return <ErrorBar error={preview.error ?? { code: 'remote', message: { id: 'preview-failed' }, retryable: true }} title={t('preview-failed')} retry={start} />;
    case 'stale':
    case 'ready':
      return (
        <>
          {preview.state === 'stale' && preview.plan !== undefined ? <StaleBar madeAt={preview.plan.made_at} start={start} /> : null}
          {preview.plan === undefined ? null : (
            <>
              <NotSeen plan={preview.plan} />
              <GuardBar plan={preview.plan} stale={preview.state === 'stale'} review={() => setActions(['disable', 'delete'])} />
              <AccountsCard hash={preview.plan.hash} />
              <PlanView plan={preview.plan} actions={actions} setActions={setActions} />
            </>
          )}
        </>
      );
  }
}

function StaleBar({ madeAt, start }: { madeAt: string; start: () => void }) {
  const now = useNow();
  return (
    <MessageBar intent="warning" layout="multiline" data-testid="preview-stale">
      <MessageBarBody>
        <MessageBarTitle>{t('preview-stale-title', { time: moment(madeAt, now) })}</MessageBarTitle>
        {t('preview-stale-body')}
      </MessageBarBody>
      <MessageBarActions>
        <Button size="small" appearance="primary" onClick={start} data-testid="preview-stale-again">
          {t('preview-again')}
        </Button>
      </MessageBarActions>
    </MessageBar>
  );
}

function NotSeen({ plan }: { plan: PlanSummary }) {
  if (plan.not_seen.length === 0) return null;
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{t('preview-not-seen')}</MessageBarTitle>
        {plan.not_seen.map(say).join(' ')}
      </MessageBarBody>
    </MessageBar>
  );
}
