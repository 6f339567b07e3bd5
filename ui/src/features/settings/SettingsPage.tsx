import { Button, Field, Input, makeStyles, Radio, RadioGroup } from '@fluentui/react-components';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { themes, useTheme } from '../../api/app-state';
import { useConnection } from '../../api/connection';
import { appStateQuery, statusQuery } from '../../api/queries';
import { Card } from '../../components/card';
import { ErrorBar } from '../../components/errors';
import { GuardCard } from '../../components/guard-card';
import { KeptTable } from '../../components/kept';
import { KeyringNotice } from '../../components/keyring';
import { useLayout } from '../../components/layout';
import { Loading } from '../../components/loading';
import { NumberField } from '../../components/number-field';
import { Page } from '../../components/page';
import { ConfirmDialog } from '../../components/typed-dialog';
import type { CloudName } from '../../generated/bridge';
import { call } from '../../platform/call';
import { t } from '../../text/messages';
import { MailCard } from './MailCard';

const useStyles = makeStyles({ narrow: { maxWidth: '820px' }, field: { maxWidth: '360px' } });

/** Appearance, credentials, cycle and safety of one connection. */
export function SettingsPage() {
  const styles = useStyles();
  const layout = useLayout();
  const { view, tools } = useConnection();
  const state = useQuery(appStateQuery);
  const { draft, edit } = tools;
  return (
    <Page title={t('nav-settings')} name={t('settings-of', { name: view.summary.name })} lead={t('settings-lead')}>
      <div className={`${layout.stack} ${styles.narrow}`}>
        <Card title={t('settings-name')}>
          <Field label={t('new-name')} className={styles.field} {...(draft.name.trim() === '' ? { validationMessage: t('new-name-empty') } : {})}>
            <Input value={draft.name} onChange={(_, data) => edit((previous) => ({ ...previous, name: data.value }))} data-testid="settings-name" />
          </Field>
        </Card>
        <Appearance />
        <Card title={t('settings-credentials')} testId="settings-credentials">
          <div className={layout.tight}>
            {state.data === undefined ? null : <KeyringNotice keyring={state.data.keyring} />}
            <KeptTable kept={view.kept} />
            <Forget />
          </div>
        </Card>
        <Card title={t('settings-cycle')}>
          {draft.runner === 'entra' ? (
            <p className={layout.body}>{t('settings-cycle-entra')}</p>
          ) : (
            <div className={layout.stack}>
              <NumberField label={t('settings-interval')} hint={t('settings-interval-hint')} className={styles.field} value={draft.interval_minutes} min={15} max={1440} onChange={(interval_minutes) => edit((previous) => ({ ...previous, interval_minutes }))} testId="settings-interval" />
              <QuietHours />
            </div>
          )}
        </Card>
        <GuardCard />
        <MailCard />
        <p className={layout.muted}>{t('version', { version: state.data?.version ?? '' })}</p>
      </div>
    </Page>
  );
}

/** What is live; the connection file changes it. */
function QuietHours() {
  const layout = useLayout();
  const { id } = useConnection();
  const status = useQuery(statusQuery(id));
  if (status.isError) return <ErrorBar error={status.error} retry={() => void status.refetch()} />;
  if (status.data === undefined) return <Loading rows={1} />;
  const { quiet } = status.data;
  return (
    <div data-testid="settings-quiet">
      <div className={layout.strong}>{t('settings-quiet')}</div>
      <div className={layout.body}>{quiet === undefined ? t('settings-quiet-none') : `${quiet.hours} ${quiet.zone}`}</div>
      <div className={layout.muted}>{t('settings-quiet-hint')}</div>
    </div>
  );
}

function Appearance() {
  const [theme, choose, failed] = useTheme();
  return (
    <Card title={t('settings-appearance')}>
      <RadioGroup
        layout="horizontal"
        aria-label={t('theme')}
        value={theme}
        onChange={(_, data) => {
          const chosen = themes.find((row) => row.theme === data.value);
          if (chosen !== undefined) choose(chosen.theme);
        }}
      >
        {themes.map((row) => (
          <Radio key={row.theme} value={row.theme} label={t(row.label)} data-testid={`settings-theme-${row.theme}`} />
        ))}
      </RadioGroup>
      {failed === null ? null : <ErrorBar error={failed} />}
    </Card>
  );
}

/** Forgetting says what stops, and that nothing is revoked in the clouds by it. */
function Forget() {
  const layout = useLayout();
  const { id, act, view } = useConnection();
  const [asking, setAsking] = useState<CloudName | 'all'>();
  const forget = useMutation({
    mutationFn: (which: CloudName | 'all') => act(() => call('credentials_forget', which === 'all' ? { id } : { id, cloud: which })),
    onSuccess: () => setAsking(undefined),
  });
  const title = asking === 'entra' ? t('forget-entra-title') : asking === 'goto' ? t('forget-goto-title') : t('forget-all-title');
  return (
    <>
      <div className={layout.row}>
        <Button size="small" disabled={view.entra_account === undefined} onClick={() => setAsking('entra')} data-testid="settings-forget-entra">
          {t('forget-entra')}
        </Button>
        <Button size="small" disabled={view.goto_account === undefined && !view.goto_secret_stored} onClick={() => setAsking('goto')} data-testid="settings-forget-goto">
          {t('forget-goto')}
        </Button>
        <Button size="small" onClick={() => setAsking('all')} data-testid="settings-forget-all">
          {t('forget-all')}
        </Button>
      </div>
      <ConfirmDialog open={asking !== undefined} title={title} confirm={t('forget')} busy={forget.isPending} error={forget.error ?? undefined} onConfirm={() => (asking === undefined ? undefined : forget.mutate(asking))} onClose={() => setAsking(undefined)} testId="forget-dialog">
        <p className={layout.plain}>{asking === 'goto' ? t('forget-goto-body') : asking === 'entra' ? t('forget-entra-body') : t('forget-all-body')}</p>
      </ConfirmDialog>
    </>
  );
}
