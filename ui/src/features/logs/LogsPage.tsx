import { Button, makeStyles, mergeClasses, SearchBox, ToggleButton } from '@fluentui/react-components';
import { useDeferredValue, useState } from 'react';
import { useNow } from '../../api/app-state';
import { useConnection } from '../../api/connection';
import { logQuery } from '../../api/queries';
import { go } from '../../api/routes';
import { useCardStyles } from '../../components/card';
import { CopyButton } from '../../components/copy';
import { SideDrawer } from '../../components/drawer';
import { ErrorBar } from '../../components/errors';
import { ExportMenu, useExport, type ExportChoice } from '../../components/export-menu';
import { ChangeTable, StoryView } from '../../components/evidence';
import { Empty } from '../../components/illustrations';
import { useLayout } from '../../components/layout';
import { Loading } from '../../components/loading';
import { Page } from '../../components/page';
import { PAGE_SIZE, usePages } from '../../components/pages-of-rows';
import { LogAction, LogResult } from '../../components/status';
import { VirtualGrid, type Column } from '../../components/virtual-grid';
import { WhyDrawer, type WhoAbout } from '../../components/why';
import type { LogEntry, LogPage } from '../../generated/bridge';
import { call } from '../../platform/call';
import { stamp } from '../../text/format';
import { id as messageId, say, t } from '../../text/messages';

const useStyles = makeStyles({
  page: { display: 'flex', flexDirection: 'column', flexGrow: 1, minHeight: '360px', overflow: 'hidden' },
  search: { width: '260px' },
  end: { marginLeft: 'auto' },
});

const results: readonly { result: string; label: string }[] = [
  { result: 'failure', label: messageId('log-failure') },
  { result: 'success', label: messageId('log-success') },
  { result: 'skipped', label: messageId('log-skipped') },
  { result: 'warning', label: messageId('log-warning') },
];

const exports: readonly ExportChoice[] = [
  { form: 'csv', label: t('export-csv') },
  { form: 'json', label: t('export-json') },
];

