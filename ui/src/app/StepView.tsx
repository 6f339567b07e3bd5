import type { StepId } from '../generated/bridge';
import { ApplicationStep } from '../features/application/ApplicationStep';
import { ConnectStep } from '../features/connect/ConnectStep';
import { MappingStep } from '../features/mappings/MappingStep';
import { PeopleStep } from '../features/people/PeopleStep';
import { PlanStep } from '../features/plan/PlanStep';
import { PrepareGotoStep } from '../features/prepare-goto/PrepareGotoStep';
import { PreviewStep } from '../features/preview/PreviewStep';
import { ScopeStep } from '../features/scope/ScopeStep';
import { SignInStep } from '../features/sign-in/SignInStep';
import { TurnOnStep } from '../features/turn-on/TurnOnStep';

export function StepView({ step }: { step: StepId }) {
  switch (step) {
    case 'sign-in':
      return <SignInStep />;
    case 'plan':
      return <PlanStep />;
    case 'prepare-goto':
      return <PrepareGotoStep />;
    case 'application':
      return <ApplicationStep />;
    case 'people':
      return <PeopleStep />;
    case 'connect':
      return <ConnectStep />;
    case 'user-attributes':
      return <MappingStep table="users" />;
    case 'group-attributes':
      return <MappingStep table="groups" />;
    case 'scoping-filters':
      return <ScopeStep />;
    case 'preview':
      return <PreviewStep />;
    case 'turn-on':
      return <TurnOnStep />;
  }
}
