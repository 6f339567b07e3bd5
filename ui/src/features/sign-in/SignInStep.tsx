import { Avatar, Button, Field, Link, makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useConnection, useStepReport } from '../../api/connection';
import { appStateQuery, guideQuery } from '../../api/queries';
import { Card } from '../../components/card';
import { Choice } from '../../components/choice';
import { ErrorBar } from '../../components/errors';
import { FindingList } from '../../components/findings';
import { ArrowClockwiseRegular, CheckmarkCircleFilled, LockClosedRegular, ShieldCheckmarkRegular } from '../../components/icons';
import { KeyringNotice } from '../../components/keyring';
import { useLayout } from '../../components/layout';
import { Loading } from '../../components/loading';
import { StepPage } from '../../components/page';
import { BrowserWait, useSignIn, type SignIn } from '../../components/sign-in';
import { Tag } from '../../components/status';
import type { Finding } from '../../generated/bridge';
import { moment } from '../../text/format';
import { id, say, t } from '../../text/messages';
import { RegistrationCard } from './RegistrationCard';

const useStyles = makeStyles({
  who: { display: 'flex', alignItems: 'center', columnGap: '16px', rowGap: '12px', flexWrap: 'wrap' },
  facts: { display: 'flex', columnGap: '24px', margin: 0, marginLeft: 'auto' },
  fact: { margin: 0, fontWeight: tokens.fontWeightSemibold, fontSize: '13px' },
  term: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  flush: { marginLeft: '-20px', marginRight: '-20px', marginBottom: '-20px', borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
  form: { display: 'grid', alignItems: 'start', gridTemplateColumns: '1fr 1fr', columnGap: '16px', rowGap: '12px', '@media (max-width: 899px)': { gridTemplateColumns: '1fr' } },
  permission: { marginBottom: '10px' },
});

const clouds: readonly { cloud: string; label: string }[] = [
  { cloud: 'worldwide', label: id('cloud-worldwide') },
  { cloud: 'us-gov-l4', label: id('cloud-us-gov-l4') },
  { cloud: 'us-gov-l5', label: id('cloud-us-gov-l5') },
  { cloud: 'china', label: id('cloud-china') },
];

const cloudName = (cloud: string): string => {
  if (cloud === 'practice') return t('cloud-practice');
  const known = clouds.find((row) => row.cloud === cloud);
  return known === undefined ? cloud : t(known.label);
};

/** Step 1: who signs in, with which registration, and whether anything would stop the admin half-way. */
export function SignInStep() {
  const layout = useLayout();
  const { view, checking, refresh } = useConnection();
  const report = useStepReport('sign-in');
  const signIn = useSignIn('entra');
  const open = report?.findings.filter((finding) => finding.result === 'fix-this').length ?? 0;
  const signedIn = view.entra_account !== undefined;
  const note = !signedIn ? t('sign-in-note-first') : open > 0 ? t('fix-to-continue', { count: open }) : t('sign-in-note-ready');
  return (
    <StepPage step="sign-in" lead={t('sign-in-lead')} note={note} next={{ disabled: !signedIn || open > 0 }}>
      <div className={layout.withSide}>
        <div className={layout.stack}>
          {signedIn ? <AccountCard signIn={signIn} /> : null}
          <RegistrationCard folded={signedIn} />
          {signedIn ? null : <SignInCard signIn={signIn} />}
          <Card
            title={t('prerequisites')}
            end={
              <>
                <span className={layout.muted} role="status" data-testid="sign-in-summary">
                  {report === undefined ? '' : summary(report.findings, report.checked_at)}
                </span>
                <Button size="small" icon={<ArrowClockwiseRegular />} disabled={checking} onClick={() => void refresh()} data-testid="sign-in-check-again">
                  {t('check-again')}
                </Button>
              </>
            }
          >
            <Prerequisites signIn={signIn} />
          </Card>
        </div>
        <aside className={layout.stack} aria-label={t('sign-in-aside')}>
          <PermissionsCard />
          <Card title={t('password-title')} icon={<LockClosedRegular />}>
            <PasswordWords />
          </Card>
        </aside>
      </div>
    </StepPage>
  );
}

function Prerequisites({ signIn }: { signIn: SignIn }) {
  const styles = useStyles();
  const report = useStepReport('sign-in');
  const { checking, refresh } = useConnection();
  if (report === undefined) return checking ? <Loading /> : null;
  return (
    <div className={styles.flush}>
      <FindingList findings={report.findings} busy={checking} onCheckAgain={() => void refresh()} onSignIn={signIn.begin} />
    </div>
  );
}

function summary(findings: readonly Finding[], at: string): string {
  const of = (results: readonly string[]) => findings.filter((finding) => results.includes(finding.result)).length;
  return t('checked-summary', {
    time: moment(at),
    ready: of(['passed', 'information', 'warning']),
    fix: of(['fix-this']),
    later: of(['later', 'not-tried']),
  });
}

function AccountCard({ signIn }: { signIn: SignIn }) {
  const styles = useStyles();
  const layout = useLayout();
  const { view, tools } = useConnection();
  const account = view.entra_account;
  if (account === undefined) return null;
  return (
    <Card title={t('account-title')} end={<Tag tone="success" icon={<CheckmarkCircleFilled />} testId="sign-in-done">{t('signed-in')}</Tag>}>
      <div className={layout.stack}>
        <div className={styles.who}>
          <Avatar size={40} name={account.display_name} color="colorful" aria-hidden />
          <div>
            <div className={layout.strong}>{account.display_name}</div>
            <div className={layout.body}>{account.user_name}</div>
          </div>
          <dl className={styles.facts}>
            <div>
              <dt className={styles.term}>{t('tenant')}</dt>
              <dd className={styles.fact}>{account.organization}</dd>
            </div>
            <div>
              <dt className={styles.term}>{t('cloud')}</dt>
              <dd className={styles.fact}>{cloudName(tools.draft.cloud)}</dd>
            </div>
          </dl>
          <Button size="small" onClick={signIn.begin} disabled={signIn.stage.at !== 'idle' && signIn.stage.at !== 'failed'} data-testid="sign-in-switch">
            {t('switch-account')}
          </Button>
        </div>
        <Waiting signIn={signIn} />
      </div>
    </Card>
  );
}

function SignInCard({ signIn }: { signIn: SignIn }) {
  const styles = useStyles();
  const layout = useLayout();
  const { tools } = useConnection();
  const state = useQuery(appStateQuery);
  const { draft } = tools;
  const noClient = draft.entra_client_id.trim() === '';
  const waiting = signIn.stage.at === 'waiting' || signIn.stage.at === 'starting';
  return (
    <Card title={t('sign-in-title')}>
      <div className={layout.stack}>
        <div className={styles.form}>
          <Field label={t('cloud')}>
            <Choice
              label={t('cloud')}
              value={draft.cloud}
              shown={cloudName(draft.cloud)}
              offers={clouds.map((row) => ({ value: row.cloud, label: t(row.label) }))}
              disabled={draft.cloud === 'practice'}
              onChoose={(cloud) => tools.edit((previous) => ({ ...previous, cloud }))}
              testId="sign-in-cloud"
            />
          </Field>
        </div>
        {/* A sign-in that cannot be kept is said here, before anybody types a password. */}
        {state.data === undefined ? null : <KeyringNotice keyring={state.data.keyring} />}
        <Waiting signIn={signIn} />
        <div className={layout.row}>
          <Button appearance="primary" disabledFocusable={noClient || waiting} onClick={signIn.begin} data-testid="sign-in-begin">
            {t('sign-in-browser')}
          </Button>
          {noClient ? <div className={layout.muted}>{t('sign-in-needs-client')}</div> : null}
        </div>
      </div>
    </Card>
  );
}

function Waiting({ signIn }: { signIn: SignIn }) {
  switch (signIn.stage.at) {
    case 'idle':
    case 'starting':
      return null;
    case 'waiting':
      return <BrowserWait attempt={signIn.stage.attempt} cancel={signIn.cancel} cloud="entra" />;
    case 'failed':
      return <ErrorBar error={signIn.stage.error} retry={signIn.begin} />;
  }
}

function PermissionsCard() {
  const styles = useStyles();
  const layout = useLayout();
  const { id: connection } = useConnection();
  const guide = useQuery(guideQuery(connection));
  return (
    <Card title={t('permissions-title')} icon={<ShieldCheckmarkRegular />}>
      {guide.isError ? <Link as="button" onClick={() => void guide.refetch()}>{t('part-failed')}</Link> : null}
      <ul className={layout.list}>
        {(guide.data?.entra_permissions ?? []).map((permission) => (
          <li key={permission.name} className={styles.permission}>
            <div className={layout.body}>{say(permission.reason)}</div>
            <div className={layout.mono}>{permission.name}</div>
            {permission.granted ? <div className={layout.muted}>{t('permission-granted')}</div> : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function PasswordWords() {
  const layout = useLayout();
  const state = useQuery(appStateQuery);
  return <p className={layout.body}>{t('password-body', { keyring: state.data?.keyring.name ?? '' })}</p>;
}

