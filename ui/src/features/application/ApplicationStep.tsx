import { Button, Field, Input, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, ProgressBar, SearchBox, tokens } from '@fluentui/react-components';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNow } from '../../api/app-state';
import { useConnection } from '../../api/connection';
import { applicationsQuery } from '../../api/queries';
import { Card } from '../../components/card';
import { ErrorBar } from '../../components/errors';
import { CheckmarkCircleFilled } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { Loading } from '../../components/loading';
import { StepPage } from '../../components/page';
import { Tag } from '../../components/status';
import { ReadAt } from '../../components/read-at';
import { StepFindings } from '../../components/step-findings';
import { useToast } from '../../components/toast';
import type { ApplicationRow, TemplateRow } from '../../generated/bridge';
import { call } from '../../platform/call';
import { moment } from '../../text/format';
import { t } from '../../text/messages';

const useStyles = makeStyles({
  table: { width: '100%', borderCollapse: 'collapse', fontSize: '13px' },
  head: { textAlign: 'left', padding: '8px 12px 8px 0', fontWeight: tokens.fontWeightSemibold, borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  cell: { textAlign: 'left', padding: '10px 12px 10px 0', borderBottom: `1px solid ${tokens.colorNeutralStroke2}`, fontWeight: tokens.fontWeightRegular },
  name: { fontWeight: tokens.fontWeightSemibold, overflowWrap: 'anywhere' },
  template: { display: 'flex', alignItems: 'center', columnGap: '12px', rowGap: '8px', flexWrap: 'wrap', padding: '12px 0', '&:not(:first-child)': { borderTop: `1px solid ${tokens.colorNeutralStroke2}` } },
  search: { width: '320px', maxWidth: '100%' },
  nameField: { width: '280px' },
  end: { marginLeft: 'auto' },
});

/** Step 4: which application of the tenant this connection uses. */
export function ApplicationStep() {
  const layout = useLayout();
  const { id, tools, refresh } = useConnection();
  const list = useQuery({ ...applicationsQuery(id), retry: false });
  const instances = list.data?.instances ?? [];
  const chosen = instances.find((row) => row.selected);
  return (
    <StepPage step="application" lead={t('application-lead')} note={chosen === undefined ? t('application-note') : t('application-note-chosen', { name: chosen.name })} next={{ disabled: tools.draft.application === '' && chosen === undefined }}>
      {list.isError ? <ErrorBar error={list.error} title={t('application-failed')} retry={() => void list.refetch()} /> : null}
      {list.isPending ? <Loading rows={5} /> : null}
      {list.data === undefined ? null : (
        <>
          <Card title={t('application-in-tenant')} testId="application-instances" end={<ReadAt at={list.dataUpdatedAt} busy={list.isFetching} onRefresh={() => void refresh()} testId="application" />}>
            {instances.length === 0 ? <p className={layout.body}>{t('application-list-none')}</p> : <Instances rows={instances} />}
          </Card>
          <Gallery rows={list.data.gallery} names={instances.map((row) => row.name)} />
        </>
      )}
      <StepFindings step="application" />
    </StepPage>
  );
}

function Instances({ rows }: { rows: readonly ApplicationRow[] }) {
  const styles = useStyles();
  const layout = useLayout();
  const now = useNow();
  const { id, act } = useConnection();
  const toast = useToast();
  const before = rows.find((row) => row.selected);
  const use = useMutation({
    mutationFn: (application: string) => act(() => call('application_use', { id, application })),
    onSuccess: (chosen) => toast(t('application-used-now', { name: chosen.name }), before === undefined || before.id === chosen.id ? undefined : { label: t('undo'), run: () => use.mutate(before.id) }),
  });
  return (
    <div className={layout.tight}>
      {use.isError ? <ErrorBar error={use.error} /> : null}
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col" className={styles.head}>{t('column-name')}</th>
            <th scope="col" className={styles.head}>{t('column-created')}</th>
            <th scope="col" className={styles.head}>{t('column-sso')}</th>
            <th scope="col" className={styles.head}>{t('column-provisioning')}</th>
            <th scope="col" className={styles.head}>{t('column-assigned')}</th>
            <th scope="col" className={styles.head}><span className={layout.visuallyHidden}>{t('column-choose')}</span></th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} data-testid={`application-${row.id}`}>
              <th scope="row" className={`${styles.cell} ${styles.name}`}>{row.name}</th>
              <td className={styles.cell}>{row.created === '' ? t('not-reported') : moment(row.created, now)}</td>
              <td className={styles.cell}>{row.single_sign_on === '' ? t('off') : row.single_sign_on}</td>
              <td className={styles.cell}>{provisioning(row.provisioning)}</td>
              <td className={styles.cell}>{row.assignments}</td>
              <td className={styles.cell}>
                {row.selected ? (
                  <Tag tone="success" icon={<CheckmarkCircleFilled />} testId="application-selected">{t('application-used')}</Tag>
                ) : (
                  <Button size="small" disabled={use.isPending} onClick={() => use.mutate(row.id)} aria-label={t('application-use-name', { name: row.name })} data-testid={`application-use-${row.id}`}>
                    {t('application-use')}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function provisioning(state: string): string {
  if (state === 'on') return t('status-on');
  if (state === 'off') return t('status-off');
  return t('provisioning-none');
}

function Gallery({ rows, names }: { rows: readonly TemplateRow[]; names: readonly string[] }) {
  const styles = useStyles();
  const layout = useLayout();
  const [text, setText] = useState('GoTo');
  const shown = rows.filter((row) => `${row.name} ${row.publisher}`.toLowerCase().includes(text.trim().toLowerCase()));
  return (
    <Card title={t('application-gallery')} testId="application-gallery">
      <div className={layout.tight}>
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{t('application-new-title')}</MessageBarTitle>
            {t('application-new-body')}
          </MessageBarBody>
        </MessageBar>
        <SearchBox className={styles.search} value={text} onChange={(_, data) => setText(data.value)} aria-label={t('application-search')} placeholder={t('application-search')} data-search />
        <span role="status" className={layout.muted}>{t('application-found', { count: shown.length })}</span>
        <ul className={layout.list}>
          {shown.map((row) => (
            <li key={row.id} className={styles.template}>
              <Template row={row} names={names} />
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}

function Template({ row, names }: { row: TemplateRow; names: readonly string[] }) {
  const styles = useStyles();
  const layout = useLayout();
  const { id, act } = useConnection();
  const [name, setName] = useState(row.name);
  const add = useMutation({ mutationFn: () => act(() => call('application_add', { id, template: row.id, name: name.trim() })) });
  const taken = names.some((other) => other.toLowerCase() === name.trim().toLowerCase());
  return (
    <>
      <div className={layout.grow}>
        <div className={layout.row}>
          <span className={layout.strong}>{row.name}</span>
          {row.retired ? <Tag tone="warning">{t('application-retired')}</Tag> : row.provisioning ? <Tag tone="neutral">{t('application-provisioning')}</Tag> : null}
        </div>
        <div className={layout.muted}>{row.publisher}</div>
      </div>
      {row.retired || !row.provisioning ? null : (
        <>
          <Field label={t('application-name')} {...(taken ? { validationState: 'warning', validationMessage: t('application-name-taken', { name: name.trim() }) } : {})}>
            <Input className={styles.nameField} value={name} onChange={(_, data) => setName(data.value)} data-testid={`application-name-${row.id}`} />
          </Field>
          <Button appearance="primary" disabled={name.trim() === '' || add.isPending} onClick={() => add.mutate()} data-testid={`application-add-${row.id}`}>
            {t('application-add')}
          </Button>
        </>
      )}
      {add.isPending ? (
        <div className={layout.grow} role="status">
          <p className={layout.body}>{t('application-adding')}</p>
          <ProgressBar aria-label={t('application-adding')} />
        </div>
      ) : null}
      {add.isError ? <ErrorBar error={add.error} retry={() => add.mutate()} /> : null}
    </>
  );
}
