import { Button, createCustomFocusIndicatorStyle, makeStyles, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, mergeClasses, tokens } from '@fluentui/react-components';
import { useRef, useState, type DragEvent, type KeyboardEvent } from 'react';
import { ArrowDownRegular, ArrowRightRegular, ArrowSwapRegular, ArrowUpRegular, DeleteRegular, KeyRegular, MathFormulaRegular, MoreHorizontalRegular, PersonEditRegular, SubtractCircleRegular, TextQuoteRegular } from '../../components/icons';
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
  go: { width: '48px' },
  dropHere: { boxShadow: `inset 0 2px 0 ${tokens.colorBrandStroke1}` },
  dragged: { opacity: 0.5 },
  // A bar, not the theme's colour of selection: high contrast would want other colours for everything in the row.
  chosen: { backgroundColor: tokens.colorNeutralBackground3, boxShadow: `inset 3px 0 0 ${tokens.colorCompoundBrandStroke}` },
});

const kindIcons: Record<SourceKind, React.ReactNode> = {
  attribute: <ArrowSwapRegular />,
  constant: <TextQuoteRegular />,
  expression: <MathFormulaRegular />,
  none: <SubtractCircleRegular />,
};

export interface RowActions {
  onOpen: (index: number, row: MappingRow) => void;
  onAdd: () => void;
  onRemove: (index: number) => void;
  /** One step: precedence for a match, place for any other row. */
  onStep: (index: number, by: -1 | 1) => void;
  /** To another place, by drag. */
  onMove: (from: number, to: number) => void;
  /** Why a row cannot be removed. */
  whyStays: (row: MappingRow) => string | undefined;
}

interface Props {
  rows: readonly MappingRow[];
  help?: MappingHelp;
  /** The row that is open in the drawer. */
  chosen?: number;
  actions: RowActions;
}

