import { CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { buildParserFile } from '@lezer/generator';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { complete } from '../features/mappings/language/completion';
import { expressionSupport } from '../features/mappings/language/expression';
import { callAt, facts, parameterOf, placed, problems, setFacts } from '../features/mappings/language/facts';
import { helpAt } from '../features/mappings/language/help';
import { parser } from '../features/mappings/language/parser';
import type { FunctionInfo, MappingDiagnostic } from '../generated/bridge';

const HERE = join(import.meta.dirname, '../features/mappings/language');

const info = (name: string, parameters: string[], repeating = 0): FunctionInfo => ({ name, signature: `${name}(${parameters.join(', ')})`, parameters: parameters.map((each) => ({ name: each, required: true })), repeating, summary: `${name} works.`, example: `${name}()`, usable: true });
const known = {
  functions: [info('Join', ['separator', 'source'], 1), info('Now', []), { ...info('NumericValue', []), usable: false }, info('Switch', ['source', 'defaultValue', 'key', 'value'], 2)],
  attributes: ['department', 'mail'].map((name) => ({ name, value_type: 'string', filterable: false, required: false })),
  values: new Map([['department', 'Sales']]),
  person: 'Ana',
};

/** The state for a text in which `|` stands for the cursor. */
function at(text: string): { state: EditorState; pos: number } {
  const pos = text.indexOf('|');
  const state = EditorState.create({ doc: text.replace('|', ''), extensions: [expressionSupport, facts, problems] });
  return { state: state.update({ effects: setFacts.of(known) }).state, pos };
}

describe('the grammar', () => {
  // Lezer's trees print themselves; their own type does not say so.
  const tree = (text: string) => {
    const parsed: { toString: () => string } = parser.parse(text);
    return parsed.toString();
  };

  it('is the one that the parser was generated from', () => {
    const made = buildParserFile(readFileSync(join(HERE, 'entra.grammar'), 'utf8'), { typeScript: true });
    expect(readFileSync(join(HERE, 'parser.ts'), 'utf8')).toBe(made.parser);
    expect(readFileSync(join(HERE, 'parser.terms.ts'), 'utf8')).toBe(made.terms);
  });

  it.each([
    ['', 'Expression'],
    ['[mail]', 'Expression(Attribute)'],
    ['"8"', 'Expression(Text)'],
    ['Now ( )', 'Expression(Call(FunctionName,Arguments("(",")")))'],
    ['Switch([IsSoftDeleted], , "False")', 'Expression(Call(FunctionName,Arguments("(",Attribute,",",",",Text,")")))'],
    ['Join(" / ", [a],)', 'Expression(Call(FunctionName,Arguments("(",Text,",",Attribute,",",")")))'],
    ['IIF([a]<>"x", -1, &H1f)', 'Expression(Call(FunctionName,Arguments("(",Attribute,Compare,Text,",",Number,",",Number,")")))'],
    ['InStr([a], "b", 1, vbTextCompare)', 'Expression(Call(FunctionName,Arguments("(",Attribute,",",Text,",",Number,",",Word,")")))'],
    ['"a \\" b \\\\"', 'Expression(Text)'],
    ['[urn:x:y.z_1 a(b),"]', 'Expression(Attribute)'],
    ['Join("a', 'Expression(Call(FunctionName,Arguments("(",OpenText,⚠)))'],
    ['Join([dep', 'Expression(Call(FunctionName,Arguments("(",OpenAttribute,⚠)))'],
  ])('reads %s', (text, expected) => {
    expect(tree(text)).toBe(expected);
  });

  it('goes on after a mistake', () => {
    expect(tree("Join('x', [mail])")).toContain('Attribute');
  });

  it('stays fast on a hostile text', () => {
    const began = performance.now();
    parser.parse('Join('.repeat(2_000));
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('completion', () => {
  const labels = (text: string, explicit = false): string[] | undefined => {
    const { state, pos } = at(text);
    return (complete(new CompletionContext(state, pos, explicit)))?.options.map((option) => option.displayLabel ?? option.label);
  };

  it('offers attributes inside brackets, with this person\'s value', () => {
    const { state, pos } = at('Join("x", [dep|])');
    const result = complete(new CompletionContext(state, pos, false)) as CompletionResult;
    expect(result.from).toBe(11);
    expect(result.options.map((option) => [option.label, option.detail])).toEqual([['department', 'Sales'], ['mail', 'empty']]);
  });

  it('offers usable functions and attributes where a value may stand', () => {
    expect(labels('Jo|')).toEqual(['Join', 'Now', 'Switch', '[department]', '[mail]']);
    expect(labels('Join(|', true)).toContain('[mail]');
  });

  it('is quiet inside a text and where nobody asked', () => {
    expect(labels('Join("Jo|', true)).toBeUndefined();
    expect(labels('Join(" ", |')).toBeUndefined();
    expect(labels('Join("[", Jo|')).toContain('Join');
  });
});

describe('help', () => {
  it('knows which argument of which call the cursor is in', () => {
    const call = (text: string) => {
      const { state, pos } = at(text);
      const found = callAt(state, pos);
      return found === undefined ? undefined : [found.name, found.argument];
    };
    expect(call('Join("a, (b", [x,y], |')).toEqual(['Join', 2]);
    expect(call('Join(Now(), Switch([a], |')).toEqual(['Switch', 1]);
    expect(call('Join(Now(), |')).toEqual(['Join', 1]);
    expect(call('Join(Now())|')).toBeUndefined();
  });

  it('goes round the parameters that repeat', () => {
    const [, , , switchInfo] = known.functions;
    if (switchInfo === undefined) throw new Error('Switch is known');
    expect([0, 1, 2, 3, 4, 5, 6].map((argument) => parameterOf(switchInfo, argument))).toEqual([0, 1, 2, 3, 2, 3, 2]);
  });

  it('says what stands under the pointer', () => {
    const said = (text: string) => {
      const { state, pos } = at(text);
      return helpAt(state, pos, 1)?.dom().textContent;
    };
    expect(said('Jo|in(" ", [mail])')).toContain('Join works.');
    expect(said('Join(" ", [dep|artment])')).toBe('department, string. For Ana: Sales');
    expect(said('Join(" ", [ma|il])')).toContain('empty');
    expect(said('Join("| ", [mail])')).toBeUndefined();
  });

  it('never takes a value for markup', () => {
    const { state, pos } = at('[dep|artment]');
    const hostile = state.update({ effects: setFacts.of({ ...known, values: new Map([['department', '<img src=x>']]) }) }).state;
    expect(syntaxTree(hostile).length).toBeGreaterThan(0);
    expect(helpAt(hostile, pos, 1)?.dom().querySelector('img')).toBeNull();
  });
});

describe('the places of diagnostics', () => {
  const diagnostic = (start: number, end: number): MappingDiagnostic => ({ code: 'X', error: true, place: { start, end }, message: { id: 'x' }, candidates: [] });

  it('are cut to the text, and what is missing at the end is shown on the last letter', () => {
    const found = placed([diagnostic(2, 4), diagnostic(5, 5), diagnostic(7, 99)], 5).map(({ from, to }) => [from, to]);
    expect(found).toEqual([[2, 4], [4, 5], [4, 5]]);
  });

  it('leave out what is not about the text', () => {
    const { place: _place, ...rest } = diagnostic(0, 1);
    expect(placed([rest], 5)).toEqual([]);
  });
});
