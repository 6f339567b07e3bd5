import { Button, Field, Input, makeStyles, MessageBar, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNow } from '../../api/app-state';
import { useConnection } from '../../api/connection';
import { noticesQuery } from '../../api/queries';
import { Card } from '../../components/card';
import { Choice } from '../../components/choice';
import { ErrorBar } from '../../components/errors';
import { MailRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { Loading } from '../../components/loading';
import { mailLeaves } from '../../components/no-mail-server';
import { NumberField } from '../../components/number-field';
import type { MailServer, Notices } from '../../generated/bridge';
import { call } from '../../platform/call';
import { moment } from '../../text/format';
import { id as messageId, say, t } from '../../text/messages';

const useStyles = makeStyles({
  fields: { display: 'grid', alignItems: 'start', gridTemplateColumns: 'repeat(2, minmax(0, 1fr))', columnGap: '16px', rowGap: '12px', '@media (max-width: 899px)': { gridTemplateColumns: 'minmax(0, 1fr)' } },
  secret: { display: 'flex', alignItems: 'flex-end', columnGap: '8px' },
  grow: { flexGrow: 1 },
});

const securities = [
  { security: 'starttls', label: messageId('smtp-starttls'), port: 587 },
  { security: 'tls', label: messageId('smtp-tls'), port: 465 },
  { security: 'none', label: messageId('smtp-none'), port: 25 },
] as const;

const isAddress = (text: string) => /^[^\s@;]+@[^\s@;]+$/.test(text);
const isHost = (text: string) => text === '[::1]' || /^[\p{L}\p{N}.-]+$/u.test(text);
const isThisComputer = (text: string) => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(text);

/** The mail server of the failure notices. What is half typed stays here: only what can be used reaches the draft. */
export function MailCard() {
  const layout = useLayout();
  const { id, tools } = useConnection();
  const notices = useQuery(noticesQuery(id));
  if (tools.draft.runner === 'entra') {
    return (
      <Card title={t('smtp-title')} icon={<MailRegular />} testId="settings-mail">
        <p className={layout.body}>{t('smtp-entra')}</p>
      </Card>
    );
  }
  return (
    <Card title={t('smtp-title')} icon={<MailRegular />} testId="settings-mail">
      <div className={layout.stack}>
        <Whom />
        <Server />
        {notices.isError ? <ErrorBar error={notices.error} retry={() => void notices.refetch()} /> : null}
        {notices.isPending ? <Loading rows={2} /> : null}
        {notices.data === undefined || tools.draft.mail_server.server === '' ? null : (
          <>
            {tools.draft.mail_server.user === '' ? null : <Password stored={notices.data.password_stored} />}
            <Test />
            <Delivery notices={notices.data} />
          </>
        )}
      </div>
    </Card>
  );
}

function Whom() {
  const layout = useLayout();
  const { tools, goTo } = useConnection();
  const { notice_email, notice_on_failure: on } = tools.draft;
  const to = notice_email.join('; ');
  const said = !on || to === '' ? t('smtp-to-nobody') : mailLeaves(tools.draft) ? t('smtp-to', { to }) : t('smtp-no-server', { to });
  return (
    <div className={layout.row}>
      <div className={layout.body}>{said}</div>
      <Button size="small" onClick={() => goTo('connect')} data-testid="settings-mail-whom">
        {t('smtp-to-change')}
      </Button>
    </div>
  );
}

function Server() {
  const styles = useStyles();
  const { tools } = useConnection();
  const [typed, setTyped] = useState(tools.draft.mail_server);
  const wrongServer = typed.server !== '' && !isHost(typed.server);
  const wrongFrom = typed.server !== '' && !isAddress(typed.from);
  const wrongSecurity = typed.security === 'none' && typed.server !== '' && !isThisComputer(typed.server);
  const change = (part: Partial<MailServer>) => {
    const next = { ...typed, ...part };
    setTyped(next);
    const plain = next.security !== 'none' || isThisComputer(next.server);
    if (next.server === '' || (isHost(next.server) && isAddress(next.from) && plain)) tools.edit((previous) => ({ ...previous, mail_server: next }));
  };
  const choice = securities.find((row) => row.security === typed.security) ?? securities[0];
  return (
    <div className={styles.fields}>
      <Field label={t('smtp-server')} {...(wrongServer ? { validationMessage: t('smtp-server-wrong') } : { hint: t('smtp-server-hint') })}>
        <Input value={typed.server} onChange={(_, data) => change({ server: data.value.trim() })} data-testid="settings-mail-server" />
      </Field>
      <Field label={t('smtp-security')} {...(wrongSecurity ? { validationMessage: t('smtp-security-wrong') } : {})}>
        <Choice
          label={t('smtp-security')}
          value={choice.security}
          offers={securities.map((row) => ({ value: row.security, label: t(row.label) }))}
          onChoose={(security) => {
            const next = securities.find((row) => row.security === security);
            // A port that somebody typed stays.
            change({ security, ...(typed.port === choice.port && next !== undefined ? { port: next.port } : {}) });
          }}
          testId="settings-mail-security"
        />
      </Field>
      <NumberField label={t('smtp-port')} value={typed.port} min={1} max={65_535} onChange={(port) => change({ port })} testId="settings-mail-port" />
      <Field label={t('smtp-from')} {...(wrongFrom ? { validationMessage: t('smtp-from-wrong') } : {})}>
        <Input value={typed.from} inputMode="email" onChange={(_, data) => change({ from: data.value.trim() })} data-testid="settings-mail-from" />
      </Field>
      <Field label={t('smtp-user')} hint={t('smtp-user-hint')}>
        <Input value={typed.user} autoComplete="off" onChange={(_, data) => change({ user: data.value.trim() })} data-testid="settings-mail-user" />
      </Field>
    </div>
  );
}

/** The password goes inward once. The field is emptied before the answer comes, and nothing keeps what was typed. */
function Password({ stored }: { stored: boolean }) {
  const styles = useStyles();
  const client = useQueryClient();
  const { id, tools } = useConnection();
  const [typed, setTyped] = useState('');
  const store = useMutation({
    // The typed password is an argument of this one call and never a mutation variable: those are cached.
    mutationFn: async (take: () => string) => {
      await tools.flush();
      return call('mail_password_store', { id, password: take() });
    },
    gcTime: 0,
    onSuccess: (answer) => client.setQueryData(noticesQuery(id).queryKey, answer),
  });
  const send = () => {
    let password = typed;
    setTyped('');
    store.mutate(() => {
      const once = password;
      password = '';
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
        <Field label={t('smtp-password')} hint={stored ? t('client-secret-stored') : t('client-secret-hint')} className={styles.grow}>
          <Input type="password" autoComplete="off" value={typed} onChange={(_, data) => setTyped(data.value)} data-testid="settings-mail-password" />
        </Field>
        <Button type="submit" disabled={typed === '' || store.isPending} data-testid="settings-mail-password-store">
          {stored ? t('client-secret-replace') : t('client-secret-store')}
        </Button>
      </form>
      {store.isError ? <ErrorBar error={store.error} /> : null}
    </>
  );
}

function Test() {
  const layout = useLayout();
  const { id, tools } = useConnection();
  const nobody = tools.draft.notice_email.length === 0;
  const test = useMutation({
    mutationFn: async () => {
      await tools.flush();
      return call('mail_test', { id });
    },
  });
  return (
    <>
      <div className={layout.row}>
        <Button disabledFocusable={test.isPending || nobody} onClick={() => test.mutate()} data-testid="settings-mail-test">
          {test.isPending ? t('smtp-testing') : t('smtp-test')}
        </Button>
        <div className={layout.body} role="status" data-testid="settings-mail-answer">
          {nobody ? t('smtp-test-nobody') : test.data === undefined ? '' : t('smtp-test-sent', { to: test.data.to.join('; '), answer: test.data.answer })}
        </div>
      </div>
      {test.isError ? <ErrorBar error={test.error} retry={() => test.mutate()} /> : null}
    </>
  );
}

function Delivery({ notices }: { notices: Notices }) {
  const layout = useLayout();
  const now = useNow();
  const { last, waiting } = notices;
  if (waiting.length > 0) {
    return (
      <MessageBar intent="warning" layout="multiline" data-testid="settings-mail-waiting">
        <MessageBarBody>
          <MessageBarTitle>{t('smtp-waiting', { count: waiting.length })}</MessageBarTitle>
          {last?.problem === undefined ? t('smtp-waiting-next') : `${say(last.problem)}. ${t('smtp-waiting-next')}`}
        </MessageBarBody>
      </MessageBar>
    );
  }
  return last?.answer === undefined ? null : <p className={layout.muted}>{t('smtp-last', { time: moment(last.at, now), answer: last.answer })}</p>;
}
