import { Tab, TabList } from '@fluentui/react-components';
import { useState } from 'react';
import { useConnection } from '../../api/connection';
import { StepPage } from '../../components/page';
import { ConfirmDialog } from '../../components/typed-dialog';
import { t } from '../../text/messages';
import { nobodySays } from './CountCard';
import type { ScopeNumbers } from '../../generated/bridge';
import { FilterBoard, HistoryButtons } from './FilterBoard';
import type { TableName } from './filters';

/** Step 9: who is provisioned of those who are assigned, by what their attributes say. */
export function ScopeStep() {
  const { tools } = useConnection();
  const { draft } = tools;
  const [table, setTable] = useState<TableName>('users');
  const [nobody, setNobody] = useState<ScopeNumbers>();
  const [asking, setAsking] = useState<(answer: boolean) => void>();
  const close = (answer: boolean) => {
    asking?.(answer);
    setAsking(undefined);
  };
  const ask = () => new Promise<boolean>((resolve) => setAsking(() => resolve));
  const filtered = draft.user_filters.length + draft.group_filters.length > 0;
  return (
    <StepPage
      step="scoping-filters"
      lead={t('scope-lead')}
      actions={<HistoryButtons key={table} table={table} />}
      note={draft.assigned_only ? (filtered ? t('scope-note-filtered') : t('scope-note')) : t('scope-note-everyone')}
      {...(nobody === undefined ? {} : { next: { ask } })}
    >
      <TabList
        selectedValue={table}
        onTabSelect={(_, data) => {
          setTable(data.value === 'groups' ? 'groups' : 'users');
          setNobody(undefined);
        }}
        aria-label={t('scope-tabs')}
      >
        <Tab value="users" data-testid="scope-tab-users">{t('scope-users')}</Tab>
        <Tab value="groups" data-testid="scope-tab-groups">{t('scope-groups')}</Tab>
      </TabList>
      <FilterBoard key={table} table={table} onNobody={setNobody} />
      <ConfirmDialog open={asking !== undefined} title={t('scope-nobody')} confirm={t('scope-nobody-confirm')} onConfirm={() => close(true)} onClose={() => close(false)} testId="scope-nobody-dialog">
        {nobody === undefined ? null : <p>{nobodySays(table, nobody, draft.guards.disable)}</p>}
      </ConfirmDialog>
    </StepPage>
  );
}
