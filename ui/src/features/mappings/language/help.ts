import { syntaxTree } from '@codemirror/language';
import { StateField, type EditorState, type Extension } from '@codemirror/state';
import { hoverTooltip, showTooltip, type Tooltip } from '@codemirror/view';
import type { FunctionInfo } from '../../../generated/bridge';
import { say, t } from '../../../text/messages';
import { callAt, facts, parameterOf, problems } from './facts';

/** Built from text nodes only: an attribute's value is somebody's, and never markup. */
function element(tag: string, className: string, ...children: (string | Node)[]): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}

/** A function's signature, what it does, and an example. */
export function functionHelp(info: FunctionInfo, argument?: number): HTMLElement {
  const signature = element('div', 'usher-signature', `${info.name}(`);
  const at = argument === undefined ? -1 : parameterOf(info, argument);
  info.parameters.forEach((parameter, index) => {
    if (index > 0) signature.append(', ');
    const name = parameter.required ? parameter.name : `[${parameter.name}]`;
    signature.append(index === at ? element('strong', 'usher-parameter', name) : name);
  });
  signature.append(info.repeating > 0 ? ', ...)' : ')');
  const help = element('div', 'usher-help', signature, element('div', 'usher-summary', info.summary));
  if (argument === undefined) help.append(element('div', 'usher-example', t('editor-example', { example: info.example })));
  return help;
}

/** What stands at a place, in words; undefined where there is nothing to say. */
export function helpAt(state: EditorState, at: number, side: -1 | 1): { from: number; to: number; dom: () => HTMLElement } | undefined {
  const found = state.field(problems).find((problem) => problem.from <= at && at <= problem.to);
  if (found !== undefined) return { from: found.from, to: found.to, dom: () => element('div', 'usher-help', say(found.diagnostic.message)) };
  const node = syntaxTree(state).resolveInner(at, side);
  const text = state.sliceDoc(node.from, node.to);
  const known = state.field(facts);
  if (node.name === 'FunctionName') {
    const info = known.functions.find((each) => each.name === text);
    return info === undefined ? undefined : { from: node.from, to: node.to, dom: () => functionHelp(info) };
  }
  if (node.name === 'Attribute') {
    const name = text.slice(1, -1);
    const attribute = known.attributes.find((each) => each.name === name);
    if (attribute === undefined) return undefined;
    const value = known.values.get(name) ?? t('editor-no-value');
    const said = known.person === '' ? t('editor-attribute', { name, type: attribute.value_type }) : t('editor-attribute-of', { name, type: attribute.value_type, person: known.person, value });
    return { from: node.from, to: node.to, dom: () => element('div', 'usher-help', said) };
  }
  return undefined;
}

const asTooltip = (dom: HTMLElement, label: string): HTMLElement => {
  dom.setAttribute('role', 'tooltip');
  dom.setAttribute('aria-label', label);
  return dom;
};

const hover = hoverTooltip(
  (view, at, side) => {
    const found = helpAt(view.state, at, side);
    return found === undefined ? null : { pos: found.from, end: found.to, above: true, create: () => ({ dom: asTooltip(found.dom(), t('editor-help')) }) };
  },
  { hoverTime: 300 },
);

function signature(state: EditorState): Tooltip | null {
  const { main } = state.selection;
  if (!main.empty) return null;
  const call = callAt(state, main.head);
  const info = call === undefined ? undefined : state.field(facts).functions.find((each) => each.name === call.name);
  if (call === undefined || info === undefined) return null;
  const { argument, start } = call;
  return { pos: start, above: true, create: () => ({ dom: asTooltip(functionHelp(info, argument), t('editor-signature', { name: info.name })) }) };
}

/** Shown while somebody writes, and not just because the cursor stands there when the drawer opens. */
const signatureHelp = StateField.define<Tooltip | null>({
  create: () => null,
  update: (value, transaction) => (transaction.docChanged || (value !== null && transaction.selection !== undefined) ? signature(transaction.state) : value),
  provide: (field) => showTooltip.from(field),
});

export const help: Extension = [hover, signatureHelp];
