import { FluentBundle, FluentResource, type FluentVariable } from '@fluent/bundle';
import type { Message } from '../generated/bridge';

/** Every catalogue: `en.ftl` and what the commands add beside it. One catalogue serves window and terminal. */
const catalogues = import.meta.glob<string>('../../../crates/commands/messages/*.ftl', {
  query: '?raw',
  import: 'default',
  eager: true,
});

// Without isolation marks: they would end up in copied text and in accessible names.
const bundle = new FluentBundle('en', { useIsolating: false });
for (const source of Object.values(catalogues)) bundle.addResource(new FluentResource(source));

export type Args = Record<string, FluentVariable>;

/** Marks an id that reaches `t` through a table, so that the catalogue's test sees it. */
export const id = (messageId: string): string => messageId;

/** Whether the catalogue knows an id. */
export const known = (messageId: string): boolean => bundle.hasMessage(messageId);

/** The sentence of an id. An id that the catalogue lacks is shown as it is, with its arguments. */
export function t(messageId: string, args?: Args): string {
  const pattern = bundle.getMessage(messageId)?.value;
  if (pattern === undefined || pattern === null) return honest(messageId, args);
  const errors: Error[] = [];
  return bundle.formatPattern(pattern, args ?? null, errors);
}

/** The sentence of a message from Rust. */
export const say = (message: Message): string => t(message.id, message.args);

function honest(messageId: string, args?: Args): string {
  const pairs = Object.entries(args ?? {}).map(([name, value]) => `${name}: ${String(value)}`);
  return pairs.length === 0 ? messageId : `${messageId} (${pairs.join(', ')})`;
}
