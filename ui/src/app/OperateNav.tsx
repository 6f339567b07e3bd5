import { mergeClasses, Tooltip } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useConnection } from '../api/connection';
import { appStateQuery } from '../api/queries';
import { go, hashOf, type Route } from '../api/routes';
import {
  ArrowSwapRegular,
  ClipboardTextLtrRegular,
  EyeRegular,
  FilterRegular,
  HomeRegular,
  PeopleRegular,
  PeopleTeamRegular,
  PersonDeleteRegular,
  PlugConnectedRegular,
  SettingsRegular,
  TopSpeedRegular,
  WrenchRegular,
} from '../components/icons';
import { t } from '../text/messages';
import type { ConnectionRoute } from './ConnectionRoot';
import { useNavStyles } from './nav-styles';

/** Navigation of a connection in operation. */
export function OperateNav({ route }: { route: ConnectionRoute }) {
  const styles = useNavStyles();
  const { id, view } = useConnection();
  const state = useQuery(appStateQuery);
  const here = hashOf('entry' in route || 'find' in route || 'only' in route ? { page: route.page, id: route.id } : route);
  const item = (to: Route, label: string, icon: ReactNode, extra?: { settings: true }) => (
    <Item to={to} here={here} label={label} icon={icon} settings={extra?.settings === true} />
  );
  return (
    <nav className={styles.nav} aria-label={t('nav-operate')} data-region="navigation">
      {item({ page: 'home' }, t('all-connections'), <HomeRegular />)}
      <hr className={styles.rule} />
      {item({ page: 'overview', id }, t('nav-overview'), <TopSpeedRegular />)}
      {item({ page: 'logs', id }, t('nav-logs'), <ClipboardTextLtrRegular />)}
      <div className={styles.group}>{t('nav-configuration')}</div>
      {item({ page: 'config', id, config: 'people' }, t('step-people'), <PeopleRegular />)}
      {item({ page: 'config', id, config: 'connection' }, t('nav-connection'), <PlugConnectedRegular />)}
      {item({ page: 'config', id, config: 'attributes/users' }, t('step-user-attributes'), <ArrowSwapRegular />)}
      {item({ page: 'config', id, config: 'attributes/groups' }, t('step-group-attributes'), <PeopleTeamRegular />)}
      {item({ page: 'config', id, config: 'scoping' }, t('step-scoping-filters'), <FilterRegular />)}
      {item({ page: 'config', id, config: 'preview' }, t('step-preview'), <EyeRegular />)}
      <div className={styles.group}>{t('nav-more')}</div>
      {item({ page: 'setup', id, step: view.summary.next_step ?? 'turn-on' }, t('nav-all-steps'), <WrenchRegular />)}
      {item({ page: 'pending', id }, t('nav-pending'), <PersonDeleteRegular />)}
      {item({ page: 'settings', id }, t('nav-settings'), <SettingsRegular />, { settings: true })}
      <div className={styles.foot}>{t('version', { version: state.data?.version ?? '' })}</div>
    </nav>
  );
}

function Item({ to, here, label, icon, settings }: { to: Route; here: string; label: string; icon: ReactNode; settings: boolean }) {
  const styles = useNavStyles();
  const current = hashOf(to) === here;
  return (
    <Tooltip content={label} relationship="label" positioning="after">
      <button
        type="button"
        className={mergeClasses(styles.item, current && styles.current)}
        aria-current={current ? 'page' : undefined}
        onClick={() => go(to)}
        data-nav-item
        data-settings={settings ? '' : undefined}
        data-testid={`nav-${to.page === 'config' ? to.config : to.page}`}
      >
        {icon}
        <span className={styles.label}>{label}</span>
      </button>
    </Tooltip>
  );
}
