import { Checkbox, Combobox, Field, Input, makeStyles, Option } from '@fluentui/react-components';
import { Choice } from '../../components/choice';
import { useLayout } from '../../components/layout';
import { NumberField } from '../../components/number-field';
import type { AttributeInfo, MappingHelp, MappingRow } from '../../generated/bridge';
import { say, t } from '../../text/messages';
import { ExpressionField } from './ExpressionField';
import type { RowHelp } from './row-help';
import { shortTarget } from './words';

const useStyles = makeStyles({ pair: { display: 'grid', gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)', columnGap: '16px', rowGap: '12px', alignItems: 'start', '@media (max-width: 480px)': { gridTemplateColumns: 'minmax(0, 1fr)' } }, narrow: { minWidth: 0 } });

type Set = (change: Partial<MappingRow>) => void;

/** Where the value comes from. */
export function Source({ row, help, rowHelp, set }: { row: MappingRow; help: MappingHelp | undefined; rowHelp: RowHelp; set: Set }) {
  const layout = useLayout();
  const found = rowHelp.checked === row ? rowHelp.diagnostics.find((each) => each.place === undefined && each.code === 'unknown-source') : undefined;
  switch (row.kind) {
    case 'attribute':
      return (
        <AttributeField
          label={t('mapping-source')}
          value={row.value}
          options={help?.source_attributes ?? []}
          values={new Map((rowHelp.subject?.attributes ?? []).map((each) => [each.name, each.value]))}
          {...(found === undefined ? {} : { problem: say(found.message) })}
          onChange={(value) => set({ value })}
          testId="mapping-source"
        />
      );
    case 'constant':
      return (
        <Field label={t('mapping-constant')}>
          <Input value={row.value} onChange={(_, data) => set({ value: data.value })} data-testid="mapping-constant" />
        </Field>
      );
    case 'expression':
      return <ExpressionField value={row.value} onChange={(value) => set({ value })} attributes={help?.source_attributes ?? []} help={rowHelp} />;
    case 'none':
      return <p className={layout.body}>{t('mapping-none-note')}</p>;
  }
}

interface AttributeFieldProps {
  label: string;
  value: string;
  options: readonly AttributeInfo[];
  /** One person's values, shown beside the names. */
  values?: ReadonlyMap<string, string>;
  problem?: string;
  onChange: (value: string) => void;
  testId: string;
}

/** Free typing is allowed: a tenant has attributes that no list knows. */
export function AttributeField({ label, value, options, values, problem, onChange, testId }: AttributeFieldProps) {
  const layout = useLayout();
  const wanted = value.toLowerCase();
  const exact = options.some((option) => option.name.toLowerCase() === wanted);
  const shown = exact || wanted === '' ? options : options.filter((option) => option.name.toLowerCase().includes(wanted));
  return (
    <Field label={label} {...(problem === undefined ? {} : { validationMessage: problem })}>
      <Combobox freeform value={value} selectedOptions={[value]} onChange={(event) => onChange(event.target.value)} onOptionSelect={(_, data) => onChange(data.optionValue ?? value)} data-testid={testId}>
        {shown.map((option) => (
          <Option key={option.name} value={option.name} text={option.name}>
            <span>
              {option.name} <span className={layout.muted}>{values?.get(option.name) ?? option.value_type}</span>
            </span>
          </Option>
        ))}
      </Combobox>
    </Field>
  );
}

/** What happens with an empty value, and when the row is applied. */
export function RowOptions({ row, set }: { row: MappingRow; set: Set }) {
  const styles = useStyles();
  return (
    <div className={styles.pair}>
      <Field label={t('mapping-default')} hint={t('mapping-default-hint')}>
        <Input value={row.default_value} onChange={(_, data) => set({ default_value: data.value })} placeholder={t('mapping-default-none')} data-testid="mapping-default" />
      </Field>
      <Field label={t('mapping-when')}>
        <Choice
          className={styles.narrow}
          label={t('mapping-when')}
          value={row.only_during_creation ? 'creation' : 'always'}
          offers={[
            { value: 'always', label: t('mapping-always') },
            { value: 'creation', label: t('mapping-creation') },
          ]}
          onChoose={(when) => set({ only_during_creation: when === 'creation' })}
          testId="mapping-when"
        />
      </Field>
    </div>
  );
}

/** Whether people are found by this attribute. Where GoTo cannot search, the box says why it is not offered. */
export function Matching({ row, target, lastMatch, next, set }: { row: MappingRow; target: AttributeInfo | undefined; lastMatch: boolean; next: number; set: Set }) {
  const layout = useLayout();
  const offered = target?.filterable !== false || row.matching > 0;
  return (
    <div className={layout.tight}>
      <Checkbox label={t('mapping-match')} checked={row.matching > 0} disabled={!offered || lastMatch} onChange={(_, data) => set({ matching: data.checked === true ? next : 0 })} data-testid="mapping-match" />
      {!offered ? <div className={layout.muted}>{t('mapping-match-not-offered', { target: shortTarget(row.target) })}</div> : null}
      {lastMatch ? <div className={layout.muted}>{t('mapping-last-match')}</div> : null}
      {row.matching > 0 ? <NumberField label={t('mapping-precedence')} value={row.matching} min={1} max={20} onChange={(matching) => set({ matching })} testId="mapping-precedence" /> : null}
    </div>
  );
}
