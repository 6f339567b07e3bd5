import { mergeClasses, ProgressBar, Tooltip } from '@fluentui/react-components';
import { useId } from 'react';
import { useConnection } from '../api/connection';
import { numberOf, phases, stepOrder, stepTitles } from '../api/steps';
import { NumberRing } from '../components/card';
import { CheckmarkCircleFilled, SaveRegular, WarningFilled } from '../components/icons';
import { ToneIcon } from '../components/status';
import type { StepId, StepState } from '../generated/bridge';
import { moment } from '../text/format';
import { id, t } from '../text/messages';
import { useNavStyles } from './nav-styles';

const stateWords: Record<StepState, string> = {
  done: id('step-state-done'),
  attention: id('step-state-attention'),
  blocked: id('step-state-blocked'),
  'not-started': id('step-state-not-started'),
};

/** The steps in the tutorial's order. Any of them may be visited at any time. */
export function StepNav({ current }: { current: StepId }) {
  const styles = useNavStyles();
  const { report, view } = useConnection();
  const done = report?.steps.filter((step) => step.state === 'done').length ?? view.summary.steps_done;
  return (
    <nav className={styles.nav} aria-label={t('nav-setup')} data-region="navigation">
      <div className={styles.head}>
        <div className={styles.headLine}>
          <span className={styles.title}>{t('nav-setup')}</span>
          <span className={styles.muted} data-testid="steps-done">
            {t('steps-done', { done, total: stepOrder.length })}
          </span>
        </div>
        <ProgressBar value={done} max={stepOrder.length} thickness="large" aria-label={t('nav-setup')} />
      </div>
      {phases.map((phase, index) => (
        <PhaseGroup key={phase.title} title={t(phase.title)} steps={phase.steps} current={current} first={index === 0} />
      ))}
      <DraftNote />
    </nav>
  );
}

function PhaseGroup({ title, steps, current, first }: { title: string; steps: readonly StepId[]; current: StepId; first: boolean }) {
  const styles = useNavStyles();
  const heading = useId();
  return (
    <>
      {first ? null : <hr className={mergeClasses(styles.rule, styles.railRule)} />}
      <div className={styles.group} id={heading}>
        {title}
      </div>
      <ul className={styles.list} aria-labelledby={heading}>
        {steps.map((step) => (
          <li key={step}>
            <StepItem step={step} current={step === current} />
          </li>
        ))}
      </ul>
    </>
  );
}

function StepItem({ step, current }: { step: StepId; current: boolean }) {
  const styles = useNavStyles();
  const { report, goTo } = useConnection();
  const state = report?.steps.find((row) => row.step === step)?.state ?? 'not-started';
  const title = t(stepTitles[step]);
  const name = t('step-item', { n: numberOf(step), title, state: t(stateWords[state]) });
  return (
    <Tooltip content={name} relationship="label" positioning="after">
      <button
        type="button"
        className={mergeClasses(styles.item, state === 'done' && styles.done, current && styles.current)}
        aria-current={current ? 'step' : undefined}
        onClick={() => goTo(step)}
        data-nav-item
        data-testid={`nav-${step}`}
        data-state={state}
      >
        {current ? <NumberRing n={numberOf(step)} current /> : <StepMark state={state} n={numberOf(step)} />}{' '}
        <span className={styles.label}>{title}</span>
      </button>
    </Tooltip>
  );
}

function StepMark({ state, n }: { state: StepState; n: number }) {
  switch (state) {
    case 'done':
      return (
        <ToneIcon tone="success">
          <CheckmarkCircleFilled />
        </ToneIcon>
      );
    case 'attention':
      return (
        <ToneIcon tone="warning">
          <WarningFilled />
        </ToneIcon>
      );
    // What waits for an earlier step is nobody's mistake yet.
    case 'blocked':
    case 'not-started':
      return <NumberRing n={n} />;
  }
}

function DraftNote() {
  const styles = useNavStyles();
  const { tools, view } = useConnection();
  const savedAt = tools.savedAt ?? view.summary.draft_saved_at;
  const text = () => {
    switch (tools.save) {
      case 'saved':
        return savedAt === '' ? t('draft-new') : t('draft-saved', { time: moment(savedAt) });
      case 'waiting':
      case 'saving':
        return t('draft-saving');
      case 'conflict':
      case 'failed':
        return t('draft-not-saved');
    }
  };
  return (
    <div className={styles.foot} role="status" data-testid="draft-state" data-save={tools.save}>
      <SaveRegular />
      {text()}
    </div>
  );
}
