import { Button, makeStyles, Spinner, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { asCommandError } from '../../platform/transport';
import { CheckmarkCircleRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { ResultIcon, resultWord, Tag } from '../../components/status';
import type { MappingRow, MappingTrialOfMany, TrialOutcome } from '../../generated/bridge';
import { say, t } from '../../text/messages';
import { PersonPicker, type Picked } from './PersonPicker';
import { ALL, type RowHelp } from './row-help';
import { sameTarget } from './rules';

const useStyles = makeStyles({
  card: { border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: '8px', backgroundColor: tokens.colorNeutralBackground2, padding: '12px 14px', fontSize: '12px', lineHeight: '18px' },
  head: { display: 'flex', alignItems: 'center', columnGap: '8px', rowGap: '6px', flexWrap: 'wrap', marginBottom: '8px' },
  title: { margin: 0, fontSize: '13px', lineHeight: '20px', fontWeight: tokens.fontWeightSemibold },
  grow: { flexGrow: 1 },
  facts: { display: 'grid', gridTemplateColumns: '76px minmax(0, 1fr)', columnGap: '8px', rowGap: '4px', margin: 0 },
  term: { color: tokens.colorNeutralForeground2 },
  value: { margin: 0, fontFamily: tokens.fontFamilyMonospace, overflowWrap: 'anywhere' },
  will: { fontWeight: tokens.fontWeightSemibold },
  many: { display: 'flex', columnGap: '8px', alignItems: 'flex-start', marginTop: '8px', paddingTop: '8px', borderTop: `1px solid ${tokens.colorNeutralStroke2}`, '& svg': { display: 'block' } },
  list: { maxHeight: '160px', overflowY: 'auto', marginTop: '8px' },
  who: { display: 'grid', gridTemplateColumns: '16px minmax(0, 2fr) minmax(0, 3fr)', columnGap: '8px', padding: '2px 0', '& svg': { width: '14px', height: '14px', display: 'block' } },
});

interface Props {
  table: 'users' | 'groups';
  row: MappingRow;
  help: RowHelp;
  person?: Picked;
  onPerson: (person: Picked) => void;
  first: number;
  onAll: () => void;
}

const outcome = { value: 'passed', empty: 'warning', failed: 'fix-this' } as const satisfies Record<TrialOutcome, string>;

/** What the row gives for one real person, and for the first hundred. */
export function ResultCard({ table, row, help, person, onPerson, first, onAll }: Props) {
  const styles = useStyles();
  const layout = useLayout();
  const { subject, trial } = help;
  const name = subject?.name ?? '';
  const has = subject?.target.find((each) => sameTarget(each.name, row.target));
  const lastValid = help.valid !== undefined && help.valid !== row;
  return (
    <section className={styles.card} aria-label={t('result-title')} data-testid="result-card">
      <div className={styles.head}>
        <h3 className={styles.title}>{t('result-for')}</h3>
        <PersonPicker table={table} value={person?.name ?? name} onPick={onPerson} />
        <span className={styles.grow} />
        {lastValid ? <Tag tone="neutral" icon={<CheckmarkCircleRegular />}>{t('result-last-valid')}</Tag> : null}
      </div>
      {help.subjectFailed === undefined ? null : <p className={layout.body}>{t('result-nobody', { why: say(asCommandError(help.subjectFailed).message) })}</p>}
      {subject === undefined ? null : (
        <dl className={styles.facts}>
          <dt className={styles.term}>{t('result-has')}</dt>
          <dd className={styles.value} data-testid="result-has">
            {has !== undefined ? has.value : subject.target_note !== undefined ? <span className={layout.muted}>{say(subject.target_note)}</span> : t('change-empty')}
          </dd>
          <dt className={styles.term}>{t('result-will')}</dt>
          <dd className={`${styles.value} ${styles.will}`} data-testid="result-will"><div role="status" aria-label={t('result-will')}>
            {trial === undefined ? t('result-unknown') : trial.result === 'value' ? trial.value : trial.note === undefined ? t('change-empty') : say(trial.note)}
            {trial?.result === 'value' && trial.note !== undefined ? <div className={layout.muted}>{say(trial.note)}</div> : null}
            {trial?.result === 'empty' && row.default_value !== '' ? <div className={layout.muted}>{t('result-default', { value: row.default_value })}</div> : null}
          </div></dd>
        </dl>
      )}
      <Many help={help} first={first} onAll={onAll} />
    </section>
  );
}

function Many({ help, first, onAll }: { help: RowHelp; first: number; onAll: () => void }) {
  const styles = useStyles();
  const layout = useLayout();
  const [open, setOpen] = useState(false);
  const { many } = help;
  if (many === undefined) {
    if (help.trying) return <div className={styles.many}><Spinner size="extra-tiny" aria-hidden /><span>{t('result-trying')}</span></div>;
    if (help.manyFailed === undefined || help.valid === undefined) return null;
    return <div className={styles.many}>{t('result-many-failed', { why: say(asCommandError(help.manyFailed).message) })}</div>;
  }
  return (
    <>
      <div className={styles.many}>
        <ResultIcon result={many.failed > 0 ? 'fix-this' : many.empty > 0 ? 'warning' : 'passed'} busy={help.trying} />
        <div className={layout.grow}>
          <span role="status" data-testid="result-many">{counts(many)}</span>
          <div className={layout.row}>
            <Button size="small" appearance="subtle" aria-expanded={open} onClick={() => setOpen((was) => !was)} data-testid="result-list-open">
              {open ? t('result-hide') : t('result-show')}
            </Button>
            {many.of > many.tried && first < ALL ? <Button size="small" appearance="subtle" onClick={onAll} data-testid="result-all">{t('result-all', { count: many.of })}</Button> : null}
          </div>
        </div>
      </div>
      {open ? (
        <div className={styles.list} tabIndex={0} role="group" aria-label={t('result-people')}>
          <ul className={layout.list}>
            {many.people.map((each) => (
              <li key={each.id} className={styles.who}>
                <ResultIcon result={outcome[each.trial.result]} />
                <span><span className={layout.visuallyHidden}>{`${resultWord(outcome[each.trial.result])}: `}</span>{each.name}</span>
                <span className={layout.mono}>{each.trial.result === 'value' ? each.trial.value : each.trial.note === undefined ? '' : say(each.trial.note)}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </>
  );
}

const counts = (many: MappingTrialOfMany): string =>
  t('result-counts', { tried: many.tried, all: many.tried < many.of ? 'no' : 'yes', values: many.values, empty: many.empty, failed: many.failed });
