import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useConnection } from '../../api/connection';
import { functionsQuery, mappingCheckQuery, mappingSubjectQuery, mappingTryManyQuery, mappingTryQuery } from '../../api/queries';
import type { FunctionInfo, MappingDiagnostic, MappingRow, MappingSubject, MappingTrial, MappingTrialOfMany } from '../../generated/bridge';

/** After so many milliseconds without a letter the row is checked and tried. */
const PAUSE = 300;
/** On so many it is tried without being asked to. */
export const FIRST = 100;
/** As many as are ever read: above that counts are about a sample. */
export const ALL = 20_000;

const none: readonly MappingDiagnostic[] = [];
const noFunctions: readonly FunctionInfo[] = [];

export interface RowHelp {
  functions: readonly FunctionInfo[];
  subject?: MappingSubject;
  subjectFailed?: unknown;
  /** What is wrong with `checked`. */
  diagnostics: readonly MappingDiagnostic[];
  checked: MappingRow;
  /** Whether the check is about the row as it is now. */
  upToDate: boolean;
  /** What was tried: the newest version that can be used. */
  valid?: MappingRow;
  trial?: MappingTrial;
  many?: MappingTrialOfMany;
  trying: boolean;
  manyFailed?: unknown;
}

/** What the back end says about a row that is being edited. Answers to older versions are dropped. */
export function useRowHelp(table: 'users' | 'groups', row: MappingRow, person: string, first: number): RowHelp {
  const { id } = useConnection();
  const settled = useSettled(row);
  const functions = useQuery(functionsQuery);
  const subject = useQuery({ ...mappingSubjectQuery({ id, table, sample: person }), retry: false });
  const check = useQuery({ ...mappingCheckQuery({ id, table, row: settled }), enabled: settled.target !== '' });
  const [checked, setChecked] = useState<{ row: MappingRow; diagnostics: readonly MappingDiagnostic[] }>({ row, diagnostics: none });
  const [valid, setValid] = useState<MappingRow>();
  if (check.data !== undefined && (checked.row !== settled || checked.diagnostics !== check.data.diagnostics)) {
    setChecked({ row: settled, diagnostics: check.data.diagnostics });
    if (!check.data.diagnostics.some((each) => each.error) && !isUnfinished(settled)) setValid(settled);
  }
  const who = subject.data?.id ?? '';
  const tried = valid ?? settled;
  const trial = useQuery({ ...mappingTryQuery({ id, table, row: tried, subject: who }), enabled: valid !== undefined && who !== '', retry: false });
  const many = useQuery({ ...mappingTryManyQuery({ id, table, row: tried, first }), enabled: valid !== undefined && who !== '', retry: false });
  return {
    functions: functions.data ?? noFunctions,
    diagnostics: checked.diagnostics,
    checked: checked.row,
    upToDate: checked.row === row,
    trying: many.isFetching,
    ...(subject.data === undefined ? {} : { subject: subject.data }),
    ...(subject.error === null ? {} : { subjectFailed: subject.error }),
    ...(valid === undefined ? {} : { valid }),
    ...(trial.data === undefined ? {} : { trial: trial.data }),
    ...(many.data === undefined ? {} : { many: many.data }),
    ...(many.error === null ? {} : { manyFailed: many.error }),
  };
}

function isUnfinished(row: MappingRow): boolean {
  return (row.kind === 'attribute' || row.kind === 'expression') && row.value.trim() === '';
}

function useSettled(row: MappingRow): MappingRow {
  const [settled, setSettled] = useState(row);
  useEffect(() => {
    if (row === settled) return undefined;
    const timer = setTimeout(() => setSettled(row), PAUSE);
    return () => clearTimeout(timer);
  }, [row, settled]);
  return settled;
}
