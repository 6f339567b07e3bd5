import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConnection } from '../../api/connection';
import { accountsQuery } from '../../api/queries';
import { Card } from '../../components/card';
import { ErrorBar } from '../../components/errors';
import { PersonEditRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import type { AccountCounts } from '../../generated/bridge';
import { t } from '../../text/messages';
import { AccountsDrawer } from './AccountsDrawer';

/** Whose the accounts are that GoTo has already, and the way to decide which of them Usher keeps. */
export function AccountsCard({ hash }: { hash: string }) {
  const layout = useLayout();
  const { id, tools } = useConnection();
  const [open, setOpen] = useState(false);
  const found = useQuery(accountsQuery({ id, standings: [], text: '', offset: 0, limit: 0 }, hash));
  // What Microsoft's service adopts is not decided here.
  if (tools.draft.runner === 'entra') return null;
  if (found.isError) return <ErrorBar error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined || !found.data.looked) return null;
  const { counts } = found.data;
  const lines = linesOf(counts);
  if (lines.length === 0) return null;
  return (
    <Card
      title={t('accounts-title')}
      testId="accounts-card"
      end={
        <Button size="small" icon={<PersonEditRegular />} onClick={() => setOpen(true)} data-testid="accounts-open">
          {counts.matched + counts.ambiguous > 0 ? t('accounts-decide') : t('accounts-show')}
        </Button>
      }
    >
      <ul className={`${layout.list} ${layout.tight}`}>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <AccountsDrawer open={open} hash={hash} onClose={() => setOpen(false)} />
    </Card>
  );
}

function linesOf(counts: AccountCounts): string[] {
  const nobody = counts.out_of_scope + counts.stranger;
  return [
    ...(counts.matched > 0 ? [t('accounts-matched', { count: counts.matched, adopt: counts.adopt, leave: counts.leave, later: counts.later })] : []),
    ...(counts.ambiguous > 0 ? [t('accounts-ambiguous', { count: counts.ambiguous })] : []),
    ...(counts.orphan > 0 ? [t('accounts-orphan', { count: counts.orphan })] : []),
    ...(nobody > 0 ? [t('accounts-nobody', { count: nobody })] : []),
  ];
}
