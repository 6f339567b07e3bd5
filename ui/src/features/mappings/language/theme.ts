import { tokens } from '@fluentui/react-components';
import { EditorView } from '@codemirror/view';

/** The editor in Fluent's tokens, so that light, dark and high contrast come from the one theme. */
export const editorTheme = EditorView.theme({
  '&': { color: tokens.colorNeutralForeground1, backgroundColor: tokens.colorNeutralBackground1, fontSize: '12px' },
  '&:focus-within': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: tokens.fontFamilyMonospace, lineHeight: '20px', minHeight: '132px', maxHeight: '240px' },
  '.cm-content': { padding: '8px 0', caretColor: tokens.colorNeutralForeground1 },
  '.cm-line': { padding: '0 10px 0 6px' },
  '.cm-gutters': { backgroundColor: tokens.colorNeutralBackground2, color: tokens.colorNeutralForeground3, borderRight: `1px solid ${tokens.colorNeutralStroke2}` },
  '.cm-cursor': { borderLeftColor: tokens.colorNeutralForeground1 },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection': { backgroundColor: `${tokens.colorBrandBackground2Pressed} !important` },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: 'transparent', outline: `1px solid ${tokens.colorNeutralStrokeAccessible}` },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'transparent', outline: `1px dashed ${tokens.colorPaletteRedForeground1}` },
  // One by one: WebKit takes no style in the short form, and then draws no line at all.
  '.usher-problem': {
    textDecorationLine: 'underline',
    textDecorationStyle: 'wavy',
    textDecorationColor: tokens.colorPaletteRedForeground1,
    textDecorationThickness: '1.5px',
    textUnderlineOffset: '3px',
    textDecorationSkipInk: 'none',
  },
  '.usher-problem.usher-warning': { textDecorationColor: tokens.colorStatusWarningForeground1 },
  '.cm-tooltip': {
    backgroundColor: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground1,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: '6px',
    boxShadow: tokens.shadow16,
    maxWidth: '440px',
    zIndex: '10',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: tokens.fontFamilyMonospace, fontSize: '12px', maxHeight: '216px', minWidth: '220px', maxWidth: 'min(400px, 90vw)', padding: '4px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { display: 'flex', columnGap: '16px', alignItems: 'baseline', padding: '4px 8px', lineHeight: '18px', borderRadius: '4px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: tokens.colorNeutralBackground1Selected,
    color: tokens.colorNeutralForeground1Selected,
    outline: `2px solid ${tokens.colorStrokeFocus2}`,
    outlineOffset: '-2px',
  },
  '.cm-completionLabel': { flexGrow: '1', whiteSpace: 'nowrap' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700', color: tokens.colorBrandForeground2 },
  '.cm-completionDetail': { fontStyle: 'normal', fontFamily: tokens.fontFamilyBase, color: tokens.colorNeutralForeground2, marginLeft: '0', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap', maxWidth: '220px' },
  '.cm-tooltip-autocomplete li[aria-selected] :is(.cm-completionDetail, .cm-completionMatchedText)': { color: tokens.colorNeutralForeground1Selected },
  '.cm-tooltip.cm-completionInfo': { padding: '8px 12px', width: '280px' },
  '.usher-help': { padding: '6px 10px', fontFamily: tokens.fontFamilyBase, fontSize: '12px', lineHeight: '18px', overflowWrap: 'anywhere' },
  '.cm-completionInfo .usher-help': { padding: '0' },
  '.usher-signature': { fontFamily: tokens.fontFamilyMonospace },
  '.usher-parameter': { textDecoration: 'underline' },
  '.usher-summary': { marginTop: '4px' },
  '.usher-example': { marginTop: '4px', fontFamily: tokens.fontFamilyMonospace, color: tokens.colorNeutralForeground2 },
});
