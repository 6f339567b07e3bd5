import { Button, Combobox, Field, makeStyles, mergeClasses, Option, tokens } from '@fluentui/react-components';
import type { KeyboardEvent } from 'react';
import { Choice } from '../../components/choice';
import { DeleteRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import type { ClauseFinding, ClauseRow as Clause, ScopeHelp } from '../../generated/bridge';
import { say, t } from '../../text/messages';
import { findingFor, operatorOf, operatorsFor, withAttribute, withOperator } from './filters';
import { ValueField } from './ValueField';

const useStyles = makeStyles({
  row: {
    display: 'grid',
    gridTemplateColumns: '40px minmax(0, 165fr) minmax(0, 144fr) minmax(0, 189fr) 32px',
    columnGap: '8px',
    rowGap: '4px',
    alignItems: 'start',
    '@media (max-width: 799px)': { gridTemplateColumns: '40px minmax(0, 1fr) 32px' },
  },
  and: { fontSize: tokens.fontSizeBase200, fontWeight: tokens.fontWeightSemibold, color: tokens.colorNeutralForeground2, textAlign: 'right', paddingRight: '4px', lineHeight: '32px' },
  narrow: { minWidth: 0, width: '100%', '& input': { minWidth: 0, width: '100%' } },
  operator: { fontFamily: tokens.fontFamilyMonospace, fontSize: '12px' },
  // One below the other where there is no room, the bin beside the first.
  second: { '@media (max-width: 799px)': { gridColumnStart: 2 } },
  bin: { '@media (max-width: 799px)': { gridColumnStart: 3, gridRowStart: 1 } },
  kept: { gridColumnStart: 2, gridColumnEnd: 5, paddingTop: '6px', '@media (max-width: 799px)': { gridColumnEnd: 3 } },
  values: { color: tokens.colorNeutralForeground3 },
});

export interface ClauseProps {
  filter: number;
  at: number;
  of: number;
  title: string;
  clause: Clause;
  help: ScopeHelp | undefined;
  findings: readonly ClauseFinding[];
  onChange: (clause: Clause, merge: string) => void;
  onRemove: () => void;
}

/** One condition: attribute, operator, value. */
export function ClauseRow(props: ClauseProps) {
  const styles = useStyles();
  const { clause, help, at, filter } = props;
  const place = `${filter}-${at}`;
  const known = help === undefined || operatorOf(help, clause.operator) !== undefined;
  const name = at === 0 ? t('scope-clause-first', { n: 1, total: props.of }) : t('scope-clause', { n: at + 1, total: props.of });
  const onBin = (event: KeyboardEvent) => {
    if (event.key !== 'Delete') return;
    event.preventDefault();
    props.onRemove();
  };
  return (
    <div role="group" aria-label={name} className={styles.row} data-testid={`clause-${place}`} data-filter={filter}>
      <span className={styles.and} aria-hidden>
        {at === 0 ? '' : t('scope-and-word')}
      </span>
      {known ? <Fields {...props} /> : <Kept clause={clause} />}
      <Button
        className={styles.bin}
        appearance="subtle"
        icon={<DeleteRegular />}
        aria-label={t('scope-remove-clause', { n: at + 1, title: props.title })}
        aria-keyshortcuts="Delete"
        onClick={props.onRemove}
        onKeyDown={onBin}
        data-testid={`clause-remove-${place}`}
      />
    </div>
  );
}

function Fields({ clause, help, findings, filter, at, onChange }: ClauseProps) {
  const styles = useStyles();
  const place = `${filter}-${at}`;
  const operator = operatorOf(help, clause.operator);
  const attribute = findingFor(findings, filter, at, 'attribute');
  const wrongOperator = findingFor(findings, filter, at, 'operator');
  // What is offered fits the type; what stands there stays to be seen, also where it does not.
  const fitting = operatorsFor(help, clause.attribute);
  const offered = operator === undefined || fitting.includes(operator) ? fitting : [operator, ...fitting];
  const shown = operator?.name ?? clause.operator;
  return (
    <>
      <Field className={styles.narrow} {...problem(attribute, (name) => onChange(withAttribute(help, clause, name), ''))}>
        <AttributeBox clause={clause} help={help} place={place} onPick={(name, merge) => onChange(withAttribute(help, clause, name), merge)} />
      </Field>
      <Field className={mergeClasses(styles.narrow, styles.second)} {...problem(wrongOperator)}>
        <Choice
          className={styles.narrow}
          button={{ className: styles.operator }}
          optionClassName={styles.operator}
          label={t('scope-operator')}
          value={shown}
          shown={shown}
          offers={offered.map((each) => ({ value: each.name, label: each.name, testId: `operator-${place}-${each.name.toLowerCase().replace(/ /g, '-')}` }))}
          onChoose={(name) => onChange(withOperator(help, clause, name), '')}
          testId={`clause-operator-${place}`}
        />
      </Field>
      <div className={mergeClasses(styles.narrow, styles.second)}>
        <ValueField clause={clause} help={help} operator={operator} finding={findingFor(findings, filter, at, 'value')} place={place} onChange={onChange} />
      </div>
    </>
  );
}

/** Free typing is allowed: a tenant has attributes that no list knows. */
function AttributeBox({ clause, help, place, onPick }: { clause: Clause; help: ScopeHelp | undefined; place: string; onPick: (name: string, merge: string) => void }) {
  const styles = useStyles();
  const layout = useLayout();
  const all = help?.attributes ?? [];
  const wanted = clause.attribute.toLowerCase();
  const exact = all.some((attribute) => attribute.name.toLowerCase() === wanted);
  const shown = exact || wanted === '' ? all : all.filter((attribute) => attribute.name.toLowerCase().includes(wanted));
  return (
    <Combobox
      freeform
      className={styles.narrow}
      listbox={{ className: styles.values }}
      positioning={{ matchTargetSize: undefined }}
      aria-label={t('scope-attribute')}
      placeholder={t('scope-attribute-choose')}
      value={clause.attribute}
      selectedOptions={[clause.attribute]}
      onChange={(event) => onPick(event.target.value, `attribute ${place}`)}
      onOptionSelect={(_, data) => {
        // Emptying the field takes the choice away: that is no option, and the field says it itself.
        if (data.optionValue !== undefined) onPick(data.optionValue, '');
      }}
      data-testid={`clause-attribute-${place}`}
      data-clause-start={place}
    >
      {shown.map((attribute) => (
        <Option key={attribute.name} value={attribute.name} text={attribute.name}>
          <span>
            {attribute.name} <span className={layout.muted}>{attribute.values.slice(0, 2).map((found) => found.value).join(', ')}</span>
          </span>
        </Option>
      ))}
    </Combobox>
  );
}

/** A condition from elsewhere that Usher does not know: it is shown and kept, letter by letter. */
function Kept({ clause }: { clause: Clause }) {
  const styles = useStyles();
  const layout = useLayout();
  return (
    <div className={styles.kept}>
      <div className={layout.mono}>{`${clause.attribute} ${clause.operator} ${clause.values.join(', ')}`}</div>
      <div className={layout.muted}>{t('scope-kept')}</div>
    </div>
  );
}

/** A finding as the message of the field that it is about, with what may be meant instead. */
export function problem(finding: ClauseFinding | undefined, onCandidate?: (name: string) => void) {
  if (finding === undefined) return {};
  const text = say(finding.message);
  const candidate = finding.candidates[0];
  return {
    validationState: finding.result === 'fix-this' ? ('error' as const) : ('warning' as const),
    validationMessage: (
      <>
        {`${text.charAt(0).toUpperCase()}${text.slice(1)}`}
        {candidate === undefined || onCandidate === undefined ? null : (
          <>
            {' '}
            <Button size="small" appearance="transparent" onClick={() => onCandidate(candidate)} data-testid={`clause-use-${candidate}`}>
              {t('scope-use', { name: candidate })}
            </Button>
          </>
        )}
      </>
    ),
  };
}
