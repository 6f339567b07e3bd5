import { autocompletion, pickedCompletion, type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import type { FunctionInfo } from '../../../generated/bridge';
import { t } from '../../../text/messages';
import { facts, type Facts } from './facts';
import { functionHelp } from './help';

/** Functions by name, attributes inside brackets or anywhere a value may stand. */
export function complete(context: CompletionContext): CompletionResult | null {
  const known = context.state.field(facts);
  // Inside a text there is nothing to complete.
  const before = context.state.doc.sliceString(0, context.pos);
  const outside = before.replace(/"(?:[^"\\]|\\[^])*"|\[[^\]]*\]/g, '');
  if (outside.includes('"')) return null;
  const bracket = context.matchBefore(/\[[^[\]"(),]*/);
  if (bracket !== null) return { from: bracket.from + 1, options: attributes(known, false), validFor: /^[^[\]"(),]*$/ };
  const word = context.matchBefore(/[\p{L}][\p{L}\p{N}]*/u);
  if (word === null && !context.explicit) return null;
  return { from: word?.from ?? context.pos, options: [...known.functions.filter((info) => info.usable).map(ofFunction), ...attributes(known, true)], validFor: /^[\p{L}\p{N}]*$/u };
}

function ofFunction(info: FunctionInfo): Completion {
  return {
    label: info.name,
    type: 'function',
    detail: info.signature.slice(info.name.length),
    info: () => functionHelp(info),
    apply: (view, completion, from, to) => {
      const opened = view.state.sliceDoc(to, to + 1) === '(';
      const none = info.parameters.length === 0;
      // The cursor goes between the brackets, or after them where there is nothing to write.
      const insert = opened ? info.name : `${info.name}()`;
      view.dispatch({
        changes: { from, to, insert },
        selection: { anchor: from + info.name.length + (opened ? 1 : none ? 2 : 1) },
        annotations: pickedCompletion.of(completion),
        userEvent: 'input.complete',
      });
    },
  };
}

function attributes(known: Facts, bare: boolean): Completion[] {
  return known.attributes.map((attribute) => ({
    label: attribute.name,
    displayLabel: bare ? `[${attribute.name}]` : attribute.name,
    type: 'property',
    detail: known.person === '' ? attribute.value_type : (known.values.get(attribute.name) ?? t('editor-no-value')),
    boost: known.values.has(attribute.name) ? 1 : 0,
    apply: (view, completion, from, to) => insertAttribute(view, completion, attribute.name, from, to, bare),
  }));
}

function insertAttribute(view: EditorView, completion: Completion, name: string, from: number, to: number, bare: boolean): void {
  const closed = !bare && view.state.sliceDoc(to, to + 1) === ']';
  const text = bare ? `[${name}]` : closed ? name : `${name}]`;
  view.dispatch({
    changes: { from, to, insert: text },
    selection: { anchor: from + text.length + (closed ? 1 : 0) },
    annotations: pickedCompletion.of(completion),
    userEvent: 'input.complete',
  });
}

export const completion = autocompletion({
  override: [complete],
  icons: false,
  maxRenderedOptions: 60,
  activateOnTypingDelay: 60,
  // The list is there when it is seen: keys that come right after it count.
  interactionDelay: 0,
  optionClass: (option) => (option.type === 'function' ? 'usher-function' : 'usher-attribute'),
});
