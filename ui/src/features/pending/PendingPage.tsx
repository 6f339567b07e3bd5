import { Button, MessageBar, MessageBarBody } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useConnection } from '../../api/connection';
import { pendingQuery } from '../../api/queries';
import { go } from '../../api/routes';
import { ErrorBar } from '../../components/errors';
import { Empty } from '../../components/illustrations';
import { useLayout } from '../../components/layout';
import { Loading } from '../../components/loading';
import { Page } from '../../components/page';
import { useToast } from '../../components/toast';
import type { PendingDeleteRow } from '../../generated/bridge';
import { call } from '../../platform/call';
import { say, t } from '../../text/messages';
import { PendingTable } from './PendingTable';

interface Decision {
  rows: readonly PendingDeleteRow[];
  keep: boolean;
  /** What is taken back offers no second taking back. */
  undo?: boolean;
}

/** Deletes that wait for their day, and accounts that somebody keeps. */
export function PendingPage() {
  const layout = useLayout();
  const toast = useToast();
  const client = useQueryClient();
  const { id, view, tools, refresh } = useConnection();
  const entra = tools.draft.runner === 'entra';
  const list = useQuery({ ...pendingQuery(id), enabled: !entra });
  const place = useRef<HTMLDivElement>(null);
  const decided = useRef(false);
  const decide = useMutation({
    mutationFn: ({ rows, keep }: Decision) => call('pending_decide', { id, keys: rows.map((row) => row.key), keep }),
    onSuccess: (answer, { rows, keep, undo }) => {
      decided.current = true;
      client.setQueryData(pendingQuery(id).queryKey, answer);
      const who = { count: rows.length, name: rows[0]?.name ?? '' };
      toast(
        keep ? t('pending-toast-kept', who) : t('pending-toast-released', who),
        undo === true ? undefined : { label: t('undo'), run: () => decide.mutate({ rows, keep: !keep, undo: true }) },
      );
    },
    onSettled: refresh,
  });
  // The row that had the focus is elsewhere after its decision: the keyboard goes on at the list.
  useEffect(() => {
    if (!decided.current || document.activeElement !== document.body) return;
    decided.current = false;
    place.current?.focus();
  }, [list.data]);
  const data = list.data;
  const waiting = data?.rows.filter((row) => row.kept_by === undefined) ?? [];
  const kept = data?.rows.filter((row) => row.kept_by !== undefined) ?? [];
  return (
    <Page title={t('nav-pending')} name={t('pending-of', { name: view.summary.name })} lead={data === undefined ? t('pending-lead') : t('pending-lead-days', { days: data.grace_days })} wide>
      {entra ? (
        <MessageBar intent="info" layout="multiline" data-testid="pending-entra">
          <MessageBarBody>{t('error-pending-entra')}</MessageBarBody>
        </MessageBar>
      ) : null}
      {data?.held === undefined ? null : (
        <MessageBar intent="info" layout="multiline" data-testid="pending-held">
          <MessageBarBody>{say(data.held)}</MessageBarBody>
        </MessageBar>
      )}
      {decide.isError ? <ErrorBar error={decide.error} title={t('pending-not-decided')} retry={() => decide.mutate(decide.variables)} /> : null}
      {list.isError ? <ErrorBar error={list.error} title={t('pending-failed')} retry={() => void list.refetch()} /> : null}
      {list.isLoading ? <Loading rows={6} /> : null}
      {data !== undefined && data.rows.length === 0 ? (
        <Empty picture="clock" title={t('pending-empty')} actions={<Button onClick={() => go({ page: 'overview', id })}>{t('nav-overview')}</Button>}>
          {t('pending-empty-body')}
        </Empty>
      ) : null}
      <div className={layout.stack} ref={place} tabIndex={-1} role="group" aria-label={t('nav-pending')}>
        {waiting.length === 0 ? null : <PendingTable rows={waiting} keep busy={decide.isPending} onDecide={(rows) => decide.mutate({ rows, keep: true })} />}
        {kept.length === 0 ? null : <PendingTable rows={kept} keep={false} busy={decide.isPending} onDecide={(rows) => decide.mutate({ rows, keep: false })} />}
      </div>
    </Page>
  );
}
