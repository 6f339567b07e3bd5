import { Button, makeStyles } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { ConnectionContext, type OpenConnection } from '../api/connection';
import { useDraftTools } from '../api/draft';
import { connectionQuery, reportQuery, useRefreshConnection } from '../api/queries';
import { configSteps, go, hashOf, type ConfigPage, type Route } from '../api/routes';
import { ErrorBar } from '../components/errors';
import { Loading } from '../components/loading';
import { Page } from '../components/page';
import type { ConnectionView, StepId } from '../generated/bridge';
import { LogsPage } from '../features/logs/LogsPage';
import { OverviewPage } from '../features/overview/OverviewPage';
import { PendingPage } from '../features/pending/PendingPage';
import { SettingsPage } from '../features/settings/SettingsPage';
import { t } from '../text/messages';
import { OperateNav } from './OperateNav';
import { StepNav } from './StepNav';
import { StepView } from './StepView';

export type ConnectionRoute = Exclude<Route, { page: 'home' | 'new' | 'lost' }>;

const useStyles = makeStyles({
  row: { display: 'flex', flexGrow: 1, minWidth: 0, minHeight: 0 },
});

/** One connection: loads it, keeps its draft, and shows the navigation and the page. */
export function ConnectionRoot({ route }: { route: ConnectionRoute }) {
  const view = useQuery(connectionQuery(route.id));
  if (view.data !== undefined) return <Opened view={view.data} route={route} />;
  return (
    <Page title={t('connection-opening')} name={t('connection-opening')}>
      {view.isError ? (
        <ErrorBar
          error={view.error}
          retry={() => void view.refetch()}
          actions={
            <Button size="small" onClick={() => go({ page: 'home' })}>
              {t('all-connections')}
            </Button>
          }
        />
      ) : (
        <Loading rows={6} />
      )}
    </Page>
  );
}

const configOf = (step: StepId): ConfigPage | undefined =>
  (Object.keys(configSteps) as ConfigPage[]).find((config) => configSteps[config] === step);

function Opened({ view, route }: { view: ConnectionView; route: ConnectionRoute }) {
  const styles = useStyles();
  const id = view.summary.id;
  const tools = useDraftTools(view);
  const report = useQuery(reportQuery(id));
  const refresh = useRefreshConnection(id);
  const setup = route.page === 'setup';
  const { flush } = tools;

  const act = useCallback(
    async <T,>(work: () => Promise<T>): Promise<T> => {
      await flush();
      try {
        return await work();
      } finally {
        await refresh();
      }
    },
    [flush, refresh],
  );
  const goTo = useCallback(
    (step: StepId) => {
      const config = configOf(step);
      // In operation a page that has a place of its own opens there, not in the wizard.
      go(!setup && config !== undefined ? { page: 'config', id, config } : { page: 'setup', id, step });
    },
    [id, setup],
  );
  const open = useMemo<OpenConnection>(
    () => ({
      id,
      view,
      tools,
      checking: report.isFetching,
      reportFailed: report.isError,
      setup,
      refresh,
      act,
      goTo,
      ...(report.data === undefined ? {} : { report: report.data }),
    }),
    [id, view, tools, report.isFetching, report.isError, report.data, setup, refresh, act, goTo],
  );
  return (
    <ConnectionContext value={open}>
      <div className={styles.row}>
        {route.page === 'setup' ? <StepNav current={route.step} /> : <OperateNav route={route} />}
        <Content route={route} />
      </div>
    </ConnectionContext>
  );
}

function Content({ route }: { route: ConnectionRoute }) {
  switch (route.page) {
    case 'setup':
      return <StepView key={route.step} step={route.step} />;
    case 'config':
      return <StepView key={route.config} step={configSteps[route.config]} />;
    case 'overview':
      return <OverviewPage key={route.entry} {...(route.entry === undefined ? {} : { person: { id: route.entry, name: route.find ?? '' } })} />;
    case 'logs':
      return <LogsPage key={hashOf(route)} {...(route.only === undefined ? {} : { result: route.only })} {...(route.find === undefined ? {} : { find: route.find })} {...(route.entry === undefined ? {} : { entry: route.entry })} />;
    case 'pending':
      return <PendingPage />;
    case 'settings':
      return <SettingsPage />;
  }
}