/** What was done, newest first. Only what is on the screen is fetched. */
export function LogsPage({ entry, find = '', result }: { entry?: string; find?: string; result?: string }) {
  const styles = useStyles();
  const layout = useLayout();
  const card = useCardStyles();
  const now = useNow();
  const { id, view } = useConnection();
  const [text, setText] = useState(find);
  const [only, setOnly] = useState<readonly string[]>(result === undefined ? [] : [result]);
  const [open, setOpen] = useState<number>();
  const [about, setAbout] = useState<WhoAbout>();
  const wanted = useDeferredValue(text.trim());
  const pages = usePages<LogPage, LogEntry>(
    (offset) => logQuery({ id, results: [...only], run: entry ?? '', text: wanted, offset, limit: PAGE_SIZE }) as never,
    (page) => page.entries,
  );
  const saving = useExport((form) => call('log_export', { id, form, results: [...only], run: entry ?? '', text: wanted }));
  const columns: readonly Column<LogEntry>[] = [
    { key: 'time', header: t('column-time'), width: '150px', cell: (row) => <span title={row.at}>{stamp(row.at, now)}</span> },
    { key: 'action', header: t('column-action'), width: '120px', cell: (row) => <LogAction entry={row} /> },
    { key: 'who', header: t('column-who'), width: 'minmax(140px, 1fr)', cell: (row) => <span title={row.source_id === '' ? row.target_id : row.source_id}>{row.name}</span> },
    { key: 'what', header: t('column-what'), width: 'minmax(160px, 1.6fr)', cell: (row) => <span title={say(row.message)}>{say(row.message)}</span> },
    { key: 'status', header: t('column-status'), width: '120px', cell: (row) => <LogResult result={row.result} /> },
  ];
  const row = open === undefined ? undefined : pages.row(open);
  const filtered = wanted !== '' || only.length > 0 || entry !== undefined;
  const clear = () => {
    setText('');
    setOnly([]);
    if (entry !== undefined) go({ page: 'logs', id });
  };
  const ofEveryCycle = () => {
    const [first, ...more] = only;
    go({ page: 'logs', id, ...(text === '' ? {} : { find: text }), ...(first === undefined || more.length > 0 ? {} : { only: first }) });
  };
  return (
    <Page title={t('nav-logs')} name={t('logs-of', { name: view.summary.name })} lead={t('logs-lead', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })} wide>
      <div className={layout.row}>
        <SearchBox className={styles.search} value={text} onChange={(_, data) => setText(data.value)} placeholder={t('logs-find')} aria-label={t('logs-find')} data-search data-testid="logs-search" />
        {results.map((filter) => (
          <ToggleButton
            key={filter.result}
            size="small"
            shape="circular"
            appearance={only.includes(filter.result) ? 'primary' : 'outline'}
            checked={only.includes(filter.result)}
            onClick={() => setOnly(only.includes(filter.result) ? only.filter((result) => result !== filter.result) : [...only, filter.result])}
            data-testid={`logs-filter-${filter.result}`}
          >
            {t(filter.label)}
          </ToggleButton>
        ))}
        {entry === undefined ? null : (
          <ToggleButton size="small" shape="circular" appearance="primary" checked onClick={ofEveryCycle} data-testid="logs-one-cycle">
            {t('logs-one-cycle')}
          </ToggleButton>
        )}
        <span className={layout.muted} role="status" data-testid="logs-count">
          {pages.loading ? '' : t('logs-count', { count: pages.total })}
        </span>
        <div className={styles.end}>
          <ExportMenu choices={exports} busy={saving.isPending || pages.total === 0} run={(form) => saving.mutate(form)} testId="logs-export" />
        </div>
      </div>
      {saving.isError ? <ErrorBar error={saving.error} retry={() => saving.mutate(saving.variables)} /> : null}
      {pages.error === undefined ? null : <ErrorBar error={pages.error} retry={pages.retry} title={t('logs-failed')} />}
      {pages.loading && pages.total === 0 ? <Loading rows={10} /> : !pages.loading && pages.error === undefined && pages.total === 0 ? (
        filtered ? (
          <Empty picture="funnel" title={t('no-match')} actions={<Button onClick={clear}>{t('clear-filters')}</Button>} />
        ) : (
          <Empty picture="clock" title={t('logs-empty')}>{t('logs-empty-body')}</Empty>
        )
      ) : (
        <div className={mergeClasses(card.card, styles.page)}>
          <VirtualGrid label={t('nav-logs')} columns={columns} total={pages.total} row={pages.row} rowHeight={34} onRange={pages.onRange} onOpen={setOpen} {...(open === undefined ? {} : { active: open })} testId="logs-rows" />
        </div>
      )}
      <SideDrawer
        open={row !== undefined}
        title={row?.name ?? ''}
        onClose={() => setOpen(undefined)}
        testId="logs-drawer"
        moves={open === undefined ? {} : { ...(open > 0 ? { previous: () => setOpen(open - 1) } : {}), ...(open < pages.total - 1 ? { next: () => setOpen(open + 1) } : {}) }}
        footer={
          row === undefined ? undefined : (
            <>
              <CopyButton text={row.id} name={t('copy-change-id')} label={t('copy-change-id')} appearance="secondary" />
              {row.kind !== 'user' || row.source_id === '' ? null : (
                <Button
                  onClick={() => {
                    setOpen(undefined);
                    setAbout({ id: row.source_id, name: row.name });
                  }}
                  data-testid="logs-why"
                >
                  {t('why-now')}
                </Button>
              )}
            </>
          )
        }
      >
        {row === undefined ? null : <Entry row={row} />}
      </SideDrawer>
      <WhyDrawer person={about} onClose={() => setAbout(undefined)} />
    </Page>
  );
}

function Entry({ row }: { row: LogEntry }) {
  const layout = useLayout();
  const now = useNow();
  return (
    <div className={layout.stack}>
      <div className={layout.row}>
        <LogAction entry={row} />
        <LogResult result={row.result} />
        <span className={layout.muted} title={row.at}>{stamp(row.at, now)}</span>
      </div>
      <p className={layout.plain}>{say(row.message)}</p>
      <StoryView steps={row.steps} />
      <ChangeTable changes={row.changes} title={t('modified-attributes')} />
      <dl className={layout.tight}>
        <div>
          <dt className={layout.muted}>{t('id-entra')}</dt>
          <dd className={`${layout.mono} ${layout.plain}`}>{row.source_id === '' ? t('none') : row.source_id}</dd>
        </div>
        <div>
          <dt className={layout.muted}>{t('id-goto')}</dt>
          <dd className={`${layout.mono} ${layout.plain}`}>{row.target_id === '' ? t('none') : row.target_id}</dd>
        </div>
      </dl>
    </div>
  );
}
