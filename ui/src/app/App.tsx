import { FluentProvider, makeStyles, Toaster, tokens } from '@fluentui/react-components';
import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { appStateQuery, createQueryClient } from '../api/queries';
import { useRoute } from '../api/routes';
import { ErrorBar } from '../components/errors';
import { Loading } from '../components/loading';
import { TOASTER } from '../components/toast';
import { ConnectionRoot } from './ConnectionRoot';
import { Home } from '../features/home/Home';
import { NewConnection } from '../features/home/NewConnection';
import { NotFound } from './NotFound';
import { PracticeStrip } from './PracticeStrip';
import { useFluentTheme } from './theme';
import { TopBar } from './TopBar';
import { useShortcuts } from './shortcuts';

const useStyles = makeStyles({
  shell: { height: '100%', display: 'flex', flexDirection: 'column', backgroundColor: tokens.colorNeutralBackground2, color: tokens.colorNeutralForeground1 },
  below: { display: 'flex', flexGrow: 1, minHeight: 0 },
  failure: { padding: '32px' },
});

export function App() {
  const [client] = useState(createQueryClient);
  return (
    <QueryClientProvider client={client}>
      <Themed />
    </QueryClientProvider>
  );
}

function Themed() {
  const styles = useStyles();
  const state = useQuery(appStateQuery);
  const theme = useFluentTheme(state.data?.theme ?? 'system');
  useShortcuts();
  return (
    <FluentProvider theme={theme}>
      <div className={styles.shell}>
        <TopBar />
        {state.data?.practice === undefined ? null : <PracticeStrip world={state.data.practice} now={state.data.now} />}
        <div className={styles.below}>
          {state.isError && state.data === undefined ? (
            <div className={styles.failure}>
              <ErrorBar error={state.error} retry={() => void state.refetch()} />
            </div>
          ) : state.data === undefined ? (
            // The page waits until it is known whether the strip lies above it: a button that moves under the pointer is missed.
            <div className={styles.failure}>
              <Loading />
            </div>
          ) : (
            <Routed />
          )}
        </div>
      </div>
      {/* Above the bar with Next: a toast must not lie on the button that comes next. */}
      <Toaster toasterId={TOASTER} position="bottom-end" offset={{ vertical: 72, horizontal: 20 }} />
    </FluentProvider>
  );
}

function Routed() {
  const route = useRoute();
  switch (route.page) {
    case 'home':
      return <Home />;
    case 'new':
      return <NewConnection />;
    case 'lost':
      return <NotFound />;
    case 'setup':
    case 'config':
    case 'overview':
    case 'logs':
    case 'pending':
    case 'settings':
      return <ConnectionRoot key={route.id} route={route} />;
  }
}
