import { Button, Checkbox, makeStyles, SearchBox, Tab, TabList, tokens } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useConnection } from '../../api/connection';
import { accountsQuery, forgetAccounts } from '../../api/queries';
import { SideDrawer } from '../../components/drawer';
import { ErrorBar } from '../../components/errors';
import { useLayout } from '../../components/layout';
import { Loading } from '../../components/loading';
import { useToast } from '../../components/toast';
import type { AccountDecision, AccountPage, AccountRow } from '../../generated/bridge';
import { call } from '../../platform/call';
import { count as grouped } from '../../text/format';
import { id as messageId, say, t } from '../../text/messages';

const PAGE = 100;
type Choice = 'adopt' | 'leave' | 'later';
const choices: readonly Choice[] = ['adopt', 'leave', 'later'];
const buttons: Record<Choice, string> = { adopt: messageId('accounts-adopt'), leave: messageId('accounts-leave'), later: messageId('accounts-later') };
const done: Record<Choice, string> = { adopt: messageId('accounts-done-adopt'), leave: messageId('accounts-done-leave'), later: messageId('accounts-done-later') };
const becomes: Record<string, string> = { adopt: messageId('accounts-becomes-adopt'), leave: messageId('accounts-becomes-leave'), later: messageId('accounts-becomes-later') };
const standings: Record<string, string> = { orphan: messageId('accounts-is-orphan'), 'out-of-scope': messageId('accounts-is-out-of-scope'), stranger: messageId('accounts-is-stranger') };
const tabs = { decide: ['matched', 'ambiguous'], nobody: ['orphan', 'out-of-scope', 'stranger'] } as const;

const useStyles = makeStyles({
  row: { display: 'flex', columnGap: '8px', alignItems: 'flex-start', padding: '8px 0', borderBottom: `1px solid ${tokens.colorNeutralStroke3}` },
  words: { minWidth: 0, flexGrow: 1, overflowWrap: 'anywhere' },
});

const keyOf = (row: AccountRow) => `${row.kind} ${row.target}`;

/** Which of GoTo's accounts Usher keeps: one or several at once, taken back by the toast. */
export function AccountsDrawer({ open, hash, onClose }: { open: boolean; hash: string; onClose: () => void }) {
  return (
    <SideDrawer open={open} title={t('accounts-title')} onClose={onClose} testId="accounts-drawer">
      {open ? <Body hash={hash} /> : null}
    </SideDrawer>
  );
}

function Body({ hash }: { hash: string }) {
  const layout = useLayout();
  const { id } = useConnection();
  const [tab, setTab] = useState<keyof typeof tabs>('decide');
  const [text, setText] = useState('');
  const [offset, setOffset] = useState(0);
  const wanted = useDeferredValue(text.trim());
  const found = useQuery({ ...accountsQuery({ id, standings: [...tabs[tab]], text: wanted, offset, limit: PAGE }, hash), retry: false });
  return (
    <div className={layout.tight}>
      <TabList
        size="small"
        selectedValue={tab}
        onTabSelect={(_, data) => {
          setTab(data.value === 'nobody' ? 'nobody' : 'decide');
          setOffset(0);
        }}
      >
        <Tab value="decide" data-testid="accounts-tab-decide">{t('accounts-tab-decide')}</Tab>
        <Tab value="nobody" data-testid="accounts-tab-nobody">{t('accounts-tab-nobody')}</Tab>
      </TabList>
      <SearchBox
        value={text}
        onChange={(_, data) => {
          setText(data.value);
          setOffset(0);
        }}
        placeholder={t('accounts-find')}
        aria-label={t('accounts-find')}
      />
      {found.isError ? <ErrorBar error={found.error} retry={() => void found.refetch()} /> : null}
      {found.data === undefined && !found.isError ? <Loading /> : null}
      {found.data === undefined ? null : <Rows key={`${tab} ${offset}`} page={found.data} tab={tab} offset={offset} setOffset={setOffset} />}
    </div>
  );
}

function Rows(props: { page: AccountPage; tab: keyof typeof tabs; offset: number; setOffset: (offset: number) => void }) {
  const layout = useLayout();
  return props.page.total === 0 ? <p className={layout.body} role="status">{t('accounts-none')}</p> : <Listed {...props} />;
}

