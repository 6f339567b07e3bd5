import { Button, Field, Input, makeStyles, Radio, RadioGroup } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { connectionQuery, connectionsQuery } from '../../api/queries';
import { go } from '../../api/routes';
import { Card } from '../../components/card';
import { ErrorBar } from '../../components/errors';
import { useLayout } from '../../components/layout';
import { Page } from '../../components/page';
import type { TargetProfile } from '../../generated/bridge';
import { call } from '../../platform/call';
import { id, t } from '../../text/messages';

const useStyles = makeStyles({ narrow: { maxWidth: '720px', width: '100%' }, field: { maxWidth: '420px' } });

/** Other SCIM 2.0 service providers are set up by connection file in the terminal. */
const profiles: readonly { profile: TargetProfile; label: string; note: string }[] = [
  { profile: 'goto', label: id('profile-goto'), note: id('profile-goto-note') },
  { profile: 'gotomeeting', label: id('profile-gotomeeting'), note: id('profile-gotomeeting-note') },
];

/** A name and a target; everything else has its place in the steps. */
export function NewConnection() {
  const styles = useStyles();
  const layout = useLayout();
  const client = useQueryClient();
  const [name, setName] = useState('GoTo');
  const [profile, setProfile] = useState<TargetProfile>('goto');
  const empty = name.trim() === '';
  const make = useMutation({
    mutationFn: () => call('connection_new', { name: name.trim(), profile }),
    onSuccess: async (view) => {
      client.setQueryData(connectionQuery(view.summary.id).queryKey, view);
      await client.invalidateQueries({ queryKey: connectionsQuery.queryKey });
      go({ page: 'setup', id: view.summary.id, step: 'sign-in' });
    },
  });
  const submit = () => {
    if (!empty && !make.isPending) make.mutate();
  };
  return (
    <Page title={t('new-title')} name={t('new-title')} lead={t('new-lead')}>
      <form
        className={`${layout.stack} ${styles.narrow}`}
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Card title={t('new-name-title')}>
          <Field label={t('new-name')} hint={t('new-name-hint')} className={styles.field} {...(empty ? { validationMessage: t('new-name-empty') } : {})}>
            <Input value={name} onChange={(_, data) => setName(data.value)} data-testid="new-name" />
          </Field>
        </Card>
        <Card title={t('new-target-title')}>
          <RadioGroup value={profile} aria-label={t('new-target-title')} onChange={(_, data) => setProfile(profiles.find((row) => row.profile === data.value)?.profile ?? 'goto')}>
            {profiles.map((row) => (
              <Radio
                key={row.profile}
                value={row.profile}
                data-testid={`new-profile-${row.profile}`}
                label={
                  <span>
                    <span className={layout.strong}>{t(row.label)}</span>
                    <br />
                    <span className={layout.body}>{t(row.note)}</span>
                  </span>
                }
              />
            ))}
          </RadioGroup>
        </Card>
        {make.isError ? <ErrorBar error={make.error} title={t('new-failed')} /> : null}
        <div className={layout.row}>
          <Button type="submit" appearance="primary" disabled={empty || make.isPending} data-testid="new-create" data-primary>
            {t('new-create')}
          </Button>
          <Button onClick={() => go({ page: 'home' })}>{t('cancel')}</Button>
        </div>
      </form>
    </Page>
  );
}
