import { Button, Input, makeStyles, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { Card } from '../../components/card';
import { AddRegular, MoreHorizontalRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import type { ClauseFinding, ClauseRow as Clause, FilterRow, ScopeHelp } from '../../generated/bridge';
import { say, t } from '../../text/messages';
import { ClauseRow } from './ClauseRow';
import { titleOf } from './filters';

const useStyles = makeStyles({
  count: { marginLeft: '8px', fontSize: tokens.fontSizeBase200, fontWeight: tokens.fontWeightRegular, color: tokens.colorNeutralForeground2 },
  waiting: { color: tokens.colorNeutralForeground3 },
  rows: { display: 'flex', flexDirection: 'column', rowGap: '12px' },
  add: { marginTop: '8px', marginLeft: '44px' },
  wrong: { color: tokens.colorPaletteRedForeground1, fontSize: tokens.fontSizeBase200, margin: 0 },
  name: { minWidth: '220px' },
  or: {
    display: 'flex',
    alignItems: 'center',
    columnGap: '12px',
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground2,
    '&::before, &::after': { content: '""', flexGrow: 1, borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
  },
  pill: { padding: '1px 12px', borderRadius: tokens.borderRadiusCircular, border: `1px solid ${tokens.colorNeutralStroke1}`, backgroundColor: tokens.colorNeutralBackground3 },
});

export interface FilterEdits {
  rename: (name: string) => void;
  duplicate: () => void;
  move: (by: 1 | -1) => void;
  remove: () => void;
  addClause: () => void;
  setClause: (at: number, clause: Clause, merge: string) => void;
  removeClause: (at: number) => void;
}

interface Props {
  filter: FilterRow;
  at: number;
  of: number;
  /** How many pass it, in words. */
  count: string;
  waiting: boolean;
  help: ScopeHelp | undefined;
  findings: readonly ClauseFinding[];
  edits: FilterEdits;
}

/** One filter: its conditions, all of which have to hold. */
export function FilterCard({ filter, at, of, count, waiting, help, findings, edits }: Props) {
  const styles = useStyles();
  const layout = useLayout();
  const [naming, setNaming] = useState(false);
  const title = titleOf(filter, at);
  const whole = findings.find((finding) => finding.filter === at && finding.clause === undefined);
  const heading = naming ? (
    <Rename
      title={title}
      at={at}
      onDone={(name) => {
        setNaming(false);
        if (name !== undefined && name !== title) edits.rename(name);
      }}
    />
  ) : (
    <>
      {title}
      <span className={`${styles.count} ${waiting ? styles.waiting : ''}`} data-testid={`filter-count-${at}`}>
        {count}
      </span>
    </>
  );
  return (
    <>
      {at === 0 ? null : (
        <div className={styles.or} role="separator" aria-label={t('scope-or')}>
          <span className={styles.pill} aria-hidden>{t('scope-or-word')}</span>
        </div>
      )}
      <Card title={heading} testId={`filter-${at}`} end={<More title={title} at={at} of={of} edits={edits} onRename={() => setNaming(true)} />}>
        <div className={styles.rows}>
          {filter.clauses.map((clause, number) => (
            <ClauseRow
              key={number}
              filter={at}
              at={number}
              of={filter.clauses.length}
              title={title}
              clause={clause}
              help={help}
              findings={findings}
              onChange={(changed, merge) => edits.setClause(number, changed, merge)}
              onRemove={() => edits.removeClause(number)}
            />
          ))}
          {whole === undefined ? null : (
            <p className={styles.wrong} role="alert">
              {say(whole.message)}
            </p>
          )}
        </div>
        <div className={layout.row}>
          <Button className={styles.add} size="small" appearance="transparent" icon={<AddRegular />} aria-keyshortcuts="Alt+Enter" onClick={edits.addClause} data-testid={`filter-add-${at}`} data-filter={at}>
            {t('scope-add-clause')}
          </Button>
        </div>
      </Card>
    </>
  );
}

function More({ title, at, of, edits, onRename }: { title: string; at: number; of: number; edits: FilterEdits; onRename: () => void }) {
  return (
    <Menu positioning="below-end">
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="subtle" icon={<MoreHorizontalRegular />} aria-label={t('scope-more', { title })} data-testid={`filter-more-${at}`} data-filter={at} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuItem onClick={onRename} data-testid={`filter-rename-${at}`}>{t('scope-rename')}</MenuItem>
          <MenuItem onClick={edits.duplicate} data-testid={`filter-duplicate-${at}`}>{t('scope-duplicate')}</MenuItem>
          <MenuItem disabled={at === 0} onClick={() => edits.move(-1)} data-testid={`filter-up-${at}`}>{t('scope-up')}</MenuItem>
          <MenuItem disabled={at === of - 1} onClick={() => edits.move(1)} data-testid={`filter-down-${at}`}>{t('scope-down')}</MenuItem>
          <MenuItem onClick={edits.remove} data-testid={`filter-remove-${at}`}>{t('scope-remove')}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

/** Enter and leaving the field take the name, Escape the old one. */
function Rename({ title, at, onDone }: { title: string; at: number; onDone: (name: string | undefined) => void }) {
  const styles = useStyles();
  const [name, setName] = useState(title);
  return (
    <Input
      className={styles.name}
      aria-label={t('scope-name')}
      value={name}
      autoFocus
      maxLength={120}
      onFocus={(event) => event.target.select()}
      onChange={(_, data) => setName(data.value)}
      onBlur={() => onDone(name.trim() === '' ? undefined : name.trim())}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') onDone(undefined);
      }}
      data-testid={`filter-name-${at}`}
    />
  );
}
