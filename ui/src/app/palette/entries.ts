import { t } from '../../text/messages';

export type Kind = 'page' | 'connection' | 'command' | 'setting' | 'person';

/** Something that the palette offers. */
export interface Entry {
  /** Stable, also the end of its test id. */
  key: string;
  kind: Kind;
  label: string;
  /** A second line: where it belongs, or what it is now. */
  detail?: string;
  /** Its shortcut, where one exists. */
  keys?: string;
  /** Why it can't be used now. It stays in the list, so that a person learns that it exists and what it waits for. */
  why?: string;
  /** A command that is found among the settings too. */
  setting?: true;
  run: () => void;
}

/** `connections` is what Ctrl+P opens. */
export type PaletteMode = 'all' | 'connections';

export const kinds: readonly Kind[] = ['page', 'connection', 'command', 'setting', 'person'];

/** The signs that limit the list, as the first thing that is typed. */
const limits: Readonly<Record<string, (entry: Entry) => boolean>> = {
  '>': (entry) => entry.kind === 'command',
  '@': (entry) => entry.kind === 'person',
  '#': (entry) => entry.kind === 'setting' || entry.setting === true,
};

export interface Wanted {
  sign: string;
  text: string;
}

export function wantedOf(typed: string): Wanted {
  const text = typed.trimStart();
  const sign = text.slice(0, 1);
  return sign in limits ? { sign, text: text.slice(1).trim() } : { sign: '', text: text.trim() };
}

/** What is left of the entries, kind by kind. Names that begin with what was typed come first within their kind. */
export function matching(entries: readonly Entry[], mode: PaletteMode, { sign, text }: Wanted): Entry[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter((word) => word !== '');
  const first = words.join(' ');
  const begins = (entry: Entry) => entry.label.toLocaleLowerCase().startsWith(first);
  const passes = (entry: Entry) => {
    if (mode === 'connections' && entry.kind !== 'connection') return false;
    if (limits[sign]?.(entry) === false) return false;
    // People were searched by the directory, which knows more of their names than is shown here.
    if (entry.kind === 'person') return true;
    const all = `${entry.label} ${entry.detail ?? ''}`.toLocaleLowerCase();
    return words.every((word) => all.includes(word));
  };
  const left = entries.filter(passes);
  return kinds.flatMap((kind) => {
    const own = left.filter((entry) => entry.kind === kind);
    return [...own.filter(begins), ...own.filter((entry) => !begins(entry))];
  });
}

export function kindTitle(kind: Kind): string {
  switch (kind) {
    case 'page':
      return t('palette-pages');
    case 'connection':
      return t('home-title');
    case 'command':
      return t('palette-commands');
    case 'setting':
      return t('nav-settings');
    case 'person':
      return t('step-people');
  }
}
