import { Avatar, Button, makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConnection } from '../../api/connection';
import { scopePeopleQuery } from '../../api/queries';
import { SideDrawer } from '../../components/drawer';
import { ErrorBar } from '../../components/errors';
import { useLayout } from '../../components/layout';
import { Loading } from '../../components/loading';
import type { ScopeList } from '../../generated/bridge';
import { count as grouped } from '../../text/format';
import { id as messageId, say, t } from '../../text/messages';
import type { Filters, TableName } from './filters';

const PAGE = 100;

const useStyles = makeStyles({
  row: { display: 'flex', columnGap: '10px', padding: '8px 0', borderBottom: `1px solid ${tokens.colorNeutralStroke3}` },
  words: { minWidth: 0, flexGrow: 1, overflowWrap: 'anywhere' },
});

const titles: Record<ScopeList, string> = {
  in: messageId('scope-list-in'),
  out: messageId('scope-list-out'),
  leaving: messageId('scope-list-leaving'),
  joining: messageId('scope-list-joining'),
  several: messageId('scope-list-several'),
  undecided: messageId('scope-list-undecided'),
};

/** The names behind a number, a hundred at a time. */
export function WhoDrawer({ list, table, filters, onClose, onWhy }: { list: ScopeList | undefined; table: TableName; filters: Filters; onClose: () => void; onWhy: (person: { id: string; name: string }) => void }) {
  return (
    <SideDrawer open={list !== undefined} title={list === undefined ? '' : t(titles[list])} onClose={onClose} testId="scope-who">
      {list === undefined ? null : <Names key={list} list={list} table={table} filters={filters} onWhy={onWhy} />}
    </SideDrawer>
  );
}

function Names({ list, table, filters, onWhy }: { list: ScopeList; table: TableName; filters: Filters; onWhy: (person: { id: string; name: string }) => void }) {
  const styles = useStyles();
  const layout = useLayout();
  const { id } = useConnection();
  const [offset, setOffset] = useState(0);
  const found = useQuery({ ...scopePeopleQuery({ id, table, filters: [...filters], list, offset, limit: PAGE }), retry: false });
  if (found.isError) return <ErrorBar error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return <Loading />;
  const { rows, total } = found.data;
  return (
    <div className={layout.tight}>
      <p className={layout.body} role="status">{t('scope-shown', { first: grouped(Math.min(offset + 1, total)), last: grouped(offset + rows.length), total: grouped(total) })}</p>
      <ul className={layout.list}>
        {rows.map((row) => (
          <li key={row.id} className={styles.row}>
            <Avatar size={28} name={row.name} color="colorful" aria-hidden />
            <div className={styles.words}>
              <div>{row.name}</div>
              <div className={layout.muted}>{row.detail}</div>
              <div className={layout.body}>{say(row.because)}</div>
            </div>
            <Button size="small" onClick={() => onWhy(row)} aria-label={t('scope-why-of', { name: row.name })} data-testid={`scope-why-of-${row.id}`}>
              {t('scope-why-button')}
            </Button>
          </li>
        ))}
      </ul>
      <div className={layout.row}>
        <Button size="small" disabledFocusable={offset === 0} onClick={() => setOffset(Math.max(0, offset - PAGE))}>{t('scope-page-before')}</Button>
        <Button size="small" disabledFocusable={offset + rows.length >= total} onClick={() => setOffset(offset + PAGE)}>{t('scope-page-after')}</Button>
      </div>
    </div>
  );
}
