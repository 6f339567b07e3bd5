import { Avatar, Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useConnection } from '../../api/connection';
import { scopeWhyQuery } from '../../api/queries';
import { Card } from '../../components/card';
import { CopyButton } from '../../components/copy';
import { ErrorBar } from '../../components/errors';
import { CheckmarkCircleFilled, DismissRegular, ErrorCircleFilled, WarningFilled } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { PrincipalSearch } from '../../components/principal-search';
import { ResultIcon, Tag } from '../../components/status';
import type { FilterWhy, ScopeWhy } from '../../generated/bridge';
import { say, t } from '../../text/messages';
import type { Filters, TableName } from './filters';

const useStyles = makeStyles({
  story: { marginTop: '10px' },
  who: { display: 'flex', alignItems: 'center', columnGap: '8px', border: `1px solid ${tokens.colorNeutralStroke1}`, borderRadius: '4px', padding: '0 0 0 10px', minHeight: '32px' },
  step: { display: 'grid', gridTemplateColumns: '20px minmax(0, 1fr)', columnGap: '8px', paddingTop: '8px', fontSize: '13px', lineHeight: '18px' },
  clause: { fontFamily: tokens.fontFamilyMonospace, fontSize: '12px', overflowWrap: 'anywhere' },
  title: { margin: '12px 0 0 0', fontSize: tokens.fontSizeBase200, lineHeight: tokens.lineHeightBase200, fontWeight: tokens.fontWeightSemibold },
  waiting: { color: tokens.colorNeutralForeground3 },
});

export interface Chosen {
  id: string;
  name: string;
}

interface Props {
  table: TableName;
  filters: Filters;
  /** The filters can be asked: nothing is wrong with them. */
  usable: boolean;
  waiting: boolean;
  person: Chosen | undefined;
  onPerson: (person: Chosen | undefined) => void;
}

/** Why one person or group passes, or does not: assignment first, then each condition. */
export function WhyCard({ table, filters, usable, waiting, person, onPerson }: Props) {
  const styles = useStyles();
  const layout = useLayout();
  const { id } = useConnection();
  const why = useQuery({ ...scopeWhyQuery(id, table, filters, person?.id ?? ''), enabled: person !== undefined && usable, retry: false });
  return (
    <Card title={table === 'users' ? t('scope-why-title') : t('scope-why-group-title')} testId="scope-why">
      {person === undefined ? (
        <PrincipalSearch kind={table === 'users' ? 'user' : 'group'} label={table === 'users' ? t('scope-why-pick') : t('scope-why-pick-group')} onPick={onPerson} testId="scope-why" />
      ) : (
        <div className={styles.who}>
          <Avatar size={20} name={person.name} color="colorful" aria-hidden />
          <span className={mergeClasses(layout.grow, layout.truncate)} data-testid="scope-why-person">{person.name}</span>
          <Button appearance="subtle" icon={<DismissRegular />} aria-label={t('scope-why-other')} onClick={() => onPerson(undefined)} data-testid="scope-why-clear" />
        </div>
      )}
      {person === undefined || usable ? null : <p className={layout.body}>{t('scope-mend-first')}</p>}
      {why.isError && !why.isFetching ? <ErrorBar error={why.error} retry={() => void why.refetch()} /> : null}
      {person === undefined || why.data === undefined || why.isError ? null : <Story why={why.data} name={person.name} waiting={waiting || why.isPlaceholderData} />}
    </Card>
  );
}

const outcomes = {
  in: { tone: 'success', icon: <CheckmarkCircleFilled /> },
  out: { tone: 'danger', icon: <ErrorCircleFilled /> },
  undecided: { tone: 'warning', icon: <WarningFilled /> },
} as const;

const wordOf = (why: ScopeWhy): string => (why.outcome === 'in' ? t('scope-why-in') : why.outcome === 'out' ? t('scope-why-out') : t('scope-why-undecided'));

function Story({ why, name, waiting }: { why: ScopeWhy; name: string; waiting: boolean }) {
  const styles = useStyles();
  const layout = useLayout();
  const look = outcomes[why.outcome];
  const several = why.filters.length > 1;
  return (
    <div className={mergeClasses(styles.story, waiting && styles.waiting)} data-testid="scope-why-story" data-outcome={why.outcome} data-waiting={waiting}>
      <div className={layout.row} role="status">
        <Tag tone={look.tone} icon={look.icon}>
          {wordOf(why)}
        </Tag>
        <div className={layout.body}>{say(why.summary)}</div>
      </div>
      {why.considered ? <Line passed text={say(why.path)} /> : null}
      {why.filters.map((filter, at) => (
        <Clauses key={at} filter={filter} titled={several} />
      ))}
      {why.would.length === 0 ? null : <p className={layout.body}>{wouldSay(why)}</p>}
      <div className={layout.row}>
        <CopyButton text={asText(why, name)} name={t('scope-why-copy')} label={t('scope-why-copy')} testId="scope-why-copy" />
      </div>
    </div>
  );
}

function Line({ passed, text, detail }: { passed: boolean; text: string; detail?: string }) {
  const styles = useStyles();
  const layout = useLayout();
  return (
    <div className={styles.step}>
      <ResultIcon result={passed ? 'passed' : 'fix-this'} />
      <div>
        <div className={detail === undefined ? undefined : styles.clause}>
          <span className={layout.visuallyHidden}>{passed ? t('scope-why-passed') : t('scope-why-failed')}</span>
          {text}
        </div>
        {detail === undefined ? null : <div className={layout.body}>{detail}</div>}
      </div>
    </div>
  );
}

function Clauses({ filter, titled }: { filter: FilterWhy; titled: boolean }) {
  const styles = useStyles();
  return (
    <>
      {titled ? <h3 className={styles.title}>{filter.title}</h3> : null}
      {filter.clauses.map((clause, at) => (
        <Line key={at} passed={clause.passed} text={clauseText(clause)} detail={say(clause.has)} />
      ))}
    </>
  );
}

/** What was wanted stands beside what is there where the two differ. */
const clauseText = (clause: FilterWhy['clauses'][number]): string => (clause.passed && clause.wanted !== '' ? `${clause.attribute} ${clause.operator} ${clause.wanted}` : `${clause.attribute} ${clause.operator}`);

const wouldSay = (why: ScopeWhy): string => t('scope-would-be-in', { conditions: why.would.map(say).join(t('scope-would-and')) });

/** The same as text, for a ticket. */
function asText(why: ScopeWhy, name: string): string {
  const clauses = why.filters.flatMap((filter) => [`${filter.title}:`, ...filter.clauses.map((clause) => `  ${clause.passed ? t('scope-why-passed') : t('scope-why-failed')} ${clause.attribute} ${clause.operator} ${clause.wanted}`.trimEnd() + ` (${say(clause.has)})`)]);
  return [`${name}: ${wordOf(why)}, ${say(why.summary)}`, say(why.path), ...clauses, ...(why.would.length === 0 ? [] : [wouldSay(why)])].join('\n');
}
