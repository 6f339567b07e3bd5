import { StateEffect, StateField, type EditorState } from '@codemirror/state';
import type { AttributeInfo, FunctionInfo, MappingDiagnostic } from '../../../generated/bridge';

/** What the editor knows: the language's functions, and the attributes with one person's values. */
export interface Facts {
  functions: readonly FunctionInfo[];
  attributes: readonly AttributeInfo[];
  /** By attribute; one that is missing has no value for this person. */
  values: ReadonlyMap<string, string>;
  /** The person's name; empty while nobody is chosen. */
  person: string;
}

export const noFacts: Facts = { functions: [], attributes: [], values: new Map(), person: '' };

export const setFacts = StateEffect.define<Facts>();

export const facts = StateField.define<Facts>({
  create: () => noFacts,
  update: (value, transaction) => transaction.effects.reduce((known, effect) => (effect.is(setFacts) ? effect.value : known), value),
});

/** A diagnostic with the place that it has now: what was typed since has moved it. */
export interface Problem {
  from: number;
  to: number;
  diagnostic: MappingDiagnostic;
}

export const setProblems = StateEffect.define<readonly Problem[]>();

export const problems = StateField.define<readonly Problem[]>({
  create: () => [],
  update: (value, transaction) => {
    let known = value;
    if (transaction.docChanged) {
      known = known.map((problem) => ({ ...problem, from: transaction.changes.mapPos(problem.from), to: transaction.changes.mapPos(problem.to) }));
    }
    for (const effect of transaction.effects) if (effect.is(setProblems)) known = effect.value;
    return known;
  },
});

/** The diagnostics that have a place, cut to the text: an answer may be about a longer one. */
export function placed(diagnostics: readonly MappingDiagnostic[], length: number): Problem[] {
  return diagnostics.flatMap((diagnostic) => {
    if (diagnostic.place === undefined) return [];
    const from = Math.min(diagnostic.place.start, length);
    const to = Math.min(Math.max(diagnostic.place.end, from), length);
    // Nothing can be underlined under no letter: what is missing at the end is shown on the last one.
    return [{ from: from === to ? Math.max(0, from - 1) : from, to: from === to ? Math.min(length, Math.max(from, 1)) : to, diagnostic }];
  });
}

/** The call around a place: its name, and which argument the place is in. */
export interface CallAt {
  name: string;
  argument: number;
  start: number;
}

/** Reads the text before `at` backwards, past whole texts and brackets. Works in a half-written expression too. */
export function callAt(state: EditorState, at: number): CallAt | undefined {
  const before = state.doc.sliceString(0, at);
  const open: { name: string; argument: number; start: number }[] = [];
  const token = /"(?:[^"\\]|\\[^])*"?|\[[^\]]*\]?|([\p{L}][\p{L}\p{N}]*)\s*\(|[(),]/gu;
  for (const match of before.matchAll(token)) {
    const [text, name] = match;
    if (name !== undefined) open.push({ name, argument: 0, start: match.index });
    else if (text === '(') open.push({ name: '', argument: 0, start: match.index });
    else if (text === ')') open.pop();
    else if (text === ',') {
      const last = open.at(-1);
      if (last !== undefined) last.argument += 1;
    }
  }
  const last = open.at(-1);
  return last === undefined || last.name === '' ? undefined : last;
}

/** Which parameter an argument belongs to: the last ones may repeat as a unit. */
export function parameterOf(info: FunctionInfo, argument: number): number {
  const most = info.parameters.length;
  if (argument < most || info.repeating === 0) return argument;
  return most - info.repeating + ((argument - most) % info.repeating);
}
