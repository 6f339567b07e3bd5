import { createContext, use } from 'react';
import type { ConnectionView, SetupReport, StepId } from '../generated/bridge';
import type { DraftTools } from './draft';

/** What every page of one connection shares. */
export interface OpenConnection {
  id: string;
  view: ConnectionView;
  tools: DraftTools;
  /** Absent while it is asked for the first time. */
  report?: SetupReport;
  checking: boolean;
  reportFailed: boolean;
  /** True in the set-up, false where a page is reached from the operate navigation. */
  setup: boolean;
  /** Asks everything about this connection again. */
  refresh: () => Promise<void>;
  /** Saves the draft first, does the work, then asks everything again. */
  act: <T>(work: () => Promise<T>) => Promise<T>;
  goTo: (step: StepId) => void;
}

export const ConnectionContext = createContext<OpenConnection | undefined>(undefined);

export function useConnection(): OpenConnection {
  const open = use(ConnectionContext);
  if (open === undefined) throw new Error('useConnection outside a connection');
  return open;
}

/** The report of one step, when it is there. */
export function useStepReport(step: StepId) {
  return useConnection().report?.steps.find((report) => report.step === step);
}
