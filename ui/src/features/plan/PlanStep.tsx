import { Button, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConnection } from '../../api/connection';
import { planFactsQuery } from '../../api/queries';
import { ErrorBar } from '../../components/errors';
import { StepFindings } from '../../components/step-findings';
import { GuardCard } from '../../components/guard-card';
import { CloudRegular, DesktopRegular, GlobeRegular, PeopleRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { OpenButton } from '../../components/links';
import { StepPage } from '../../components/page';
import { ConfirmDialog } from '../../components/typed-dialog';
import type { PlanFacts, Runner } from '../../generated/bridge';
import { t } from '../../text/messages';
import { ChoiceCards } from './ChoiceCards';

/** Step 2: who is in scope, who runs it, and what stops a run. Nothing is sent anywhere. */
export function PlanStep() {
  const layout = useLayout();
  const { id, tools } = useConnection();
  const { draft, edit } = tools;
  const facts = useQuery({ ...planFactsQuery(id), retry: false });
  const [asked, setAsked] = useState<Runner>();
  const chooseRunner = (runner: Runner) => {
    edit((previous) => ({ ...previous, runner, planned: true }));
    setAsked(undefined);
  };
  return (
    <StepPage step="plan" lead={t('plan-lead')} note={t('plan-note')} next={{ run: () => edit((previous) => (previous.planned ? previous : { ...previous, planned: true })) }}>
      {facts.isError ? <ErrorBar error={facts.error} title={t('plan-facts-failed')} retry={() => void facts.refetch()} /> : null}
      {facts.data === undefined ? null : <Retired facts={facts.data} />}
      <ChoiceCards
        title={t('plan-scope-title')}
        value={draft.assigned_only ? 'assigned' : 'all'}
        onChange={(value) => edit((previous) => ({ ...previous, assigned_only: value === 'assigned', planned: true }))}
        choices={[
          { value: 'assigned', icon: <PeopleRegular />, title: t('scope-assigned'), body: t('scope-assigned-body'), recommended: true, facts: [{ good: true, text: t('scope-assigned-fact-1') }, { good: true, text: t('scope-assigned-fact-2') }] },
          {
            value: 'all',
            icon: <GlobeRegular />,
            title: t('scope-all'),
            body: t('scope-all-body'),
            facts: [{ good: false, text: facts.data === undefined ? t('scope-all-unknown') : t('scope-all-fact', { people: facts.data.people, groups: facts.data.groups }) }, { good: false, text: t('scope-all-longer') }],
          },
        ]}
        testId="plan-scope"
      />
      <ChoiceCards
        title={t('plan-runner-title')}
        value={draft.runner}
        onChange={(value) => {
          const runner: Runner = value === 'entra' ? 'entra' : 'local';
          if (runner === draft.runner) return;
          // Before the first choice there is nothing to switch off.
          if (draft.planned) setAsked(runner);
          else chooseRunner(runner);
        }}
        choices={[
          { value: 'entra', icon: <CloudRegular />, title: t('runner-entra-title'), body: t('runner-entra-body'), facts: [{ good: true, text: t('runner-entra-fact-1') }, { good: true, text: t('runner-entra-fact-2') }, { good: false, text: t('runner-entra-fact-3') }, { good: false, text: t('runner-entra-terminal') }] },
          { value: 'local', icon: <DesktopRegular />, title: t('runner-local-title'), body: t('runner-local-body'), facts: [{ good: true, text: t('runner-local-fact-1') }, { good: false, text: t('runner-local-fact-2') }, { good: false, text: t('runner-local-fact-3') }] },
        ]}
        testId="plan-runner"
      />
      {draft.runner === 'entra' ? (
        <MessageBar intent="info" layout="multiline" data-testid="plan-entra-terminal">
          <MessageBarBody>
            <MessageBarTitle>{t('entra-terminal-title')}</MessageBarTitle>
            {t('entra-terminal-body')}
          </MessageBarBody>
        </MessageBar>
      ) : null}
      <GuardCard />
      <StepFindings step="plan" />
      <ConfirmDialog open={asked !== undefined} title={t('runner-change-title')} confirm={t('runner-change-confirm')} onConfirm={() => (asked === undefined ? undefined : chooseRunner(asked))} onClose={() => setAsked(undefined)} testId="runner-dialog">
        <p className={layout.plain}>{t('runner-change-body')}</p>
      </ConfirmDialog>
    </StepPage>
  );
}

function Retired({ facts }: { facts: PlanFacts }) {
  const layout = useLayout();
  const { id, goTo } = useConnection();
  const first = facts.retired[0];
  if (first === undefined) return <p className={layout.body} data-testid="plan-no-retired">{t('retired-none')}</p>;
  return (
    <MessageBar intent="warning" layout="multiline" data-testid="plan-retired">
      <MessageBarBody>
        <MessageBarTitle>{t('retired-title')}</MessageBarTitle>
        {t('retired-body', { name: first.name })}
      </MessageBarBody>
      <MessageBarActions>
        <OpenButton link="entra" connection={id} label={t('open-in-entra')} size="small" appearance="secondary" />
        <Button size="small" appearance="subtle" onClick={() => goTo('application')}>
          {t('retired-applications')}
        </Button>
      </MessageBarActions>
    </MessageBar>
  );
}
