import type { MappingRow, SourceKind } from '../../generated/bridge';
import { id, t } from '../../text/messages';

export const kindWords: Record<SourceKind, string> = {
  attribute: id('kind-attribute'),
  constant: id('kind-constant'),
  expression: id('kind-expression'),
  none: id('kind-none'),
};

/** Enterprise attributes by their short name; the full URN is in the tooltip and the drawer. */
export function shortTarget(target: string): string {
  return target.startsWith('urn:') ? target.slice(target.lastIndexOf(':') + 1) : target;
}

/** The source as Entra writes it. */
export function sourceText(row: MappingRow): string {
  switch (row.kind) {
    case 'attribute':
      return `[${row.value}]`;
    case 'constant':
      return `"${row.value}"`;
    case 'expression':
      return row.value;
    case 'none':
      return t('kind-none');
  }
}
