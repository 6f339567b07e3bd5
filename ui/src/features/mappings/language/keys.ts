import { acceptCompletion, completionKeymap, completionStatus } from '@codemirror/autocomplete';
import { indentLess, indentMore } from '@codemirror/commands';
import { StateEffect, StateField, type Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { t } from '../../../text/messages';

const setLeaving = StateEffect.define<boolean>();

/** After Esc the Tab key leaves the editor, until something is typed or the focus goes. */
const leaving = StateField.define<boolean>({
  create: () => false,
  update: (value, transaction) => {
    for (const effect of transaction.effects) if (effect.is(setLeaving)) return effect.value;
    return value && !transaction.docChanged;
  },
});

function leave(view: EditorView): boolean {
  // The second Esc belongs to whatever the editor stands in.
  if (view.state.field(leaving)) return false;
  view.dispatch({ effects: [setLeaving.of(true), EditorView.announce.of(t('editor-tab-leaves'))] });
  return true;
}

/** Tab takes the completion, indents, or after Esc leaves. */
export const editorKeys: Extension = [
  leaving,
  EditorView.domEventHandlers({
    blur: (_, view) => {
      if (view.state.field(leaving)) view.dispatch({ effects: setLeaving.of(false) });
    },
  }),
  keymap.of([
    { key: 'Tab', run: (view) => completionStatus(view.state) === 'active' && acceptCompletion(view) },
    ...completionKeymap,
    { key: 'Escape', run: leave },
    {
      key: 'Tab',
      run: (view) => !view.state.field(leaving) && indentMore(view),
      shift: (view) => !view.state.field(leaving) && indentLess(view),
    },
  ]),
];
