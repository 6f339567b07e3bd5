import { Button, makeStyles, SearchBox, ToggleButton } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { connectionsQuery } from '../../api/queries';
import { go } from '../../api/routes';
import { ErrorBar } from '../../components/errors';
import { AddRegular, ArrowDownloadRegular } from '../../components/icons';
import { Empty } from '../../components/illustrations';
import { useLayout } from '../../components/layout';
import { Loading } from '../../components/loading';
import { Page } from '../../components/page';
import type { ConnectionSummary } from '../../generated/bridge';
import { count } from '../../text/format';
import { id, t } from '../../text/messages';
import { ConnectionCard } from './ConnectionCard';
import { ImportDialog } from './ImportDialog';

const useStyles = makeStyles({
  grid: {
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    display: 'grid',
    gap: '16px',
    gridTemplateColumns: 'repeat(3, minmax(0, 1fr))',
    '@media (max-width: 1099px)': { gridTemplateColumns: 'repeat(2, minmax(0, 1fr))' },
    '@media (max-width: 759px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  search: { width: '260px' },
});

type Filter = 'all' | 'on' | 'attention' | 'off' | 'setting-up';

const filters: readonly { filter: Filter; label: string }[] = [
  { filter: 'all', label: id('home-filter-all') },
  { filter: 'on', label: id('status-on') },
  { filter: 'attention', label: id('home-filter-attention') },
  { filter: 'off', label: id('status-off') },
  { filter: 'setting-up', label: id('status-setting-up') },
];

function passes(row: ConnectionSummary, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'on':
      return row.status === 'on' || row.status === 'running-now';
    case 'attention':
      return row.unreadable || row.needs.length > 0 || ['quarantined', 'on-with-problems', 'on-waiting', 'not-reachable'].includes(row.status);
    case 'off':
      return row.status === 'off';
    case 'setting-up':
      return row.status === 'setting-up';
  }
}

/** What needs me, at a glance; start or continue. */
export function Home() {
  const list = useQuery(connectionsQuery);
  const [importing, setImporting] = useState(false);
  const actions = (
    <>
      <Button icon={<ArrowDownloadRegular />} onClick={() => setImporting(true)} data-testid="home-import">
        {t('home-import')}
      </Button>
      <Button appearance={list.data?.length === 0 ? 'secondary' : 'primary'} icon={<AddRegular />} onClick={() => go({ page: 'new' })} data-testid="home-new" data-primary>
        {t('home-new')}
      </Button>
    </>
  );
  return (
    <Page title={t('home-title')} name={t('home-title')} lead={t('home-lead')} actions={actions}>
      {list.isError ? <ErrorBar error={list.error} retry={() => void list.refetch()} title={t('home-failed')} /> : null}
      {list.isPending ? <Loading rows={5} /> : null}
      {list.data === undefined ? null : list.data.length === 0 ? (
        <Empty picture="torch" title={t('home-empty-title')} actions={<Button appearance="primary" icon={<AddRegular />} onClick={() => go({ page: 'new' })} data-testid="home-empty-new">{t('home-new')}</Button>}>
          {t('home-empty-body')}
        </Empty>
      ) : (
        <Cards rows={list.data} />
      )}
      <ImportDialog open={importing} onClose={() => setImporting(false)} />
    </Page>
  );
}

function Cards({ rows }: { rows: readonly ConnectionSummary[] }) {
  const styles = useStyles();
  const layout = useLayout();
  const [text, setText] = useState('');
  const [filter, setFilter] = useState<Filter>('all');
  const wanted = text.trim().toLowerCase();
  const shown = rows.filter((row) => passes(row, filter) && `${row.name} ${row.tenant} ${row.domain}`.toLowerCase().includes(wanted));
  return (
    <>
      <div className={layout.row}>
        <SearchBox className={styles.search} value={text} onChange={(_, data) => setText(data.value)} placeholder={t('home-find')} aria-label={t('home-find')} data-search />
        {filters.map((row) => {
          const matching = rows.filter((each) => passes(each, row.filter)).length;
          if (matching === 0 && row.filter !== 'all') return null;
          return (
            <ToggleButton key={row.filter} size="small" shape="circular" checked={filter === row.filter} onClick={() => setFilter(row.filter)} data-testid={`home-filter-${row.filter}`}>
              {t('filter-count', { label: t(row.label), count: count(matching) })}
            </ToggleButton>
          );
        })}
      </div>
      {shown.length === 0 ? (
        <Empty picture="funnel" title={t('home-no-match')} actions={<Button onClick={() => { setText(''); setFilter('all'); }}>{t('clear-filters')}</Button>} />
      ) : (
        <ul className={styles.grid}>
          {shown.map((row) => (
            <li key={row.id}>
              <ConnectionCard row={row} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
