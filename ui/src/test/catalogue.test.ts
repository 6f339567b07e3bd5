import { FluentResource } from '@fluent/bundle';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { known, t } from '../text/messages';

const SRC = join(import.meta.dirname, '..');
const MESSAGES = join(SRC, '../../crates/commands/messages');

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'test' || name === 'generated' ? [] : sources(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

/** Ids as `t('…')`, `id('…')` and the two branches of `t(x ? '…' : '…')` name them. */
function idsOf(text: string): string[] {
  const direct = [...text.matchAll(/\b(?:t|id|messageId|unreadable)\(\s*'([a-z][\w-]*)'/g)].map((match) => match[1]);
  const branches = [...text.matchAll(/\bt\([^()'\n]*\?\s*'([\w-]+)'\s*:\s*'([\w-]+)'/g)].flatMap((match) => [match[1], match[2]]);
  const objects = [...text.matchAll(/\{ id: '([\w-]+)' \}/g)].map((match) => match[1]);
  return [...direct, ...branches, ...objects].filter((found): found is string => found !== undefined);
}

describe('the catalogue', () => {
  const used = sources(SRC).flatMap((path) => idsOf(readFileSync(path, 'utf8')).map((messageId) => ({ path, messageId })));

  it('has every id that the window uses', () => {
    expect(used.length).toBeGreaterThan(500);
    expect(used.filter(({ messageId }) => !known(messageId))).toEqual([]);
  });

  it('defines no id twice, also not across its files', () => {
    const ids = readdirSync(MESSAGES)
      .filter((name) => name.endsWith('.ftl'))
      .flatMap((name) => [...readFileSync(join(MESSAGES, name), 'utf8').matchAll(/^([a-zA-Z][\w-]*) =/gm)].map((match) => match[1]));
    expect(ids.filter((messageId, at) => ids.indexOf(messageId) !== at)).toEqual([]);
  });

  it('parses whole: no entry is lost to a typing mistake', () => {
    const text = readFileSync(join(MESSAGES, 'en.ftl'), 'utf8');
    const written = [...text.matchAll(/^([a-zA-Z][\w-]*) =/gm)].length;
    expect(new FluentResource(text).body.length).toBe(written);
  });

  it('chooses the plural', () => {
    expect(t('fix-to-continue', { count: 1 })).toBe('Fix one item to continue');
    expect(t('fix-to-continue', { count: 3 })).toBe('Fix 3 items to continue');
  });

  it('shows an unknown id as it is, with its arguments', () => {
    expect(t('no-such-sentence', { count: 2, name: 'Ada' })).toBe('no-such-sentence (count: 2, name: Ada)');
  });
});
