import { Button, Field, Input, makeStyles } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useConnection } from '../../api/connection';
import { appStateQuery, connectionQuery, guideQuery } from '../../api/queries';
import { Card } from '../../components/card';
import { CopyButton, CopyTable } from '../../components/copy';
import { ErrorBar } from '../../components/errors';
import { BeakerRegular, ChevronDownRegular, ChevronRightRegular, KeyRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { OpenButton } from '../../components/links';
import { NumberField } from '../../components/number-field';
import { call } from '../../platform/call';
import { t } from '../../text/messages';

const useStyles = makeStyles({
  steps: { margin: 0, paddingLeft: '20px' },
  secret: { display: 'flex', alignItems: 'flex-end', columnGap: '8px' },
  grow: { flexGrow: 1 },
});

/** The GoTo OAuth client of the organization: exact values to copy, an id and a secret to bring back. */
export function ClientCard({ folded }: { folded: boolean }) {
  const layout = useLayout();
  const { tools } = useConnection();
  const [shown, setShown] = useState<boolean>();
  const body = useId();
  const open = shown ?? !folded;
  const client = tools.draft.goto_client_id;
  return (
    <Card
      title={t('client-title')}
      icon={<KeyRegular />}
      testId="goto-client"
      end={
        <Button size="small" appearance="subtle" icon={open ? <ChevronDownRegular /> : <ChevronRightRegular />} aria-expanded={open} aria-controls={body} onClick={() => setShown(!open)} data-testid="goto-client-toggle">
          {open ? t('hide') : t('show')}
        </Button>
      }
    >
      <div id={body}>{open ? <Guide /> : <p className={layout.body}>{client === '' ? t('client-missing') : t('client-done', { client })}</p>}</div>
    </Card>
  );
}

function Guide() {
  const styles = useStyles();
  const layout = useLayout();
  const { id, tools } = useConnection();
  const guide = useQuery(guideQuery(id));
  const state = useQuery(appStateQuery);
  const { draft, edit } = tools;
  const data = guide.data;
  return (
    <div className={layout.stack}>
      <p className={layout.body}>{t('client-body')}</p>
      {state.data?.practice === undefined ? null : <PracticeFill />}
      {guide.isError ? <ErrorBar error={guide.error} retry={() => void guide.refetch()} /> : null}
      <ol className={styles.steps}>
        <li className={layout.body}>{t('client-step-new')}</li>
        <li className={layout.body}>{t('client-step-redirects')}</li>
        <li className={layout.body}>{t('client-step-scopes')}</li>
        <li className={layout.body}>{t('client-step-secret')}</li>
      </ol>
      {data === undefined ? null : (
        <>
          <CopyTable
            values={[
              ...data.goto_redirects.map((uri, index) => ({ name: index === 0 ? t('client-redirect') : t('client-redirect-spare', { n: index }), value: uri })),
              { name: t('client-scopes'), value: data.goto_scopes.map((row) => row.name).join(' ') },
            ]}
          />
          <div className={layout.row}>
            <OpenButton link="goto-oauth-clients" connection={id} label={t('client-open')} appearance="secondary" size="small" />
            <CopyButton text={t('client-request', { redirects: data.goto_redirects.join(', '), scopes: data.goto_scopes.map((row) => row.name).join(', ') })} name={t('remedy-request')} label={t('remedy-request')} appearance="secondary" />
          </div>
        </>
      )}
      <Field label={t('client-id')}>
        <Input value={draft.goto_client_id} onChange={(_, value) => edit((previous) => ({ ...previous, goto_client_id: value.value.trim() }))} data-testid="connect-client" />
      </Field>
      <SecretField />
      <NumberField label={t('client-port')} hint={t('client-port-hint')} value={draft.goto_redirect_port} min={1024} max={65_535} onChange={(goto_redirect_port) => edit((previous) => ({ ...previous, goto_redirect_port }))} testId="connect-port" />
    </div>
  );
}

/** The secret goes inward once. The field is emptied before the answer comes, and nothing keeps what was typed. */
function SecretField() {
  const styles = useStyles();
  const { id, view, tools, refresh } = useConnection();
  const [typed, setTyped] = useState('');
  const store = useMutation({
    // The typed secret is an argument of this one call and never a mutation variable: those are cached.
    mutationFn: async (take: () => string) => {
      await tools.flush();
      await call('goto_secret_store', { id, secret: take() });
    },
    gcTime: 0,
    onSettled: refresh,
  });
  const send = () => {
    let secret = typed;
    setTyped('');
    store.mutate(() => {
      const once = secret;
      secret = '';
      return once;
    });
  };
  return (
    <>
      <form
        className={styles.secret}
        onSubmit={(event) => {
          event.preventDefault();
          if (typed !== '') send();
        }}
      >
        <Field label={t('client-secret')} hint={view.goto_secret_stored ? t('client-secret-stored') : t('client-secret-hint')} className={styles.grow}>
          <Input type="password" autoComplete="off" value={typed} onChange={(_, data) => setTyped(data.value)} data-testid="connect-secret" />
        </Field>
        <Button type="submit" disabled={typed === '' || store.isPending} data-testid="connect-secret-store">
          {view.goto_secret_stored ? t('client-secret-replace') : t('client-secret-store')}
        </Button>
      </form>
      {store.isError ? <ErrorBar error={store.error} /> : null}
    </>
  );
}

function PracticeFill() {
  const layout = useLayout();
  const client = useQueryClient();
  const { id, act, tools } = useConnection();
  const fill = useMutation({
    mutationFn: () => act(() => call('practice_fill', { id, cloud: 'goto' })),
    onSuccess: (view) => client.setQueryData(connectionQuery(id).queryKey, view),
  });
  return (
    <div className={layout.row}>
      <Button size="small" appearance={tools.draft.goto_client_id === '' ? 'primary' : 'secondary'} icon={<BeakerRegular />} disabled={fill.isPending} onClick={() => fill.mutate()} data-testid="connect-practice-fill">
        {t('practice-fill')}
      </Button>
      <div className={layout.muted}>{t('practice-fill-note')}</div>
      {fill.isError ? <ErrorBar error={fill.error} /> : null}
    </div>
  );
}
