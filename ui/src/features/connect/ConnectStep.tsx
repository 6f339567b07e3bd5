import { Avatar, Button, makeStyles, MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConnection, useStepReport } from '../../api/connection';
import { appStateQuery } from '../../api/queries';
import { useNow } from '../../api/app-state';
import { Card } from '../../components/card';
import { ErrorBar } from '../../components/errors';
import { CheckmarkCircleFilled, DeleteRegular, KeyRegular, LockClosedRegular } from '../../components/icons';
import { KeptTable } from '../../components/kept';
import { KeyringNotice } from '../../components/keyring';
import { useLayout } from '../../components/layout';
import { StepPage } from '../../components/page';
import { BrowserWait, useSignIn, type SignIn } from '../../components/sign-in';
import { Tag } from '../../components/status';
import { ConfirmDialog } from '../../components/typed-dialog';
import { StepFindings } from '../../components/step-findings';
import { call } from '../../platform/call';
import { moment } from '../../text/format';
import { t } from '../../text/messages';
import { ClientCard } from './ClientCard';
import { NoticesCard, useNotices } from './NoticesCard';
import { TestCard } from './TestCard';

const useStyles = makeStyles({
  who: { display: 'flex', alignItems: 'center', columnGap: '12px' },
});

/** Step 6: who hears of failures, who signs in to GoTo, and the proof that it works. */
export function ConnectStep() {
  const layout = useLayout();
  const { tools, view } = useConnection();
  const report = useStepReport('connect');
  const signIn = useSignIn('goto');
  const notices = useNotices();
  const entra = tools.draft.runner === 'entra';
  const passed = report?.state === 'done';
  const begin = entra ? undefined : signIn.begin;
  return (
    <StepPage
      step="connect"
      lead={entra ? t('connect-lead-entra') : t('connect-lead')}
      note={notices.problem ?? (passed ? t('connect-note-passed') : view.goto_account === undefined && !entra ? t('connect-note-authorize') : t('connect-note-test'))}
      next={{ label: t('save-and-continue'), disabled: !passed || notices.problem !== undefined }}
    >
      {entra ? (
        <MessageBar intent="info" layout="multiline" data-testid="connect-entra">
          <MessageBarBody>
            <MessageBarTitle>{t('entra-terminal-title')}</MessageBarTitle>
            {t('connect-entra-body')}
          </MessageBarBody>
        </MessageBar>
      ) : null}
      <div className={layout.halves}>
        <div className={layout.stack}>
          <NoticesCard notices={notices} />
          {entra ? null : (
            <>
              <ClientCard folded={view.goto_account !== undefined} />
              <AuthorizeCard signIn={signIn} />
            </>
          )}
          <KeptCard />
        </div>
        <TestCard {...(begin === undefined ? {} : { onAuthorize: begin })} />
      </div>
      <StepFindings step="connect" {...(begin === undefined ? {} : { onAuthorize: begin })} />
    </StepPage>
  );
}

function AuthorizeCard({ signIn }: { signIn: SignIn }) {
  const styles = useStyles();
  const layout = useLayout();
  const now = useNow();
  const { id, view, tools, act } = useConnection();
  const [asking, setAsking] = useState(false);
  const forget = useMutation({ mutationFn: () => act(() => call('credentials_forget', { id, cloud: 'goto' })), onSuccess: () => setAsking(false) });
  const account = view.goto_account;
  const busy = signIn.stage.at === 'waiting' || signIn.stage.at === 'starting';
  const noClient = tools.draft.goto_client_id.trim() === '';
  return (
    <Card
      title={t('authorize-title')}
      icon={<KeyRegular />}
      testId="authorize"
      end={account === undefined ? null : <Tag tone="success" icon={<CheckmarkCircleFilled />} testId="connect-authorized">{t('authorized')}</Tag>}
    >
      <div className={layout.stack}>
        {account === undefined ? (
          <p className={layout.body}>{t('authorize-body')}</p>
        ) : (
          <div className={styles.who}>
            <Avatar size={32} name={account.display_name} color="colorful" aria-hidden />
            <div>
              <div className={layout.strong}>{account.user_name}</div>
              <div className={layout.body}>{t('authorize-who', { organization: account.organization, when: moment(account.since, now) })}</div>
            </div>
          </div>
        )}
        {signIn.stage.at === 'waiting' ? <BrowserWait attempt={signIn.stage.attempt} cancel={signIn.cancel} cloud="goto" /> : null}
        {signIn.stage.at === 'failed' ? <ErrorBar error={signIn.stage.error} retry={signIn.begin} /> : null}
        <div className={layout.row}>
          <Button appearance={account === undefined ? 'primary' : 'secondary'} size={account === undefined ? 'medium' : 'small'} disabledFocusable={busy || noClient} onClick={signIn.begin} data-testid="connect-authorize">
            {account === undefined ? t('authorize') : t('authorize-again')}
          </Button>
          {noClient ? <div className={layout.muted}>{t('authorize-needs-client')}</div> : null}
          {account === undefined ? null : (
            <Button size="small" appearance="subtle" icon={<DeleteRegular />} onClick={() => setAsking(true)} data-testid="connect-forget">
              {t('forget')}
            </Button>
          )}
        </div>
      </div>
      <ConfirmDialog open={asking} title={t('forget-goto-title')} confirm={t('forget')} busy={forget.isPending} error={forget.error ?? undefined} onConfirm={() => forget.mutate()} onClose={() => setAsking(false)} testId="forget-dialog">
        <p className={layout.plain}>{t('forget-goto-body')}</p>
      </ConfirmDialog>
    </Card>
  );
}

function KeptCard() {
  const layout = useLayout();
  const { view } = useConnection();
  const state = useQuery(appStateQuery);
  return (
    <Card title={t('kept-title')} icon={<LockClosedRegular />}>
      <div className={layout.tight}>
        {state.data === undefined ? null : <KeyringNotice keyring={state.data.keyring} />}
        <KeptTable kept={view.kept} />
      </div>
    </Card>
  );
}
