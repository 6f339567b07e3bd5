import { Button, Checkbox, Combobox, Dropdown, Field, Input, makeStyles, Option, Tab, TabList, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { SideDrawer } from '../../components/drawer';
import { useLayout } from '../../components/layout';
import { NumberField } from '../../components/number-field';
import type { AttributeInfo, MappingHelp, MappingRow } from '../../generated/bridge';
import { say, t } from '../../text/messages';
import { shortTarget } from './words';

const useStyles = makeStyles({
  code: {
    margin: 0,
    padding: '10px 12px',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: '12px',
    lineHeight: '20px',
    backgroundColor: tokens.colorNeutralBackground2,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: '4px',
  },
  form: { display: 'flex', flexDirection: 'column', rowGap: '14px' },
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

/** One mapping. Direct and constant sources are edited; an expression is shown as it is. */
export function MappingDrawer(props: Props) {
  // The form lives as long as one row is open, so that Cancel really gives everything up.
  return props.editing === undefined ? null : <Form key={`${props.editing.index} ${props.editing.row.target}`} {...props} editing={props.editing} />;
}

function Form({ rows, editing, help, onClose, onApply, onRemove }: Props & { editing: Editing }) {
  const styles = useStyles();
  const layout = useLayout();
  const [row, setRow] = useState(editing.row);
  const set = (change: Partial<MappingRow>) => setRow((previous) => ({ ...previous, ...change }));
  const isNew = editing.index < 0;
  const target = help?.target_attributes.find((attribute) => attribute.name === row.target);
  const problem = problemOf(row, rows, editing, target);
  const sample = help?.samples.find((each) => each.target === row.target);
  const matches = rows.filter((other, at) => at !== editing.index && other.matching > 0).length;
  const lastMatch = editing.row.matching > 0 && matches === 0;
  const required = target?.required === true || lastMatch;
  return (
    <SideDrawer
      open
      title={isNew ? t('mapping-add') : t('mapping-edit', { target: shortTarget(row.target) })}
      onClose={onClose}
      testId="mapping-drawer"
      footer={
        <>
          <Button appearance="primary" disabled={problem !== undefined} onClick={() => onApply(row, editing.index)} data-testid="mapping-apply" data-primary>
            {t('apply')}
          </Button>
          <Button onClick={onClose} data-testid="mapping-cancel">{t('cancel')}</Button>
          {isNew ? null : (
            <Button appearance="subtle" disabledFocusable={required} title={required ? (lastMatch ? t('mapping-last-match') : t('mapping-required')) : undefined} onClick={() => onRemove(editing.index)} data-testid="mapping-remove">
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
        <TabList selectedValue={row.kind} onTabSelect={(_, data) => (data.value === 'attribute' || data.value === 'constant' ? set({ kind: data.value, value: data.value === editing.row.kind ? editing.row.value : '' }) : data.value === 'expression' ? set({ kind: 'expression', value: editing.row.value }) : undefined)} aria-label={t('mapping-column-kind')}>
          <Tab value="attribute" data-testid="mapping-kind-attribute">{t('kind-attribute')}</Tab>
          <Tab value="constant" data-testid="mapping-kind-constant">{t('kind-constant')}</Tab>
          {editing.row.kind === 'expression' ? <Tab value="expression">{t('kind-expression')}</Tab> : null}
        </TabList>
        <Source row={row} help={help} set={set} />
        {sample !== undefined && row.value === editing.row.value && row.kind === editing.row.kind ? (
          <p className={layout.body}>{sample.note === undefined ? t('mapping-gives', { name: help?.sample_of ?? '', value: sample.value }) : say(sample.note)}</p>
        ) : null}
        <Field label={t('mapping-default')} hint={t('mapping-default-hint')}>
          <Input value={row.default_value} onChange={(_, data) => set({ default_value: data.value })} data-testid="mapping-default" />
        </Field>
        <Field label={t('mapping-when')}>
          <Dropdown value={row.only_during_creation ? t('mapping-creation') : t('mapping-always')} selectedOptions={[row.only_during_creation ? 'creation' : 'always']} onOptionSelect={(_, data) => set({ only_during_creation: data.optionValue === 'creation' })} data-testid="mapping-when">
            <Option value="always">{t('mapping-always')}</Option>
            <Option value="creation">{t('mapping-creation')}</Option>
          </Dropdown>
        </Field>
        <Matching row={row} target={target} lastMatch={lastMatch} next={matches + 1} set={set} />
        {problem === undefined ? null : (
          <p className={layout.body} role="status">
            {problem}
          </p>
        )}
      </div>
    </SideDrawer>
  );
}

function Source({ row, help, set }: { row: MappingRow; help: MappingHelp | undefined; set: (change: Partial<MappingRow>) => void }) {
  const styles = useStyles();
  const layout = useLayout();
  switch (row.kind) {
    case 'attribute':
      return <AttributeField label={t('mapping-source')} value={row.value} options={help?.source_attributes ?? []} onChange={(value) => set({ value })} testId="mapping-source" />;
    case 'constant':
      return (
        <Field label={t('mapping-constant')}>
          <Input value={row.value} onChange={(_, data) => set({ value: data.value })} data-testid="mapping-constant" />
        </Field>
      );
    case 'expression':
      return (
        <div>
          <pre className={styles.code} aria-label={t('kind-expression')} data-testid="mapping-expression">
            {row.value}
          </pre>
          <p className={layout.muted}>{t('mapping-expression-note')}</p>
        </div>
      );
    case 'none':
      return <p className={layout.body}>{t('mapping-none-note')}</p>;
  }
}

/** Free typing is allowed: a tenant has attributes that no list knows. */
function AttributeField({ label, value, options, onChange, testId }: { label: string; value: string; options: readonly AttributeInfo[]; onChange: (value: string) => void; testId: string }) {
  const layout = useLayout();
  const wanted = value.toLowerCase();
  const exact = options.some((option) => option.name.toLowerCase() === wanted);
  const shown = exact || wanted === '' ? options : options.filter((option) => option.name.toLowerCase().includes(wanted));
  return (
    <Field label={label}>
      <Combobox freeform value={value} selectedOptions={[value]} onChange={(event) => onChange(event.target.value)} onOptionSelect={(_, data) => onChange(data.optionValue ?? value)} data-testid={testId}>
        {shown.map((option) => (
          <Option key={option.name} value={option.name} text={option.name}>
            <span>
              {option.name} <span className={layout.muted}>{option.value_type}</span>
            </span>
          </Option>
        ))}
      </Combobox>
    </Field>
  );
}

function Matching({ row, target, lastMatch, next, set }: { row: MappingRow; target: AttributeInfo | undefined; lastMatch: boolean; next: number; set: (change: Partial<MappingRow>) => void }) {
  const layout = useLayout();
  const offered = target?.filterable !== false || row.matching > 0;
  return (
    <div className={layout.tight}>
      <Checkbox label={t('mapping-match')} checked={row.matching > 0} disabled={!offered || lastMatch} onChange={(_, data) => set({ matching: data.checked === true ? next : 0 })} data-testid="mapping-match" />
      {!offered ? <span className={layout.muted}>{t('mapping-match-not-offered', { target: shortTarget(row.target) })}</span> : null}
      {lastMatch ? <span className={layout.muted}>{t('mapping-last-match')}</span> : null}
      {row.matching > 0 ? <NumberField label={t('mapping-precedence')} value={row.matching} min={1} max={20} onChange={(matching) => set({ matching })} testId="mapping-precedence" /> : null}
    </div>
  );
}

function problemOf(row: MappingRow, rows: readonly MappingRow[], editing: Editing, target: AttributeInfo | undefined): string | undefined {
  if (row.target.trim() === '') return t('mapping-needs-target');
  if (row.kind === 'attribute' && row.value.trim() === '') return t('mapping-needs-source');
  if (rows.some((other, at) => at !== editing.index && other.target === row.target)) return t('mapping-twice', { target: shortTarget(row.target) });
  if (row.matching > 0 && target?.filterable === false) return t('mapping-match-not-offered', { target: shortTarget(row.target) });
  return undefined;
}
