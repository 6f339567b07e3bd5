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
import { call } from '../../platform/call';
import { t } from '../../text/messages';

const useStyles = makeStyles({
  steps: { margin: 0, paddingLeft: '20px' },
  form: { display: 'grid', alignItems: 'start', gridTemplateColumns: '1fr 1fr', columnGap: '16px', rowGap: '12px', '@media (max-width: 899px)': { gridTemplateColumns: '1fr' } },
});

const guid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Usher's own app registration in the tenant: exact values to copy, two values to bring back. Shown once, then folded. */
export function RegistrationCard({ folded }: { folded: boolean }) {
  const layout = useLayout();
  const { tools } = useConnection();
  const [shown, setShown] = useState<boolean>();
  const body = useId();
  const open = shown ?? !folded;
  const client = tools.draft.entra_client_id;
  return (
    <Card
      title={t('registration-title')}
      icon={<KeyRegular />}
      testId="registration"
      end={
        <Button size="small" appearance="subtle" icon={open ? <ChevronDownRegular /> : <ChevronRightRegular />} aria-expanded={open} aria-controls={body} onClick={() => setShown(!open)} data-testid="registration-toggle">
          {open ? t('hide') : t('show')}
        </Button>
      }
    >
      <div id={body}>{open ? <Guide /> : <p className={layout.body}>{client === '' ? t('registration-missing') : t('registration-done', { client })}</p>}</div>
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
  const badClient = draft.entra_client_id !== '' && !guid.test(draft.entra_client_id.trim());
  const permissions = (guide.data?.entra_permissions ?? []).map((row) => row.name);
  return (
    <div className={layout.stack}>
      <p className={layout.body}>{t('registration-body')}</p>
      {state.data?.practice === undefined ? null : <PracticeFill />}
      {guide.isError ? <ErrorBar error={guide.error} retry={() => void guide.refetch()} /> : null}
      <ol className={styles.steps}>
        <li className={layout.body}>{t('registration-step-new')}</li>
        <li className={layout.body}>{t('registration-step-redirect')}</li>
        <li className={layout.body}>{t('registration-step-permissions')}</li>
        <li className={layout.body}>{t('registration-step-back')}</li>
      </ol>
      {guide.data === undefined ? null : (
        <CopyTable
          values={[
            { name: t('registration-name'), value: 'Usher' },
            { name: t('registration-redirect'), value: guide.data.entra_redirect },
            { name: t('registration-permissions'), value: permissions.join(' ') },
          ]}
        />
      )}
      <div className={layout.row}>
        <OpenButton link="entra-app-registrations" connection={id} label={t('registration-open')} appearance="secondary" size="small" />
        {guide.data === undefined ? null : (
          <CopyButton text={t('registration-request', { redirect: guide.data.entra_redirect, permissions: permissions.join(', ') })} name={t('remedy-request')} label={t('remedy-request')} appearance="secondary" />
        )}
      </div>
      <div className={styles.form}>
        <Field label={t('registration-client')} {...(badClient ? { validationMessage: t('not-a-guid') } : {})}>
          <Input value={draft.entra_client_id} placeholder="00000000-0000-0000-0000-000000000000" onChange={(_, data) => edit((previous) => ({ ...previous, entra_client_id: data.value.trim() }))} data-testid="sign-in-client" />
        </Field>
        <Field label={t('registration-tenant')} hint={t('registration-tenant-hint')}>
          <Input value={draft.tenant} onChange={(_, data) => edit((previous) => ({ ...previous, tenant: data.value.trim() }))} data-testid="sign-in-tenant" />
        </Field>
      </div>
    </div>
  );
}

function PracticeFill() {
  const layout = useLayout();
  const client = useQueryClient();
  const { id, act, tools } = useConnection();
  const fill = useMutation({
    mutationFn: () => act(() => call('practice_fill', { id, cloud: 'entra' })),
    onSuccess: (view) => client.setQueryData(connectionQuery(id).queryKey, view),
  });
  return (
    <div className={layout.row}>
      <Button size="small" appearance={tools.draft.entra_client_id === '' ? 'primary' : 'secondary'} icon={<BeakerRegular />} disabled={fill.isPending} onClick={() => fill.mutate()} data-testid="sign-in-practice-fill">
        {t('practice-fill')}
      </Button>
      <div className={layout.muted}>{t('practice-fill-note')}</div>
      {fill.isError ? <ErrorBar error={fill.error} /> : null}
    </div>
  );
}
