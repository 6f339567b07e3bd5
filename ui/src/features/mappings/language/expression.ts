import { bracketMatching, HighlightStyle, LanguageSupport, LRLanguage, syntaxHighlighting } from '@codemirror/language';
import { styleTags, tags } from '@lezer/highlight';
import { tokens } from '@fluentui/react-components';
import { parser } from './parser';

/** Entra's expression language for the editor. */
export const expressionLanguage = LRLanguage.define({
  name: 'entra-expression',
  parser: parser.configure({
    props: [
      styleTags({
        'FunctionName/...': tags.function(tags.variableName),
        'Attribute OpenAttribute': tags.propertyName,
        'Text OpenText': tags.string,
        Number: tags.number,
        'Word/...': tags.keyword,
        Compare: tags.compareOperator,
        '( )': tags.paren,
        ',': tags.separator,
      }),
    ],
  }),
  languageData: { closeBrackets: { brackets: ['(', '[', '"'] } },
});

// Colours come from the theme. Weight, brackets, quotes and slant say the same, for whoever does not see the colour.
const colours = HighlightStyle.define([
  { tag: tags.function(tags.variableName), color: tokens.colorPaletteBerryForeground1, fontWeight: '700' },
  { tag: tags.propertyName, color: tokens.colorBrandForeground2 },
  { tag: tags.string, color: tokens.colorStatusSuccessForeground1 },
  { tag: tags.number, color: tokens.colorPaletteRedForeground1, fontStyle: 'italic' },
  { tag: tags.keyword, fontStyle: 'italic', fontWeight: '700' },
  { tag: [tags.paren, tags.separator, tags.compareOperator], color: tokens.colorNeutralForeground2 },
]);

export const expressionSupport = new LanguageSupport(expressionLanguage, [syntaxHighlighting(colours), bracketMatching({ brackets: '()[]' })]);