function Listed({ page, tab, offset, setOffset }: { page: AccountPage; tab: keyof typeof tabs; offset: number; setOffset: (offset: number) => void }) {
  const layout = useLayout();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const chosen = page.rows.filter((row) => row.can_decide && selected.has(keyOf(row)));
  const all = chosen.length === 0 ? false : chosen.length === page.rows.length ? true : ('mixed' as const);
  const toggle = (row: AccountRow) =>
    setSelected((known) => {
      const next = new Set(known);
      if (!next.delete(keyOf(row))) next.add(keyOf(row));
      return next;
    });
  return (
    <>
      <p className={layout.body}>{tab === 'nobody' ? t('accounts-nobody-lead') : page.asks ? t('accounts-lead-ask') : t('accounts-lead-adopt')}</p>
      {tab === 'nobody' ? null : (
        <div className={layout.row}>
          <Checkbox checked={all} disabled={page.rows.length === 0} onChange={() => setSelected(all === true ? new Set() : new Set(page.rows.map(keyOf)))} label={t('accounts-select-all')} data-testid="accounts-select-all" />
          <Decide chosen={chosen} />
        </div>
      )}
      <div className={layout.muted} role="status">{t('accounts-shown', { first: grouped(Math.min(offset + 1, page.total)), last: grouped(offset + page.rows.length), total: grouped(page.total) })}</div>
      <ul className={layout.list} data-testid="accounts-rows">
        {page.rows.map((row) => (
          <Row key={keyOf(row)} row={row} decides={tab === 'decide'} selected={selected.has(keyOf(row))} toggle={() => toggle(row)} />
        ))}
      </ul>
      {page.total <= PAGE ? null : (
        <div className={layout.row}>
          <Button size="small" disabledFocusable={offset === 0} onClick={() => setOffset(Math.max(0, offset - PAGE))}>{t('scope-page-before')}</Button>
          <Button size="small" disabledFocusable={offset + page.rows.length >= page.total} onClick={() => setOffset(offset + PAGE)}>{t('scope-page-after')}</Button>
        </div>
      )}
    </>
  );
}

function Row({ row, decides, selected, toggle }: { row: AccountRow; decides: boolean; selected: boolean; toggle: () => void }) {
  const styles = useStyles();
  const layout = useLayout();
  const word = decides ? becomes[row.becomes] : standings[row.standing];
  return (
    <li className={styles.row} data-testid={`account-${row.target}`} data-becomes={row.becomes}>
      {decides ? <Checkbox checked={selected} onChange={toggle} aria-label={t('accounts-select', { name: row.name })} data-testid={`account-select-${row.target}`} /> : null}
      <div className={styles.words}>
        <div className={layout.strong}>{row.active ? row.name : t('accounts-inactive', { name: row.name })}</div>
        <div className={layout.muted}>{row.user_name}</div>
        {row.people.length === 0 ? null : <div className={layout.muted}>{t('accounts-people', { names: row.people.join(', ') })}</div>}
        <div className={layout.body}>{[...(word === undefined ? [] : [t(word)]), ...(row.because === undefined ? [] : [say(row.because)])].join(': ')}</div>
      </div>
    </li>
  );
}

function Decide({ chosen }: { chosen: readonly AccountRow[] }) {
  const layout = useLayout();
  const toast = useToast();
  const client = useQueryClient();
  const { id } = useConnection();
  const decide = useMutation({
    mutationFn: (decisions: AccountDecision[]) => call('accounts_decide', { id, decisions }),
    onSuccess: () => forgetAccounts(client, id),
  });
  const choose = (choice: Choice) => {
    const before = chosen.map((row): AccountDecision => ({ kind: row.kind, target: row.target, ...(row.decision === undefined ? {} : { decision: row.decision }) }));
    decide.mutate(
      before.map((each) => ({ ...each, decision: choice })),
      { onSuccess: () => toast(t(done[choice], { count: before.length }), { label: t('undo'), run: () => decide.mutate(before) }) },
    );
  };
  return (
    <div className={layout.row}>
      {choices.map((choice) => (
        <Button key={choice} size="small" disabledFocusable={chosen.length === 0 || decide.isPending} onClick={() => choose(choice)} data-testid={`accounts-${choice}`}>
          {t(buttons[choice])}
        </Button>
      ))}
      {decide.isError ? <ErrorBar error={decide.error} /> : null}
    </div>
  );
}
