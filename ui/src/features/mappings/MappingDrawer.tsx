import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, Tab, TabList, makeStyles } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConnection } from '../../api/connection';
import { mappingDefaultsQuery } from '../../api/queries';
import { SideDrawer } from '../../components/drawer';
import { ArrowResetRegular, MoreHorizontalRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import type { MappingHelp, MappingRow, SourceKind } from '../../generated/bridge';
import { say, t } from '../../text/messages';
import { useLeaveGuard } from './leave-guard';
import { AttributeField, Matching, RowOptions, Source } from './MappingFields';
import type { Picked } from './PersonPicker';
import { ResultCard } from './ResultCard';
import { ALL, FIRST, useRowHelp } from './row-help';
import { problemOf, sameRow, sameTarget, whyItStays } from './rules';
import { shortTarget } from './words';

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', rowGap: '12px', paddingBottom: '8px' },
  kinds: { display: 'flex', alignItems: 'center', justifyContent: 'space-between' },
});

export interface Editing {
  /** -1 for a new row. */
  index: number;
  row: MappingRow;
}

interface Props {
  table: 'users' | 'groups';
  rows: readonly MappingRow[];
  editing?: Editing;
  help?: MappingHelp;
  onClose: () => void;
  onApply: (row: MappingRow, index: number) => void;
  onRemove: (index: number) => void;
}

/** One mapping: where the value comes from, what it gives, and how it is used. */
export function MappingDrawer(props: Props) {
  // The form lives as long as one row is open, so that Cancel really gives everything up.
  return props.editing === undefined ? null : <Form key={`${props.editing.index} ${props.editing.row.target}`} {...props} editing={props.editing} />;
}

function Form({ table, rows, editing, help, onClose, onApply, onRemove }: Props & { editing: Editing }) {
  const styles = useStyles();
  const layout = useLayout();
  const { id } = useConnection();
  const [row, setRow] = useState(editing.row);
  const [person, setPerson] = useState<Picked>();
  const [first, setFirst] = useState(FIRST);
  // Each kind keeps what was written for it, so that looking at another tab loses nothing.
  const [written, setWritten] = useState<Partial<Record<SourceKind, string>>>({ [editing.row.kind]: editing.row.value });
  const set = (change: Partial<MappingRow>) => setRow((previous) => ({ ...previous, ...change }));
  const setKind = (kind: SourceKind) => {
    setWritten((previous) => ({ ...previous, [row.kind]: row.value }));
    set({ kind, value: kind === 'none' ? '' : (written[kind] ?? '') });
  };
  const isNew = editing.index < 0;
  const target = help?.target_attributes.find((attribute) => sameTarget(attribute.name, row.target));
  const rowHelp = useRowHelp(table, row, person?.id ?? '', first);
  const defaults = useQuery({ ...mappingDefaultsQuery({ id, table, sample: '' }), retry: false });
  const original = defaults.data?.rows.find((each) => sameTarget(each.target, row.target));
  const dirty = !sameRow(row, editing.row);
  const matches = rows.filter((other, at) => at !== editing.index && other.matching > 0).length;
  const lastMatch = editing.row.matching > 0 && matches === 0;
  const stays = whyItStays(rows, editing.row, target);
  const checked = rowHelp.diagnostics.filter((each) => each.error && each.place === undefined).map((each) => say(each.message));
  const wrong = rowHelp.checked === row && rowHelp.diagnostics.some((each) => each.error);
  const problem = problemOf(row, rows, editing.index, target) ?? (row.kind === 'expression' ? checked[0] : undefined);
  const name = shortTarget(row.target);
  const guard = useLeaveGuard(dirty, onClose, isNew ? t('mapping-add') : name);
  // An answer that is on its way is not waited for: the table says the same after the draft is saved.
  const cannot = problem !== undefined || (wrong && row.kind === 'expression');
  return (
    <SideDrawer
      open
      title={isNew ? t('mapping-add') : t('mapping-edit', { target: name })}
      onClose={guard.close}
      testId="mapping-drawer"
      footer={
        <>
          <Button appearance="primary" disabledFocusable={cannot} onClick={() => (cannot ? undefined : onApply(row, editing.index))} data-testid="mapping-apply" data-primary>
            {t('apply')}
          </Button>
          <Button onClick={guard.close} data-testid="mapping-cancel">{t('cancel')}</Button>
          {original === undefined || sameRow(original, row) ? null : (
            <Button appearance="subtle" icon={<ArrowResetRegular />} onClick={() => setRow(original)} data-testid="mapping-row-reset">{t('mapping-row-reset')}</Button>
          )}
          {isNew ? null : (
            <Button appearance="subtle" disabledFocusable={stays !== undefined} title={stays} onClick={() => (stays === undefined ? onRemove(editing.index) : undefined)} data-testid="mapping-remove">
              {t('mapping-remove')}
            </Button>
          )}
        </>
      }
    >
      <div className={styles.form}>
        {isNew ? (
          <AttributeField label={t('mapping-column-target')} value={row.target} options={help?.target_attributes ?? []} onChange={(value) => set({ target: value })} testId="mapping-target" />
        ) : (
          <div className={layout.mono}>{row.target}</div>
        )}
        <div className={styles.kinds}>
          <TabList selectedValue={row.kind} onTabSelect={(_, data) => setKind(data.value as SourceKind)} aria-label={t('mapping-column-kind')}>
            <Tab value="attribute" data-testid="mapping-kind-attribute">{t('kind-attribute')}</Tab>
            <Tab value="constant" data-testid="mapping-kind-constant">{t('kind-constant')}</Tab>
            <Tab value="expression" data-testid="mapping-kind-expression">{t('kind-expression')}</Tab>
            {row.kind === 'none' ? <Tab value="none">{t('kind-none')}</Tab> : null}
          </TabList>
          <Menu>
            <MenuTrigger disableButtonEnhancement>
              <Button appearance="subtle" icon={<MoreHorizontalRegular />} aria-label={t('mapping-more-kinds')} data-testid="mapping-more-kinds" />
            </MenuTrigger>
            <MenuPopover>
              <MenuList>
                <MenuItem onClick={() => setKind('none')} data-testid="mapping-kind-none">{t('kind-none-menu')}</MenuItem>
              </MenuList>
            </MenuPopover>
          </Menu>
        </div>
        <Source row={row} help={help} rowHelp={rowHelp} set={set} />
        <ResultCard table={table} row={row} help={rowHelp} {...(person === undefined ? {} : { person })} onPerson={setPerson} first={first} onAll={() => setFirst(ALL)} />
        <RowOptions row={row} set={set} />
        <Matching row={row} target={target} lastMatch={lastMatch} next={matches + 1} set={set} />
        <p className={problem === undefined ? layout.visuallyHidden : layout.body} role="status" data-testid="mapping-problem">
          {problem ?? ''}
        </p>
        {isNew || stays === undefined ? null : <p className={layout.muted} data-testid="mapping-stays">{t('mapping-stays', { target: name, why: stays })}</p>}
      </div>
      {guard.dialog}
    </SideDrawer>
  );
}
