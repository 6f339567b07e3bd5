import { makeStyles, tokens } from '@fluentui/react-components';

/** Arrangements that several pages share. Spacing follows the 4 px grid. */
export const useLayout = makeStyles({
  stack: { display: 'flex', flexDirection: 'column', rowGap: '16px', minWidth: 0 },
  tight: { display: 'flex', flexDirection: 'column', rowGap: '8px', minWidth: 0 },
  row: { display: 'flex', alignItems: 'center', columnGap: '8px', rowGap: '8px', flexWrap: 'wrap', minWidth: 0 },
  end: { display: 'flex', justifyContent: 'flex-end', columnGap: '8px', rowGap: '8px', flexWrap: 'wrap' },
  grow: { flexGrow: 1, minWidth: 0 },
  withSide: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) 280px',
    columnGap: '20px',
    rowGap: '16px',
    alignItems: 'start',
    '@media (max-width: 1199px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  halves: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)',
    columnGap: '20px',
    rowGap: '16px',
    alignItems: 'start',
    '@media (max-width: 899px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  muted: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, lineHeight: tokens.lineHeightBase200 },
  body: { color: tokens.colorNeutralForeground2, margin: 0, fontSize: '13px', lineHeight: '18px' },
  plain: { margin: 0 },
  strong: { fontWeight: tokens.fontWeightSemibold },
  mono: { fontFamily: tokens.fontFamilyMonospace, fontSize: '12px', overflowWrap: 'anywhere' },
  number: { fontVariantNumeric: 'tabular-nums' },
  big: { fontSize: '24px', lineHeight: '32px', fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: 'tabular-nums' },
  visuallyHidden: {
    position: 'absolute',
    width: '1px',
    height: '1px',
    overflow: 'hidden',
    clipPath: 'inset(50%)',
    whiteSpace: 'nowrap',
  },
  list: { listStyleType: 'none', margin: 0, padding: 0 },
  truncate: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
});
