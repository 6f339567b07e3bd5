import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConnection } from '../../api/connection';
import { ringQuery } from '../../api/queries';
import { withRing } from '../../api/ring';
import { ErrorBar } from '../../components/errors';
import { useLayout } from '../../components/layout';
import { useToast } from '../../components/toast';
import { ConfirmDialog } from '../../components/typed-dialog';
import { t } from '../../text/messages';

/** How many are named before the rest is a number. */
const NAMED = 3;

/** Says that not everybody gets an account yet, and how many wait. */
export function RingBar({ ring }: { ring: readonly string[] }) {
  const layout = useLayout();
  const toast = useToast();
  const { id, tools, goTo } = useConnection();
  const [asking, setAsking] = useState(false);
  const counted = useQuery(ringQuery(id, ring));
  const data = counted.data;
  if (counted.isError) return <ErrorBar error={counted.error} title={t('ring-failed')} retry={() => void counted.refetch()} />;
  if (data === undefined) return null;
  const names = data.members.slice(0, NAMED).map((member) => member.name).join(', ');
  const more = data.members.length - NAMED;
  const letIn = () => {
    setAsking(false);
    tools.edit(withRing(undefined));
    toast(t('ring-toast-everybody'), { label: t('undo'), run: () => tools.edit(withRing(ring)) });
    goTo('preview');
  };
  return (
    <>
      <MessageBar intent="info" layout="multiline" data-testid="ring-bar">
        <MessageBarBody>
          <MessageBarTitle>{t('ring-bar-title', { count: data.waiting })}</MessageBarTitle>
          {more > 0 ? t('ring-bar-more', { names, count: more }) : t('ring-bar-body', { names })}
        </MessageBarBody>
        <MessageBarActions>
          <Button size="small" onClick={() => setAsking(true)} data-testid="ring-open">
            {t('ring-open')}
          </Button>
          <Button size="small" onClick={() => goTo('turn-on')} data-testid="ring-change">
            {t('change')}
          </Button>
        </MessageBarActions>
      </MessageBar>
      <ConfirmDialog open={asking} title={t('ring-open-title')} confirm={t('ring-open-confirm')} onConfirm={letIn} onClose={() => setAsking(false)} testId="ring-dialog">
        <p className={layout.plain}>{t('ring-open-body', { count: data.waiting })}</p>
        {data.waiting_groups === 0 ? null : <p className={layout.plain}>{t('ring-open-groups', { count: data.waiting_groups })}</p>}
        <p className={layout.plain}>{t('ring-open-then')}</p>
      </ConfirmDialog>
    </>
  );
}
