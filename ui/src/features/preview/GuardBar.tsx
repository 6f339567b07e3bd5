import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useConnection } from '../../api/connection';
import { planRowsQuery, previewQuery } from '../../api/queries';
import { useLayout } from '../../components/layout';
import { ConfirmDialog } from '../../components/typed-dialog';
import type { PlanSummary } from '../../generated/bridge';
import { call } from '../../platform/call';
import { say, t } from '../../text/messages';

/** How many names the dialog lists; the table has them all. */
const NAMES = 20;

/** What would stop the run, and the way to allow exactly this plan. */
export function GuardBar({ plan, stale, review }: { plan: PlanSummary; stale: boolean; review: () => void }) {
  const { goTo, refresh, id } = useConnection();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const losing = plan.counts.disable + plan.counts.delete;
  const approve = useMutation({
    // What was typed goes along: the number is checked in Rust.
    mutationFn: (typed: string) => call('preview_approve', { id, hash: plan.hash, typed_count: Number(typed) }),
    onSuccess: async (answer) => {
      client.setQueryData(previewQuery(id).queryKey, answer);
      setAsking(false);
      await refresh();
    },
  });
  if (plan.guards.length === 0) return null;
  if (plan.approved) {
    return (
      <MessageBar intent="success" layout="multiline" data-testid="guard-approved">
        <MessageBarBody>
          <MessageBarTitle>{t('guard-approved-title')}</MessageBarTitle>
          {t('guard-approved-body')}
        </MessageBarBody>
      </MessageBar>
    );
  }
  const approvable = plan.guards.every((guard) => guard.approvable);
  return (
    <>
      <MessageBar intent="warning" layout="multiline" data-testid="guard-bar">
        <MessageBarBody>
          {plan.guards.map((guard, index) => (
            <div key={`${guard.message.id} ${index}`}>{index === 0 ? <MessageBarTitle>{say(guard.message)}</MessageBarTitle> : say(guard.message)}</div>
          ))}
          {approvable ? t('guard-allow-hint') : t('guard-not-approvable')}
        </MessageBarBody>
        <MessageBarActions>
          {losing === 0 ? null : (
            <Button size="small" onClick={review} data-testid="guard-review">
              {t('guard-review', { count: losing })}
            </Button>
          )}
          {approvable ? (
            <Button size="small" disabled={stale} onClick={() => setAsking(true)} data-testid="guard-allow">
              {t('guard-allow')}
            </Button>
          ) : null}
          <Button size="small" appearance="subtle" onClick={() => goTo('plan')} data-testid="guard-change">
            {t('guard-change')}
          </Button>
        </MessageBarActions>
      </MessageBar>
      <ConfirmDialog
        open={asking}
        title={t('allow-title')}
        confirm={t('allow-confirm', { count: losing })}
        busy={approve.isPending}
        error={approve.error ?? undefined}
        onConfirm={(typed) => approve.mutate(typed)}
        onClose={() => setAsking(false)}
        type={{ label: t('allow-type', { count: String(losing) }), expected: String(losing) }}
        testId="allow-dialog"
      >
        <Names plan={plan} losing={losing} />
      </ConfirmDialog>
    </>
  );
}

function Names({ plan, losing }: { plan: PlanSummary; losing: number }) {
  const layout = useLayout();
  const { id, tools } = useConnection();
  const rows = useQuery(planRowsQuery({ id, actions: ['disable', 'delete'], text: '', offset: 0, limit: NAMES }, plan.hash));
  // Two people may have one name: whoever allows this must know which of them it is.
  const names = rows.data?.rows.map((row) => (row.detail === '' || row.detail === row.name ? row.name : `${row.name} (${row.detail})`)) ?? [];
  return (
    <>
      <p className={layout.plain}>{tools.draft.runner === 'entra' ? t('allow-body-entra') : t('allow-body', { count: losing })}</p>
      <p className={layout.body}>{names.join(', ') + (losing > names.length && names.length > 0 ? ` ${t('allow-more', { count: losing - names.length })}` : '')}</p>
    </>
  );
}
