import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { EditorState } from '@codemirror/state';
import { Decoration, drawSelection, EditorView, keymap, lineNumbers, tooltips, type DecorationSet } from '@codemirror/view';
import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { MappingDiagnostic } from '../../generated/bridge';
import { completion } from './language/completion';
import { expressionSupport } from './language/expression';
import { facts, placed, problems, setFacts, setProblems, type Facts } from './language/facts';
import { help } from './language/help';
import { editorKeys } from './language/keys';
import { editorTheme } from './language/theme';

const useStyles = makeStyles({
  box: {
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderBottom: `1px solid ${tokens.colorNeutralStrokeAccessible}`,
    borderRadius: '4px 4px 0 0',
    overflow: 'hidden',
  },
  wrong: { border: `1px solid ${tokens.colorPaletteRedForeground1}` },
});

export interface Place {
  line: number;
  column: number;
}

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** What is wrong with `checked`; shown only while that is what stands here. */
  diagnostics: readonly MappingDiagnostic[];
  checked: string;
  facts: Facts;
  describedBy: string;
  onPlace: (place: Place) => void;
  /** Hands out a function that replaces a part of the text and takes the focus. */
  onReady: (replace: (from: number, to: number, text: string) => void) => void;
}

const underlined = (problem: { diagnostic: MappingDiagnostic }) => Decoration.mark({ class: problem.diagnostic.error ? 'usher-problem' : 'usher-problem usher-warning' });

const underlines = EditorView.decorations.compute([problems], (state): DecorationSet =>
  Decoration.set(
    state.field(problems).filter(({ from, to }) => from < to).map((problem) => underlined(problem).range(problem.from, problem.to)),
    true,
  ),
);

/** The expression editor: CodeMirror with Entra's language. The text belongs to the parent. */
export function ExpressionEditor(props: Props) {
  const styles = useStyles();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (host.current === null) return undefined;
    const { label, value } = latest.current;
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          // Before all others: Esc, Tab and Enter mean something else while a list is open.
          editorKeys,
          completion,
          closeBrackets(),
          history(),
          keymap.of([...closeBracketsKeymap, ...historyKeymap, ...defaultKeymap]),
          lineNumbers(),
          drawSelection(),
          EditorView.lineWrapping,
          expressionSupport,
          facts,
          problems,
          underlines,
          help,
          // The drawer scrolls and cuts off; what opens beside the text must not be cut.
          tooltips({ position: 'fixed' }),
          editorTheme,
          EditorView.contentAttributes.of(() => {
            const { describedBy, diagnostics } = latest.current;
            return { 'aria-label': label, 'aria-describedby': describedBy, 'aria-invalid': String(diagnostics.some((each) => each.error)), spellcheck: 'false', 'data-testid': 'expression-editor' };
          }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
            if (update.docChanged || update.selectionSet) latest.current.onPlace(placeOf(update.state));
          }),
        ],
      }),
    });
    view.current = made;
    latest.current.onReady((from, to, text) => {
      made.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length }, userEvent: 'input.complete' });
      made.focus();
    });
    return () => {
      made.destroy();
      view.current = undefined;
    };
  }, []);

  // Only a text that came from elsewhere is put in: what was typed here is there already, with its cursor.
  useEffect(() => {
    const here = view.current;
    if (here === undefined || here.state.doc.toString() === props.value) return;
    here.dispatch({ changes: { from: 0, to: here.state.doc.length, insert: props.value } });
  }, [props.value]);

  useEffect(() => view.current?.dispatch({ effects: setFacts.of(props.facts) }), [props.facts]);

  const { diagnostics, checked } = props;
  useEffect(() => {
    const here = view.current;
    if (here === undefined || here.state.doc.toString() !== checked) return;
    here.dispatch({ effects: setProblems.of(placed(diagnostics, here.state.doc.length)) });
  }, [diagnostics, checked]);

  const wrong = diagnostics.some((each) => each.error);
  return <div ref={host} className={mergeClasses(styles.box, wrong && styles.wrong)} />;
}

function placeOf(state: EditorState): Place {
  const { head } = state.selection.main;
  const line = state.doc.lineAt(head);
  return { line: line.number, column: head - line.from + 1 };
}
