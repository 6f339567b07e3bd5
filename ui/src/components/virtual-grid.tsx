import { createCustomFocusIndicatorStyle, makeStyles, mergeClasses, Skeleton, SkeletonItem, tokens } from '@fluentui/react-components';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

export interface Column<Row> {
  key: string;
  header: string;
  /** A CSS grid track. */
  width: string;
  cell: (row: Row) => ReactNode;
  end?: boolean;
}

const useStyles = makeStyles({
  grid: { display: 'flex', flexDirection: 'column', minHeight: '240px', flexGrow: 1, fontSize: '13px', lineHeight: '18px' },
  line: { display: 'grid', columnGap: '12px', alignItems: 'center', paddingLeft: '16px', paddingRight: '16px', boxSizing: 'border-box' },
  head: { minHeight: '38px', fontWeight: tokens.fontWeightSemibold, borderBottom: `1px solid ${tokens.colorNeutralStroke2}`, flexShrink: 0 },
  scroll: { overflowY: 'auto', flexGrow: 1, minHeight: 0, flexBasis: '0' },
  body: { position: 'relative' },
  row: {
    position: 'absolute',
    top: 0,
    left: 0,
    right: 0,
    cursor: 'pointer',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    '&:hover': { backgroundColor: tokens.colorNeutralBackground3 },
    ...createCustomFocusIndicatorStyle({ outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' }),
  },
  active: { backgroundColor: tokens.colorNeutralBackground3, boxShadow: `inset 3px 0 0 ${tokens.colorCompoundBrandStroke}` },
  cell: { minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  end: { textAlign: 'right', fontVariantNumeric: 'tabular-nums' },
});

interface Props<Row> {
  label: string;
  columns: readonly Column<Row>[];
  total: number;
  row: (index: number) => Row | undefined;
  rowHeight: number;
  onRange: (first: number, last: number) => void;
  onOpen: (index: number) => void;
  active?: number;
  testId: string;
}

/** A table of any length: only what is on the screen exists, while the true counts are told to a screen reader. */
export function VirtualGrid<Row>(props: Props<Row>) {
  const styles = useStyles();
  const scroll = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  const { total, rowHeight, onRange, onOpen } = props;
  const virtual = useVirtualizer({ count: total, getScrollElement: () => scroll.current, estimateSize: () => rowHeight, overscan: 8 });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items[items.length - 1]?.index ?? 0;
  useEffect(() => onRange(first, last), [first, last, onRange]);

  const template = props.columns.map((column) => column.width).join(' ');
  const current = Math.min(focused, Math.max(0, total - 1));
  const moveTo = (index: number) => {
    const target = Math.max(0, Math.min(total - 1, index));
    setFocused(target);
    virtual.scrollToIndex(target);
    requestAnimationFrame(() => scroll.current?.querySelector<HTMLElement>(`[data-index="${target}"]`)?.focus());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, last - first - 16);
    const moves: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: total - 1,
    };
    const target = event.altKey ? undefined : moves[event.key];
    if (target !== undefined) {
      event.preventDefault();
      moveTo(target);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      onOpen(current);
    }
  };
  return (
    <div className={styles.grid} role="grid" aria-label={props.label} aria-rowcount={total + 1} data-testid={props.testId}>
      <div role="rowgroup">
        <div className={mergeClasses(styles.line, styles.head)} role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
          {props.columns.map((column) => (
            <div key={column.key} role="columnheader" className={mergeClasses(styles.cell, column.end === true && styles.end)}>
              {column.header}
            </div>
          ))}
        </div>
      </div>
      <div className={styles.scroll} ref={scroll} role="rowgroup" onKeyDown={onKeyDown} tabIndex={-1}>
        <div className={styles.body} role="presentation" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = props.row(item.index);
            return (
              <div
                key={item.key}
                role="row"
                aria-rowindex={item.index + 2}
                data-index={item.index}
                tabIndex={item.index === current ? 0 : -1}
                className={mergeClasses(styles.line, styles.row, item.index === props.active && styles.active)}
                style={{ gridTemplateColumns: template, height: rowHeight, transform: `translateY(${item.start}px)` }}
                onFocus={() => setFocused(item.index)}
                onClick={() => onOpen(item.index)}
              >
                {props.columns.map((column) => (
                  <div key={column.key} role="gridcell" className={mergeClasses(styles.cell, column.end === true && styles.end)}>
                    {row === undefined ? (
                      <Skeleton>
                        <SkeletonItem size={12} />
                      </Skeleton>
                    ) : (
                      column.cell(row)
                    )}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
