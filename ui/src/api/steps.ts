import type { StepId } from '../generated/bridge';
import { id } from '../text/messages';

/** The steps in the order of Microsoft's tutorial. */
export const stepOrder: readonly StepId[] = [
  'sign-in',
  'plan',
  'prepare-goto',
  'application',
  'people',
  'connect',
  'user-attributes',
  'group-attributes',
  'scoping-filters',
  'preview',
  'turn-on',
];

export const stepTitles: Record<StepId, string> = {
  'sign-in': id('step-sign-in'),
  plan: id('step-plan'),
  'prepare-goto': id('step-prepare-goto'),
  application: id('step-application'),
  people: id('step-people'),
  connect: id('step-connect'),
  'user-attributes': id('step-user-attributes'),
  'group-attributes': id('step-group-attributes'),
  'scoping-filters': id('step-scoping-filters'),
  preview: id('step-preview'),
  'turn-on': id('step-turn-on'),
};

export interface Phase {
  title: string;
  steps: readonly StepId[];
}

export const phases: readonly Phase[] = [
  { title: id('phase-get-ready'), steps: ['sign-in', 'plan', 'prepare-goto'] },
  { title: id('phase-connect'), steps: ['application', 'people', 'connect'] },
  { title: id('phase-choose-data'), steps: ['user-attributes', 'group-attributes', 'scoping-filters'] },
  { title: id('phase-go-live'), steps: ['preview', 'turn-on'] },
];

export const phaseOf = (step: StepId): string => phases.find((phase) => phase.steps.includes(step))?.title ?? '';

/** Number of a step, from 1. */
export const numberOf = (step: StepId): number => stepOrder.indexOf(step) + 1;

export const isStep = (text: string): text is StepId => (stepOrder as readonly string[]).includes(text);
