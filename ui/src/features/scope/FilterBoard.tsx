import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useConnection } from '../../api/connection';
import { useHistory } from '../../api/history';
import { scopeHelpQuery } from '../../api/queries';
import { Empty } from '../../components/illustrations';
import { AddRegular, LightbulbRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { UndoButtons } from '../../components/undo';
import { useToast } from '../../components/toast';
import type { ScopeCount, ScopeList, ScopeNumbers } from '../../generated/bridge';
import { count as grouped } from '../../text/format';
import { t } from '../../text/messages';
import { useCounting } from './count';
import { CountCard } from './CountCard';
import { FilterCard, type FilterEdits } from './FilterCard';
import * as edit from './filters';
import type { TableName } from './filters';
import { WhoDrawer } from './WhoDrawer';
import { WhyCard, type Chosen } from './WhyCard';

const useStyles = makeStyles({
  // The side column drops below where there is no room beside it.
  board: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) 300px',
    columnGap: '20px',
    rowGap: '16px',
    alignItems: 'start',
    '@media (max-width: 1199px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  hint: { display: 'inline-flex', alignItems: 'center', columnGap: '6px', fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
});

const historyName = (table: TableName) => `scoping-${table}`;

export function HistoryButtons({ table }: { table: TableName }) {
  return <UndoButtons history={useHistory(historyName(table), edit.slices[table])} />;
}

/** Where the focus goes when the filters have changed. */
type Target = { kind: 'clause'; filter: number; clause: number } | { kind: 'add' };

const focusOn = (target: Target): boolean => {
  const wanted = target.kind === 'clause' ? [`[data-clause-start="${target.filter}-${target.clause}"]`, `[data-testid="clause-remove-${target.filter}-${target.clause}"]`] : ['[data-testid="scope-add-filter"]'];
  const found = wanted.map((selector) => document.querySelector<HTMLElement>(selector)).find((element) => element !== null);
  found?.focus();
  return found !== undefined;
};

