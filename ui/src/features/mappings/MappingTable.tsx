import { createCustomFocusIndicatorStyle, makeStyles, tokens } from '@fluentui/react-components';
import { ArrowRightRegular, ArrowSwapRegular, ChevronRightRegular, KeyRegular, MathFormulaRegular, SubtractCircleRegular, TextQuoteRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { ResultIcon, resultWord, Tag } from '../../components/status';
import type { MappingHelp, MappingRow, SourceKind } from '../../generated/bridge';
import { say, t } from '../../text/messages';
import { kindWords, shortTarget, sourceText } from './words';

const useStyles = makeStyles({
  table: { width: '100%', borderCollapse: 'collapse', fontSize: '13px', lineHeight: '18px', tableLayout: 'fixed' },
  head: { boxSizing: 'border-box', textAlign: 'left', padding: '10px 8px 10px 16px', fontWeight: tokens.fontWeightSemibold, borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  row: {
    // Not Fluent's own hover colour: in high contrast it is a bright one, under words with colours of their own.
    '&:hover': { backgroundColor: tokens.colorNeutralBackground3 },
    '&:not(:last-child)': { borderBottom: `1px solid ${tokens.colorNeutralStroke3}` },
  },
  cell: { textAlign: 'left', padding: '8px 8px 8px 16px', verticalAlign: 'middle', fontWeight: tokens.fontWeightRegular, overflow: 'hidden' },
  source: { fontFamily: tokens.fontFamilyMonospace, fontSize: '12px', color: tokens.colorBrandForeground2, overflowWrap: 'anywhere' },
  constant: { color: tokens.colorStatusSuccessForeground1 },
  arrow: { fontSize: '16px', color: tokens.colorNeutralForeground3, display: 'flex' },
  open: {
    border: 'none',
    backgroundColor: 'transparent',
    color: 'inherit',
    font: 'inherit',
    fontWeight: tokens.fontWeightSemibold,
    padding: '2px 0',
    cursor: 'pointer',
    textAlign: 'left',
    minHeight: '24px',
    overflowWrap: 'anywhere',
    ...createCustomFocusIndicatorStyle({ outline: `2px solid ${tokens.colorStrokeFocus2}`, borderRadius: '2px' }),
    '&:hover': { textDecorationLine: 'underline' },
  },
  kind: { display: 'flex', alignItems: 'center', columnGap: '8px', '& svg': { width: '16px', height: '16px', display: 'block' } },
  finding: { display: 'flex', columnGap: '6px', alignItems: 'flex-start', marginTop: '2px', fontSize: '12px' },
  narrow: { width: '44px' },
  sourceColumn: { width: '27%' },
  // The longest usual name, employeeNumber, stays in one piece.
  targetColumn: { width: '22%' },
  kindColumn: { width: '132px' },
  match: { width: '88px' },
  go: { width: '40px' },
});

const kindIcons: Record<SourceKind, React.ReactNode> = {
  attribute: <ArrowSwapRegular />,
  constant: <TextQuoteRegular />,
  expression: <MathFormulaRegular />,
  none: <SubtractCircleRegular />,
};

/** Value from Microsoft Entra, attribute at GoTo, kind, match, and what it gives for one person. */
export function MappingTable({ rows, help, onOpen }: { rows: readonly MappingRow[]; help?: MappingHelp; onOpen: (index: number, row: MappingRow) => void }) {
  const styles = useStyles();
  const layout = useLayout();
  const sampleOf = help?.sample_of ?? '';
  return (
    <table className={styles.table} data-testid="mapping-table">
      <thead>
        <tr>
          <th scope="col" className={`${styles.head} ${styles.sourceColumn}`}>{t('mapping-column-source')}</th>
          <th scope="col" className={`${styles.head} ${styles.narrow}`}><span className={layout.visuallyHidden}>{t('mapping-column-arrow')}</span></th>
          <th scope="col" className={`${styles.head} ${styles.targetColumn}`}>{t('mapping-column-target')}</th>
          <th scope="col" className={`${styles.head} ${styles.kindColumn}`}>{t('mapping-column-kind')}</th>
          <th scope="col" className={styles.head}>{sampleOf === '' ? t('mapping-column-sample') : t('mapping-column-sample-of', { name: sampleOf })}</th>
          <th scope="col" className={`${styles.head} ${styles.match}`}>{t('mapping-column-match')}</th>
          <th scope="col" className={`${styles.head} ${styles.go}`}><span className={layout.visuallyHidden}>{t('column-choose')}</span></th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={`${row.target} ${index}`} className={styles.row} onClick={() => onOpen(index, row)} data-testid={`mapping-${row.target}`}>
            <td className={styles.cell}>
              <span className={row.kind === 'constant' ? `${styles.source} ${styles.constant}` : styles.source}>{sourceText(row)}</span>
              {(help?.findings ?? [])
                .filter((finding) => finding.target === row.target)
                .map((finding, at) => (
                  <span key={`${finding.message.id} ${at}`} className={styles.finding}>
                    <ResultIcon result={finding.result} />
                    <span>
                      <span className={layout.visuallyHidden}>{`${resultWord(finding.result)}: `}</span>
                      {say(finding.message)}
                    </span>
                  </span>
                ))}
            </td>
            <td className={styles.cell}>
              <span className={styles.arrow} aria-hidden>
                <ArrowRightRegular />
              </span>
            </td>
            <th scope="row" className={styles.cell} title={row.target}>
              <button
                type="button"
                className={styles.open}
                onClick={(event) => {
                  event.stopPropagation();
                  onOpen(index, row);
                }}
                aria-label={t('mapping-edit-name', { target: row.target })}
              >
                {shortTarget(row.target)}
              </button>
              <div className={layout.muted}>{help?.target_attributes.find((attribute) => attribute.name === row.target)?.value_type ?? ''}</div>
            </th>
            <td className={styles.cell}>
              <span className={styles.kind}>
                <span aria-hidden>{kindIcons[row.kind]}</span>
                {t(kindWords[row.kind])}
              </span>
            </td>
            <td className={styles.cell}>
              <Sample row={row} {...(help === undefined ? {} : { help })} />
            </td>
            <td className={styles.cell}>{row.matching > 0 ? <Tag tone="brand" icon={<KeyRegular />}>{String(row.matching)}</Tag> : '–'}</td>
            <td className={styles.cell}>
              <span className={styles.arrow} aria-hidden>
                <ChevronRightRegular />
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Sample({ row, help }: { row: MappingRow; help?: MappingHelp }) {
  const layout = useLayout();
  const sample = help?.samples.find((each) => each.target === row.target);
  if (sample === undefined) return <span className={layout.muted}>–</span>;
  if (sample.note !== undefined) return <span className={layout.muted}>{say(sample.note)}</span>;
  return <span className={layout.mono}>{sample.value === '' ? t('change-empty') : sample.value}</span>;
}
