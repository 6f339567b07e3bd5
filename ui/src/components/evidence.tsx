import { makeStyles, tokens } from '@fluentui/react-components';
import type { ChangeRow, TrialStep } from '../generated/bridge';
import { id, say, t } from '../text/messages';
import { useLayout } from './layout';
import { ResultIcon, resultWord } from './status';

const useStyles = makeStyles({
  step: { display: 'grid', gridTemplateColumns: '20px minmax(0, 1fr)', columnGap: '12px', paddingBottom: '12px' },
  marks: { display: 'flex', flexWrap: 'wrap', columnGap: '16px', rowGap: '4px', marginTop: '6px', fontSize: '13px' },
  mark: { display: 'flex', alignItems: 'center', columnGap: '6px' },
  table: { width: '100%', borderCollapse: 'collapse', fontSize: '13px', lineHeight: '18px' },
  cell: { textAlign: 'left', verticalAlign: 'top', padding: '6px 8px 6px 0', fontWeight: tokens.fontWeightRegular, overflowWrap: 'anywhere' },
  row: { borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
  caption: { textAlign: 'left', paddingBottom: '6px' },
  old: { color: tokens.colorNeutralForeground3, fontFamily: tokens.fontFamilyMonospace, fontSize: '12px' },
  new: { textDecorationLine: 'none', fontFamily: tokens.fontFamilyMonospace, fontSize: '12px', fontWeight: tokens.fontWeightSemibold },
  name: { width: '38%', color: tokens.colorNeutralForeground2 },
});

/** Import, scope, match, action and reading back, each with what was seen. */
export function StoryView({ steps }: { steps: readonly TrialStep[] }) {
  const styles = useStyles();
  const layout = useLayout();
  return (
    <ol className={layout.list} aria-label={t('story-title')}>
      {steps.map((step) => (
        <li key={step.step} className={styles.step} data-testid={`story-${step.step}`}>
          <ResultIcon result={step.result} />
          <div>
            <div className={layout.strong}>
              <span className={layout.visuallyHidden}>{`${resultWord(step.result)}: `}</span>
              {say(step.title)}
            </div>
            {step.evidence.map((line, index) => (
              <p key={`${line.id} ${index}`} className={layout.body}>
                {say(line)}
              </p>
            ))}
          </div>
        </li>
      ))}
    </ol>
  );
}

const stepWords: Record<string, string> = {
  import: id('story-import'),
  scope: id('story-scope'),
  match: id('story-match'),
  action: id('story-action'),
  verify: id('story-verify'),
};

/** The same steps in a line: how each went, one word each. */
export function StepMarks({ steps }: { steps: readonly TrialStep[] }) {
  const styles = useStyles();
  const layout = useLayout();
  return (
    <ul className={`${layout.list} ${styles.marks}`} aria-label={t('story-title')}>
      {steps.map((step) => (
        <li key={step.step} className={styles.mark}>
          <ResultIcon result={step.result} />
          <span className={layout.visuallyHidden}>{`${resultWord(step.result)}: `}</span>
          {t(stepWords[step.step] ?? step.step)}
        </li>
      ))}
    </ul>
  );
}

/** One value that goes and one that comes, readable without colour or stroke. */
export function ChangeText({ change }: { change: ChangeRow }) {
  const styles = useStyles();
  const layout = useLayout();
  return (
    <>
      {change.before === undefined || change.before === '' ? null : (
        <>
          <span className={layout.visuallyHidden}>{`${t('change-was')} `}</span>
          <del className={styles.old}>{change.before}</del>
          <span aria-hidden>{' → '}</span>
        </>
      )}
      <span className={layout.visuallyHidden}>{` ${t('change-becomes')} `}</span>
      <ins className={styles.new}>{change.after === '' ? t('change-empty') : change.after}</ins>
    </>
  );
}

export function ChangeTable({ changes, title }: { changes: readonly ChangeRow[]; title: string }) {
  const styles = useStyles();
  const layout = useLayout();
  if (changes.length === 0) return null;
  return (
    <table className={styles.table}>
      <caption className={`${layout.strong} ${styles.caption}`}>{title}</caption>
      <tbody>
        {changes.map((change) => (
          <tr key={change.attribute} className={styles.row}>
            <th scope="row" className={`${styles.cell} ${styles.name}`}>
              {change.attribute}
            </th>
            <td className={styles.cell}>
              <ChangeText change={change} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