/** The filters of one kind of object, with what they do beside them. */
export function FilterBoard({ table, onNobody }: { table: TableName; onNobody: (numbers: ScopeNumbers | undefined) => void }) {
  const styles = useStyles();
  const layout = useLayout();
  const toast = useToast();
  const { id, tools } = useConnection();
  const { value: filters, change } = useHistory(historyName(table), edit.slices[table]);
  const help = useQuery({ ...scopeHelpQuery(id, table), retry: false }).data;
  const counting = useCounting(id, table, filters);
  const { waiting, count } = counting;
  const [person, setPerson] = useState<Chosen>();
  const [list, setList] = useState<ScopeList>();
  const target = useRef<Target>(undefined);
  useEffect(() => {
    if (target.current !== undefined && focusOn(target.current)) target.current = undefined;
  }, [filters]);

  const nobody = !waiting && count?.numbers?.in_scope === 0 && count.numbers.considered > 0 ? count.numbers : undefined;
  useEffect(() => onNobody(nobody), [nobody, onNobody]);

  const addFilter = useCallback(() => {
    target.current = { kind: 'clause', filter: filters.length, clause: 0 };
    change(edit.addFilter, { name: t('scope-did-add-filter') });
  }, [change, filters.length]);
  const addClause = useCallback(
    (at: number) => {
      target.current = { kind: 'clause', filter: at, clause: filters[at]?.clauses.length ?? 0 };
      change((all) => edit.addClause(all, at), { name: t('scope-did-add-clause') });
    },
    [change, filters],
  );
  useClauseKeys(filters.length, addFilter, addClause);

  const editsOf = (at: number): FilterEdits => {
    const title = edit.titleOf(filters[at], at);
    return {
      rename: (name) => change((all) => edit.rename(all, at, name), { name: t('scope-did-rename', { title }) }),
      duplicate: () => change((all) => edit.duplicate(all, at), { name: t('scope-did-duplicate', { title }) }),
      move: (by) => change((all) => edit.move(all, at, by), { name: t('scope-did-move', { title }) }),
      remove: () => {
        const removed = filters[at];
        if (removed === undefined) return;
        target.current = { kind: 'add' };
        const name = t('scope-did-remove', { title });
        change((all) => edit.removeFilter(all, at), { name });
        toast(name, { label: t('scope-undo'), run: () => change((all) => edit.insertFilter(all, at, removed), { name: t('scope-did-restore', { title }) }) });
      },
      addClause: () => addClause(at),
      setClause: (clause, row, merge) => change((all) => edit.setClause(all, at, clause, row), { name: t('scope-did-change', { title }), ...(merge === '' ? {} : { merge }) }),
      removeClause: (clause) => {
        const left = (filters[at]?.clauses.length ?? 1) - 1;
        target.current = left === 0 ? { kind: 'add' } : { kind: 'clause', filter: at, clause: Math.min(clause, left - 1) };
        change((all) => edit.removeClause(all, at, clause), { name: t('scope-did-remove-clause', { title }) });
      },
    };
  };

  // What is being written has gaps: they are told once the writing rests elsewhere, not while the count waits.
  const findings = waiting ? [] : (count?.findings ?? []).filter((finding) => isTold(finding, filters, help));
  const usable = count?.numbers !== undefined;
  return (
    <div className={styles.board}>
      <div className={layout.stack}>
        {filters.length === 0 ? (
          <Empty picture="funnel" title={tools.draft.assigned_only ? t('scope-everyone-assigned') : t('scope-everyone')} actions={<AddFilter onClick={addFilter} />}>
            {t('scope-empty')}
          </Empty>
        ) : (
          <>
            {filters.map((filter, at) => (
              <FilterCard key={at} filter={filter} at={at} of={filters.length} count={passing(count, at, table)} waiting={waiting} help={help} findings={findings} edits={editsOf(at)} />
            ))}
            <div className={layout.row}>
              <AddFilter onClick={addFilter} />
              <span className={styles.hint}>
                <LightbulbRegular aria-hidden />
                {t('scope-capitals')}
              </span>
            </div>
          </>
        )}
      </div>
      <div className={layout.stack} role="complementary" aria-label={t('scope-side')}>
        <CountCard table={table} counting={counting} assignedOnly={tools.draft.assigned_only} disables={tools.draft.guards.disable} onSee={setList} />
        <WhyCard table={table} filters={counting.filters} usable={usable} waiting={waiting} person={person} onPerson={setPerson} />
      </div>
      <WhoDrawer
        list={list}
        table={table}
        filters={counting.filters}
        onClose={() => setList(undefined)}
        onWhy={(who) => {
          setPerson(who);
          setList(undefined);
        }}
      />
    </div>
  );
}

function AddFilter({ onClick }: { onClick: () => void }) {
  return (
    <Button icon={<AddRegular />} onClick={onClick} aria-keyshortcuts="Alt+Shift+Enter" data-testid="scope-add-filter">
      {t('scope-add-filter')}
    </Button>
  );
}

/** A clause without an attribute is not wrong, it is not finished. */
const isTold = (finding: ScopeCount['findings'][number], filters: edit.Filters, help: Parameters<typeof edit.isUnfinished>[0]): boolean => {
  const clause = finding.clause === undefined ? undefined : filters[finding.filter]?.clauses[finding.clause];
  return clause === undefined || clause.attribute.trim() !== '' || !edit.isUnfinished(help, clause);
};

/** How many pass one filter, in words; nothing as long as that is not known. */
function passing(count: ScopeCount | undefined, at: number, table: TableName): string {
  const found = count?.numbers?.filters[at];
  if (found === undefined) return '';
  const args = { count: found.passing, number: grouped(found.passing) };
  return table === 'users' ? t('scope-people', args) : t('scope-groups-count', args);
}

/** Alt+Enter adds a condition to the filter that has the focus, else to the last one; with Shift it adds a filter. */
function useClauseKeys(of: number, addFilter: () => void, addClause: (at: number) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !event.altKey || event.ctrlKey || event.metaKey) return;
      if (document.querySelector('[role="dialog"], [role="alertdialog"]') !== null) return;
      event.preventDefault();
      if (event.shiftKey || of === 0) {
        addFilter();
        return;
      }
      const inside = document.activeElement?.closest('[data-filter]')?.getAttribute('data-filter');
      addClause(inside === null || inside === undefined ? of - 1 : Number(inside));
    };
    // Before the fields: an open list would take Enter for itself.
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, [of, addFilter, addClause]);
}