/** Value from Microsoft Entra, attribute at GoTo, kind, match, and what it gives for one person. */
export function MappingTable({ rows, help, chosen, actions }: Props) {
  const styles = useStyles();
  const layout = useLayout();
  const sampleOf = help?.sample_of ?? '';
  const body = useRef<HTMLTableSectionElement>(null);
  const [drag, setDrag] = useState<{ from: number; over: number }>();
  const focusRow = (index: number) => body.current?.querySelectorAll<HTMLElement>('[data-row-name]')[index]?.focus();
  const onKeyDown = (event: KeyboardEvent, index: number) => {
    const row = rows[index];
    if (row === undefined || event.ctrlKey || event.metaKey || (event.target instanceof HTMLElement && event.target.closest('[role="menu"]') !== null)) return;
    const up = event.key === 'ArrowUp';
    if (event.key === 'F2') actions.onOpen(index, row);
    else if (event.key === 'Insert') actions.onAdd();
    else if (event.key === 'Delete') actions.onRemove(index);
    else if (up || event.key === 'ArrowDown') {
      const by = up ? -1 : 1;
      if (event.altKey) {
        actions.onStep(index, by);
        // A match stays where it stands, any other row has moved: the focus goes with it.
        requestAnimationFrame(() => focusRow(rows.findIndex((each) => each === row) + (row.matching > 0 ? 0 : by)));
      } else focusRow(index + by);
    } else return;
    event.preventDefault();
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    if (drag !== undefined && drag.from !== drag.over) actions.onMove(drag.from, drag.over);
    setDrag(undefined);
  };
  return (
    <table className={styles.table} data-testid="mapping-table" aria-describedby="mapping-keys">
      <caption className={layout.visuallyHidden} id="mapping-keys">{t('mapping-keys')}</caption>
      <thead>
        <tr>
          <th scope="col" className={`${styles.head} ${styles.sourceColumn}`}>{t('mapping-column-source')}</th>
          <th scope="col" className={`${styles.head} ${styles.narrow}`}><span className={layout.visuallyHidden}>{t('mapping-column-arrow')}</span></th>
          <th scope="col" className={`${styles.head} ${styles.targetColumn}`}>{t('mapping-column-target')}</th>
          <th scope="col" className={`${styles.head} ${styles.kindColumn}`}>{t('mapping-column-kind')}</th>
          <th scope="col" className={styles.head}>{sampleOf === '' ? t('mapping-column-sample') : t('mapping-column-sample-of', { name: sampleOf })}</th>
          <th scope="col" className={`${styles.head} ${styles.match}`}>{t('mapping-column-match')}</th>
          <th scope="col" className={`${styles.head} ${styles.go}`}><span className={layout.visuallyHidden}>{t('mapping-column-actions')}</span></th>
        </tr>
      </thead>
      <tbody ref={body}>
        {rows.map((row, index) => (
          <tr
            key={`${row.target} ${index}`}
            className={mergeClasses(styles.row, index === chosen && styles.chosen, drag?.from === index && styles.dragged, drag?.over === index && drag.from !== index && styles.dropHere)}
            onClick={() => actions.onOpen(index, row)}
            onKeyDown={(event) => onKeyDown(event, index)}
            draggable
            onDragStart={(event) => {
              event.dataTransfer.effectAllowed = 'move';
              event.dataTransfer.setData('text/plain', row.target);
              setDrag({ from: index, over: index });
            }}
            onDragOver={(event) => {
              if (drag === undefined) return;
              event.preventDefault();
              if (drag.over !== index) setDrag({ ...drag, over: index });
            }}
            onDrop={onDrop}
            onDragEnd={() => setDrag(undefined)}
            data-testid={`mapping-${row.target}`}
          >
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
                  actions.onOpen(index, row);
                }}
                aria-label={t('mapping-edit-name', { target: row.target })}
                data-row-name
                data-testid={`mapping-open-${row.target}`}
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
            <td className={styles.cell} onClick={(event) => event.stopPropagation()}>
              <RowMenu row={row} index={index} count={rows.length} actions={actions} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The same as the keys and the drag, for a pointer or a screen reader. */
function RowMenu({ row, index, count, actions }: { row: MappingRow; index: number; count: number; actions: RowActions }) {
  const stays = actions.whyStays(row);
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button size="small" appearance="subtle" icon={<MoreHorizontalRegular />} aria-label={t('mapping-row-menu', { target: row.target })} data-testid={`mapping-menu-${row.target}`} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem icon={<PersonEditRegular />} secondaryContent="F2" onClick={() => actions.onOpen(index, row)}>{t('mapping-row-edit')}</MenuItem>
          <MenuItem icon={<ArrowUpRegular />} secondaryContent={t('key-alt-up')} disabled={row.matching === 0 && index === 0} onClick={() => actions.onStep(index, -1)}>
            {row.matching > 0 ? t('mapping-row-earlier') : t('mapping-row-up')}
          </MenuItem>
          <MenuItem icon={<ArrowDownRegular />} secondaryContent={t('key-alt-down')} disabled={row.matching === 0 && index === count - 1} onClick={() => actions.onStep(index, 1)}>
            {row.matching > 0 ? t('mapping-row-later') : t('mapping-row-down')}
          </MenuItem>
          <MenuItem icon={<DeleteRegular />} secondaryContent={t('key-delete')} disabled={stays !== undefined} title={stays} onClick={() => actions.onRemove(index)}>{t('mapping-remove')}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function Sample({ row, help }: { row: MappingRow; help?: MappingHelp }) {
  const layout = useLayout();
  const sample = help?.samples.find((each) => each.target === row.target);
  if (sample === undefined) return <span className={layout.muted}>–</span>;
  if (sample.note !== undefined) return <span className={layout.muted}>{say(sample.note)}</span>;
  return <span className={layout.mono}>{sample.value === '' ? t('change-empty') : sample.value}</span>;
}
