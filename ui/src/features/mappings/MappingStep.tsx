import { Button, makeStyles, MessageBar, MessageBarBody, Switch, tokens } from '@fluentui/react-components';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConnection } from '../../api/connection';
import { mappingHelpQuery } from '../../api/queries';
import { Card } from '../../components/card';
import { ErrorBar } from '../../components/errors';
import { AddRegular, ArrowResetRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { StepPage } from '../../components/page';
import { StepFindings } from '../../components/step-findings';
import { ResultIcon, resultWord } from '../../components/status';
import { ConfirmDialog } from '../../components/typed-dialog';
import type { Draft, MappingRow, MappingTable as Table } from '../../generated/bridge';
import { call } from '../../platform/call';
import { say, t } from '../../text/messages';
import { MappingDrawer } from './MappingDrawer';
import { MappingTable } from './MappingTable';

const useStyles = makeStyles({
  remark: { display: 'flex', columnGap: '8px', alignItems: 'flex-start', fontSize: '13px' },
  // Greyed but readable, whatever colours the table has.
  off: { '& *': { color: tokens.colorNeutralForeground3 } },
  flush: { marginLeft: '-20px', marginRight: '-20px', marginBottom: '-20px', borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
});

type TableName = 'users' | 'groups';

const withTable = (draft: Draft, name: TableName, change: (table: Table) => Table): Draft =>
  name === 'users' ? { ...draft, users: change(draft.users), users_reviewed: false } : { ...draft, groups: change(draft.groups), groups_reviewed: false };

const emptyRow: MappingRow = { target: '', kind: 'attribute', value: '', default_value: '', matching: 0, only_during_creation: false };

/** Steps 7 and 8: what GoTo stores, and where each value comes from. */
export function MappingStep({ table: name }: { table: TableName }) {
  const styles = useStyles();
  const layout = useLayout();
  const { id, tools } = useConnection();
  const { draft, edit, revision } = tools;
  const table = draft[name];
  const step = name === 'users' ? 'user-attributes' : 'group-attributes';
  const help = useQuery({ ...mappingHelpQuery({ id, table: name, sample: '' }, revision), retry: false });
  const [editing, setEditing] = useState<{ index: number; row: MappingRow }>();
  const [resetting, setResetting] = useState(false);
  const change = (work: (table: Table) => Table) => edit((previous) => withTable(previous, name, work));
  const reset = useMutation({
    mutationFn: () => call('mapping_defaults', { id, table: name, sample: '' }),
    onSuccess: (defaults) => {
      change(() => defaults);
      setResetting(false);
    },
  });
  const wholeTable = (help.data?.findings ?? []).filter((finding) => finding.target === '');
  const matches = table.rows.filter((row) => row.matching > 0).length;
  const calculated = table.rows.filter((row) => row.kind === 'expression').length;
  const bad = (help.data?.findings ?? []).filter((finding) => finding.result === 'fix-this').length;
  const close = () => setEditing(undefined);
  const reviewed = name === 'users' ? draft.users_reviewed : draft.groups_reviewed;
  return (
    <StepPage
      step={step}
      lead={name === 'users' ? t('mapping-users-lead') : t('mapping-groups-lead')}
      actions={
        <Button icon={<AddRegular />} onClick={() => setEditing({ index: -1, row: emptyRow })} data-testid="mapping-add">
          {t('mapping-add')}
        </Button>
      }
      note={bad > 0 ? t('mapping-note-bad', { count: bad }) : reviewed ? t('mapping-note-reviewed') : t('mapping-note')}
      next={{ disabled: bad > 0, run: () => edit((previous) => (name === 'users' ? { ...previous, users_reviewed: true } : { ...previous, groups_reviewed: true })) }}
      wide
    >
      {name === 'groups' ? (
        <Card title={t('groups-switch-title')} end={<Switch checked={table.enabled} label={table.enabled ? t('status-on') : t('status-off')} labelPosition="before" aria-label={t('groups-switch-title')} onChange={(_, data) => change((previous) => ({ ...previous, enabled: data.checked }))} data-testid="groups-enabled" />}>
          <p className={layout.body}>{table.enabled ? t('groups-on-body') : t('groups-off-body')}</p>
        </Card>
      ) : null}
      {help.isError ? <ErrorBar error={help.error} title={t('mapping-help-failed')} retry={() => void help.refetch()} /> : null}
      {wholeTable.map((finding, index) => (
        <MessageBar key={`${finding.message.id} ${index}`} intent={finding.result === 'fix-this' ? 'error' : finding.result === 'warning' ? 'warning' : 'info'} layout="multiline">
          <MessageBarBody>{say(finding.message)}</MessageBarBody>
        </MessageBar>
      ))}
      <Card
        title={t('mapping-count', { count: table.rows.length })}
        testId="mapping-card"
        end={
          <>
            <span className={layout.muted}>{t('mapping-summary', { matches, calculated })}</span>
            <Button size="small" appearance="subtle" icon={<ArrowResetRegular />} onClick={() => setResetting(true)} data-testid="mapping-reset">
              {t('mapping-reset')}
            </Button>
          </>
        }
      >
        <div className={`${styles.flush} ${table.enabled ? '' : styles.off}`}>
          <MappingTable rows={table.rows} {...(help.data === undefined ? {} : { help: help.data })} onOpen={(index, row) => setEditing({ index, row })} />
        </div>
      </Card>
      {(help.data?.findings ?? [])
        .filter((finding) => finding.target !== '' && !table.rows.some((row) => row.target === finding.target))
        .map((finding) => (
          <div key={finding.target} className={styles.remark}>
            <ResultIcon result={finding.result} />
            <span>{`${resultWord(finding.result)}: ${finding.target}, ${say(finding.message)}`}</span>
          </div>
        ))}
      <StepFindings step={step} />
      <MappingDrawer
        table={name}
        rows={table.rows}
        {...(editing === undefined ? {} : { editing })}
        {...(help.data === undefined ? {} : { help: help.data })}
        onClose={close}
        onApply={(row, index) => {
          change((previous) => ({ ...previous, rows: index < 0 ? [...previous.rows, row] : previous.rows.map((old, at) => (at === index ? row : old)) }));
          close();
        }}
        onRemove={(index) => {
          change((previous) => ({ ...previous, rows: previous.rows.filter((_, at) => at !== index) }));
          close();
        }}
      />
      <ConfirmDialog open={resetting} title={t('mapping-reset-title')} confirm={t('mapping-reset')} busy={reset.isPending} error={reset.error ?? undefined} onConfirm={() => reset.mutate()} onClose={() => setResetting(false)} testId="mapping-reset-dialog">
        <p className={layout.plain}>{t('mapping-reset-body', { count: table.rows.length })}</p>
      </ConfirmDialog>
    </StepPage>
  );
}
