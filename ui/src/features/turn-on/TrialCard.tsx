import { Avatar, Button, Combobox, Field, makeStyles, Option, ProgressBar } from '@fluentui/react-components';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useConnection } from '../../api/connection';
import { peopleQuery, principalsQuery } from '../../api/queries';
import { Card, NumberRing } from '../../components/card';
import { SideDrawer } from '../../components/drawer';
import { ErrorBar } from '../../components/errors';
import { ChangeTable, StepMarks, StoryView } from '../../components/evidence';
import { useLayout } from '../../components/layout';
import { LogResult } from '../../components/status';
import type { TrialResult } from '../../generated/bridge';
import { call } from '../../platform/call';
import { duration } from '../../text/format';
import { say, t } from '../../text/messages';
import { MailNotice } from './MailNotice';

const useStyles = makeStyles({
  pick: { display: 'flex', alignItems: 'flex-end', columnGap: '8px', rowGap: '8px', flexWrap: 'wrap' },
  field: { flexGrow: 1, maxWidth: '360px' },
  who: { display: 'flex', alignItems: 'center', columnGap: '12px', rowGap: '8px', flexWrap: 'wrap' },
});

interface Person {
  id: string;
  name: string;
  detail: string;
}

/** Provisions one person for real, and shows every part of it. */
export function TrialCard({ disabled, onResult }: { disabled: boolean; onResult: (result: TrialResult | undefined) => void }) {
  const styles = useStyles();
  const layout = useLayout();
  const { id, tools, refresh } = useConnection();
  const [person, setPerson] = useState<Person>();
  const [open, setOpen] = useState(false);
  const trial = useMutation({
    mutationFn: async (who: Person) => {
      await tools.flush();
      return call('try_person', { id, person: who.id });
    },
    onMutate: () => onResult(undefined),
    onSuccess: (result) => {
      onResult(result);
      // A failure opens itself: the remedy is in what happened.
      if (result.result !== 'success') setOpen(true);
    },
    onSettled: refresh,
  });
  const result = trial.data;
  return (
    <Card title={t('trial-title')} lead={<NumberRing n={1} current={result?.result !== 'success'} />} testId="trial">
      <div className={layout.tight}>
        <p className={layout.body}>{t('trial-body')}</p>
        <MailNotice />
        <div className={styles.pick}>
          <PersonPicker person={person} onPick={setPerson} disabled={disabled} />
          <Button appearance={result?.result === 'success' ? 'secondary' : 'primary'} disabledFocusable={disabled || person === undefined || trial.isPending} onClick={() => (person === undefined ? undefined : trial.mutate(person))} data-testid="trial-run">
            {result === undefined ? t('trial-run') : t('trial-again')}
          </Button>
        </div>
        {trial.isPending ? <ProgressBar aria-label={t('trial-running')} /> : null}
        {trial.isError ? <ErrorBar error={trial.error} {...(person === undefined ? {} : { retry: () => trial.mutate(person) })} /> : null}
        {result === undefined ? null : (
          <div className={styles.who} role="status" data-testid="trial-result" data-result={result.result}>
            <Avatar size={32} name={result.name} color="colorful" aria-hidden />
            <div className={layout.grow}>
              <div className={layout.row}>
                <div className={layout.strong}>{result.name}</div>
                <LogResult result={result.result} />
              </div>
              <div className={layout.body}>{`${say(result.summary)} · ${duration(result.milliseconds)}`}</div>
              <StepMarks steps={result.steps} />
            </div>
            <Button size="small" onClick={() => setOpen(true)} data-testid="trial-see">
              {t('trial-see')}
            </Button>
          </div>
        )}
      </div>
      <SideDrawer open={open && result !== undefined} title={result?.name ?? ''} onClose={() => setOpen(false)} testId="trial-drawer">
        {result === undefined ? null : (
          <div className={layout.stack}>
            <LogResult result={result.result} />
            <p className={layout.plain}>{say(result.summary)}</p>
            <StoryView steps={result.steps} />
            <ChangeTable changes={result.changes} title={t('modified-attributes')} />
          </div>
        )}
      </SideDrawer>
    </Card>
  );
}

/** Assigned people first; typing searches the whole tenant. */
function PersonPicker({ person, onPick, disabled }: { person: Person | undefined; onPick: (person: Person) => void; disabled: boolean }) {
  const styles = useStyles();
  const layout = useLayout();
  const { id } = useConnection();
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text.trim());
  const assigned = useQuery({ ...peopleQuery(id), retry: false });
  const found = useQuery({ ...principalsQuery({ id, text: wanted, kind: 'user' }), placeholderData: (previous) => previous, retry: false, enabled: !disabled });
  const direct: Person[] = (assigned.data?.rows ?? []).filter((row) => row.kind === 'user' && row.provisioned).map((row) => ({ id: row.principal, name: row.name, detail: row.detail }));
  const searched: Person[] = (found.data ?? []).map((row) => ({ id: row.id, name: row.name, detail: row.detail }));
  const options = wanted === '' && direct.length > 0 ? direct : searched;
  return (
    <Field label={t('trial-person')} className={styles.field}>
      <Combobox
        value={text === '' && person !== undefined ? person.name : text}
        selectedOptions={person === undefined ? [] : [person.id]}
        placeholder={t('trial-pick')}
        freeform
        disabled={disabled}
        onChange={(event) => setText(event.target.value)}
        onOptionSelect={(_, data) => {
          const picked = options.find((option) => option.id === data.optionValue);
          if (picked === undefined) return;
          onPick(picked);
          setText('');
        }}
        data-testid="trial-person"
      >
        {options.slice(0, 50).map((option) => (
          <Option key={option.id} value={option.id} text={option.name} data-testid={`trial-option-${option.id}`}>
            <span>
              {option.name} <span className={layout.muted}>{option.detail}</span>
            </span>
          </Option>
        ))}
      </Combobox>
    </Field>
  );
}
