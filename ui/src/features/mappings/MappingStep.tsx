import { Button, makeStyles, MessageBar, MessageBarBody, Switch, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConnection } from '../../api/connection';
import { useHistory, type Slice } from '../../api/history';
import { mappingDefaultsQuery, mappingHelpQuery } from '../../api/queries';
import { Card } from '../../components/card';
import { ErrorBar } from '../../components/errors';
import { AddRegular, ArrowResetRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { StepPage } from '../../components/page';
import { StepFindings } from '../../components/step-findings';
import { ResultIcon, resultWord } from '../../components/status';
import { useToast } from '../../components/toast';
import { ConfirmDialog } from '../../components/typed-dialog';
import { UndoButtons } from '../../components/undo';
import type { Draft, MappingRow, MappingTable as Table } from '../../generated/bridge';
import { say, t } from '../../text/messages';
import { MappingDrawer, type Editing } from './MappingDrawer';
import { MappingTable, type RowActions } from './MappingTable';
import { ObjectActions } from './ObjectActions';
import { difference, renumber, reorder, sameTarget, step as stepRow, whyItStays } from './rules';
import { shortTarget } from './words';

const useStyles = makeStyles({
  whole: { whiteSpace: 'nowrap', flexShrink: 0 },
  remark: { display: 'flex', columnGap: '8px', alignItems: 'flex-start', fontSize: '13px' },
  // Greyed but readable, whatever colours the table has.
  off: { '& *': { color: tokens.colorNeutralForeground3 } },
  flush: { marginLeft: '-20px', marginRight: '-20px', marginBottom: '-20px', borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
});

type TableName = 'users' | 'groups';

const slices: Record<TableName, Slice<Table>> = {
  users: { get: (draft: Draft) => draft.users, put: (draft, users) => ({ ...draft, users, users_reviewed: false }) },
  groups: { get: (draft: Draft) => draft.groups, put: (draft, groups) => ({ ...draft, groups, groups_reviewed: false }) },
};

const emptyRow: MappingRow = { target: '', kind: 'attribute', value: '', default_value: '', matching: 0, only_during_creation: false };

/** Steps 7 and 8: what GoTo stores, and where each value comes from. */
export function MappingStep({ table: name }: { table: TableName }) {
  const styles = useStyles();
  const layout = useLayout();
  const toast = useToast();
  const { id, tools } = useConnection();
  const { draft, edit, revision } = tools;
  const history = useHistory(`mappings/${name}`, slices[name]);
  const table = history.value;
  const step = name === 'users' ? 'user-attributes' : 'group-attributes';
  const help = useQuery({ ...mappingHelpQuery({ id, table: name, sample: '' }, revision), retry: false });
  const defaults = useQuery({ ...mappingDefaultsQuery({ id, table: name, sample: '' }), retry: false });
  const [editing, setEditing] = useState<Editing>();
  const [resetting, setResetting] = useState(false);
  const [said, setSaid] = useState('');
  const findings = help.data?.findings ?? [];
  const wholeTable = findings.filter((finding) => finding.target === '');
  const matches = table.rows.filter((row) => row.matching > 0).length;
  const calculated = table.rows.filter((row) => row.kind === 'expression').length;
  const bad = findings.filter((finding) => finding.result === 'fix-this').length;
  const close = () => setEditing(undefined);
  const reviewed = name === 'users' ? draft.users_reviewed : draft.groups_reviewed;

  const setRows = (what: string, work: (rows: readonly MappingRow[]) => MappingRow[]) => history.change((previous) => ({ ...previous, rows: work(previous.rows) }), { name: what });
  const whyStays = (row: MappingRow) => whyItStays(table.rows, row, help.data?.target_attributes.find((attribute) => sameTarget(attribute.name, row.target)));
  const remove = (index: number) => {
    const row = table.rows[index];
    if (row === undefined) return;
    const target = shortTarget(row.target);
    const why = whyStays(row);
    if (why !== undefined) {
      setSaid(t('mapping-stays', { target, why }));
      return;
    }
    close();
    setRows(t('change-remove', { target }), (rows) => rows.filter((_, at) => at !== index));
    toast(t('mapping-removed', { target }), { label: t('undo'), run: () => setRows(t('change-add', { target }), (rows) => (rows.some((each) => sameTarget(each.target, row.target)) ? [...rows] : [...rows.slice(0, index), row, ...rows.slice(index)])) });
  };
  const actions: RowActions = {
    onOpen: (index, row) => setEditing({ index, row }),
    onAdd: () => setEditing({ index: -1, row: emptyRow }),
    onRemove: remove,
    onStep: (index, by) => {
      const row = table.rows[index];
      if (row === undefined) return;
      const after = stepRow(table.rows, index, by);
      setRows(t('change-move', { target: shortTarget(row.target) }), () => after);
      const at = after.findIndex((each) => each.target === row.target);
      setSaid(row.matching > 0 ? t('mapping-moved-match', { target: shortTarget(row.target), precedence: after[at]?.matching ?? 0 }) : t('mapping-moved', { target: shortTarget(row.target), place: at + 1, count: after.length }));
    },
    onMove: (from, to) => {
      const row = table.rows[from];
      if (row === undefined) return;
      setRows(t('change-move', { target: shortTarget(row.target) }), (rows) => (row.matching > 0 ? renumber(reorder(rows, from, to)) : reorder(rows, from, to)));
    },
    whyStays,
  };
  const differs = defaults.data === undefined ? undefined : difference(table, defaults.data);
  return (
    <StepPage
      step={step}
      lead={name === 'users' ? t('mapping-users-lead') : t('mapping-groups-lead')}
      actions={
        <Button icon={<AddRegular />} onClick={actions.onAdd} aria-keyshortcuts="Insert" data-testid="mapping-add">
          {t('mapping-add')}
        </Button>
      }
      note={bad > 0 ? t('mapping-note-bad', { count: bad }) : reviewed ? t('mapping-note-reviewed') : t('mapping-note')}
      next={{ disabled: bad > 0, run: () => edit((previous) => (name === 'users' ? { ...previous, users_reviewed: true } : { ...previous, groups_reviewed: true })) }}
      wide
    >
      {name === 'groups' ? (
        <Card title={t('groups-switch-title')} end={<Switch checked={table.enabled} label={table.enabled ? t('status-on') : t('status-off')} labelPosition="before" aria-label={t('groups-switch-title')} onChange={(_, data) => history.change((previous) => ({ ...previous, enabled: data.checked }), { name: t('groups-switch-title') })} data-testid="groups-enabled" />}>
          <p className={layout.body}>{table.enabled ? t('groups-on-body') : t('groups-off-body')}</p>
        </Card>
      ) : null}
      {help.isError ? <ErrorBar error={help.error} title={t('mapping-help-failed')} retry={() => void help.refetch()} /> : null}
      {wholeTable.map((finding, index) => (
        <MessageBar key={`${finding.message.id} ${index}`} intent={finding.result === 'fix-this' ? 'error' : finding.result === 'warning' ? 'warning' : 'info'} layout="multiline">
          <MessageBarBody>{say(finding.message)}</MessageBarBody>
        </MessageBar>
      ))}
      <ObjectActions table={name} actions={table.actions} onChange={(allowed, what) => history.change((previous) => ({ ...previous, actions: allowed }), { name: what })} />
      <Card
        title={t('mapping-count', { count: table.rows.length })}
        testId="mapping-card"
        end={
          <>
            <div className={layout.muted}>{t('mapping-summary', { matches, calculated })}</div>
            <UndoButtons history={history} />
            <Button size="small" appearance="subtle" icon={<ArrowResetRegular />} disabledFocusable={differs === undefined} className={styles.whole} onClick={() => setResetting(true)} data-testid="mapping-reset">
              {t('mapping-reset')}
            </Button>
          </>
        }
      >
        <div className={`${styles.flush} ${table.enabled ? '' : styles.off}`}>
          <MappingTable rows={table.rows} actions={actions} {...(editing === undefined ? {} : { chosen: editing.index })} {...(help.data === undefined ? {} : { help: help.data })} />
        </div>
      </Card>
      <span role="status" className={layout.visuallyHidden} data-testid="mapping-said">{said}</span>
      {findings
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
          const target = shortTarget(row.target);
          if (index < 0) setRows(t('change-add', { target }), (rows) => [...rows, row]);
          else setRows(t('change-edit', { target }), (rows) => rows.map((old, at) => (at === index ? row : old)));
          close();
        }}
        onRemove={remove}
      />
      <ConfirmDialog
        open={resetting}
        title={t('mapping-reset-title')}
        confirm={t('mapping-reset')}
        onConfirm={() => {
          const table = defaults.data;
          if (table !== undefined) history.change((previous) => ({ ...table, enabled: previous.enabled }), { name: t('mapping-reset') });
          setResetting(false);
        }}
        onClose={() => setResetting(false)}
        testId="mapping-reset-dialog"
      >
        <p className={layout.plain}>{differs === undefined ? '' : t('mapping-reset-body', { ...differs })}</p>
      </ConfirmDialog>
    </StepPage>
  );
}
