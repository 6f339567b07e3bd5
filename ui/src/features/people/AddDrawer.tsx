import { Avatar, Button, Field, makeStyles, SearchBox, Tab, TabList, tokens } from '@fluentui/react-components';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useConnection } from '../../api/connection';
import { principalsQuery } from '../../api/queries';
import { Choice } from '../../components/choice';
import { SideDrawer } from '../../components/drawer';
import { ErrorBar } from '../../components/errors';
import { AddRegular, CheckmarkRegular, PeopleTeamRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { Loading } from '../../components/loading';
import type { AssignmentRow, PrincipalRow, RoleOption } from '../../generated/bridge';
import { call } from '../../platform/call';
import { say, t } from '../../text/messages';

const useStyles = makeStyles({
  row: { display: 'flex', alignItems: 'center', columnGap: '10px', padding: '8px 0', borderBottom: `1px solid ${tokens.colorNeutralStroke3}` },
  words: { minWidth: 0, flexGrow: 1 },
});

interface Props {
  open: boolean;
  roles: readonly RoleOption[];
  assigned: readonly AssignmentRow[];
  onClose: () => void;
}

/** Finds people and groups of the tenant and assigns them with a role that was chosen before. */
export function AddDrawer(props: Props) {
  return (
    <SideDrawer open={props.open} title={t('people-add')} onClose={props.onClose} testId="people-drawer" footer={<Button onClick={props.onClose} data-testid="people-drawer-done">{t('done')}</Button>}>
      {props.open ? <Body {...props} /> : null}
    </SideDrawer>
  );
}

function Body({ roles, assigned }: Props) {
  const layout = useLayout();
  const { id, act } = useConnection();
  const usable = roles.filter((role) => !role.default_access);
  const offered = usable.length > 0 ? usable : roles;
  const [role, setRole] = useState(offered[0]?.id ?? '');
  const [kind, setKind] = useState<'user' | 'group'>('user');
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text.trim());
  const found = useQuery({ ...principalsQuery({ id, text: wanted, kind }), placeholderData: (previous) => previous, retry: false });
  const assign = useMutation({ mutationFn: (principal: string) => act(() => call('assign', { id, principal, role })) });
  const already = new Set(assigned.map((row) => row.principal));
  return (
    <div className={layout.tight}>
      {offered.length === 0 ? <p className={layout.body}>{t('people-no-role')}</p> : null}
      <Field label={t('column-role')}>
        <Choice label={t('column-role')} value={role} offers={offered.map((row) => ({ value: row.id, label: row.name }))} onChoose={setRole} testId="people-drawer-role" />
      </Field>
      <TabList selectedValue={kind} onTabSelect={(_, data) => setKind(data.value === 'group' ? 'group' : 'user')} aria-label={t('column-type')}>
        <Tab value="user" data-testid="people-drawer-users">{t('people-users')}</Tab>
        <Tab value="group" data-testid="people-drawer-groups">{t('people-groups-tab')}</Tab>
      </TabList>
      <SearchBox value={text} onChange={(_, data) => setText(data.value)} placeholder={t('people-search')} aria-label={t('people-search')} data-testid="people-drawer-search" />
      {assign.isError ? <ErrorBar error={assign.error} /> : null}
      {found.isError ? <ErrorBar error={found.error} retry={() => void found.refetch()} /> : null}
      {found.isPending ? <Loading /> : null}
      <span role="status" className={layout.muted}>{found.data === undefined ? '' : t('people-found', { count: found.data.length })}</span>
      <ul className={layout.list}>
        {(found.data ?? []).map((row) => (
          <Principal key={row.id} row={row} kind={kind} assigned={already.has(row.id)} busy={assign.isPending || role === ''} onAssign={() => assign.mutate(row.id)} />
        ))}
      </ul>
    </div>
  );
}

function Principal({ row, kind, assigned, busy, onAssign }: { row: PrincipalRow; kind: 'user' | 'group'; assigned: boolean; busy: boolean; onAssign: () => void }) {
  const styles = useStyles();
  const layout = useLayout();
  return (
    <li className={styles.row} data-testid={`principal-${row.id}`}>
      <Avatar size={28} aria-hidden name={row.name} {...(kind === 'group' ? { icon: <PeopleTeamRegular />, shape: 'square' as const } : { color: 'colorful' as const })} />
      <div className={styles.words}>
        <div className={layout.strong}>{row.name}</div>
        <div className={layout.muted}>{row.detail}</div>
        {row.warning === undefined ? null : <div className={layout.body}>{say(row.warning)}</div>}
      </div>
      {assigned ? (
        <span className={layout.row}>
          <CheckmarkRegular aria-hidden />
          {t('people-is-assigned')}
        </span>
      ) : (
        <Button size="small" icon={<AddRegular />} disabled={busy} onClick={onAssign} aria-label={t('people-assign-name', { name: row.name })} data-testid={`assign-${row.id}`}>
          {t('people-assign')}
        </Button>
      )}
    </li>
  );
}
