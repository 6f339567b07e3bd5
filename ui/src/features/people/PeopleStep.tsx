import { Button, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useConnection } from '../../api/connection';
import { peopleQuery } from '../../api/queries';
import { useCardStyles } from '../../components/card';
import { ErrorBar } from '../../components/errors';
import { FindingList } from '../../components/findings';
import { Card } from '../../components/card';
import { AddRegular } from '../../components/icons';
import { Empty } from '../../components/illustrations';
import { Loading } from '../../components/loading';
import { StepPage } from '../../components/page';
import { ReadAt } from '../../components/read-at';
import { StepFindings } from '../../components/step-findings';
import type { People } from '../../generated/bridge';
import { count } from '../../text/format';
import { t } from '../../text/messages';
import { AddDrawer } from './AddDrawer';
import { AssignmentTable } from './AssignmentTable';
import { useBulk } from './bulk';
import { BulkProgress, BulkResult } from './BulkBar';

const useStyles = makeStyles({
  figures: { display: 'grid', gridTemplateColumns: 'repeat(4, minmax(0, 1fr))', gap: '16px', '@media (max-width: 899px)': { gridTemplateColumns: '1fr 1fr' } },
  figure: { padding: '12px 16px' },
  number: { fontSize: '20px', lineHeight: '28px', fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: 'tabular-nums' },
  danger: { color: tokens.colorPaletteRedForeground1 },
  words: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  flush: { marginLeft: '-20px', marginRight: '-20px', marginBottom: '-20px', borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
});

/** Step 5: who is assigned, with which role, and who of them will be provisioned and why. */
export function PeopleStep() {
  const { id, tools, refresh } = useConnection();
  const people = useQuery({ ...peopleQuery(id), retry: false });
  const [adding, setAdding] = useState(false);
  const noApplication = tools.draft.application === '';
  const add = (
    <Button appearance="primary" icon={<AddRegular />} disabledFocusable={people.data === undefined} onClick={() => setAdding(true)} data-testid="people-add">
      {t('people-add')}
    </Button>
  );
  const left = people.data?.left_out ?? 0;
  return (
    <StepPage step="people" lead={tools.draft.assigned_only ? t('people-lead') : t('people-lead-all')} actions={add} note={left > 0 ? t('people-note-left', { count: left }) : t('people-note')} wide>
      {people.isError ? <ErrorBar error={people.error} title={t('people-failed')} retry={() => void people.refetch()} /> : null}
      {noApplication && people.data === undefined ? <NoApplication /> : null}
      {people.isPending && !noApplication ? <Loading rows={6} /> : null}
      {people.data === undefined ? null : <Body people={people.data} add={() => setAdding(true)} read={<ReadAt at={people.dataUpdatedAt} busy={people.isFetching} onRefresh={() => void refresh()} testId="people" />} />}
      {/* The list brings its own findings; the step's check stands in while it cannot be read. */}
      {people.data === undefined ? <StepFindings step="people" /> : null}
      {people.data === undefined ? null : <AddDrawer open={adding} roles={people.data.roles} assigned={people.data.rows} onClose={() => setAdding(false)} />}
    </StepPage>
  );
}

function NoApplication() {
  const { goTo } = useConnection();
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{t('people-no-application')}</MessageBarTitle>
        <Button size="small" onClick={() => goTo('application')}>
          {t('step-application')}
        </Button>
      </MessageBarBody>
    </MessageBar>
  );
}

function Body({ people, add, read }: { people: People; add: () => void; read: ReactNode }) {
  const styles = useStyles();
  const { refresh } = useConnection();
  const bulk = useBulk(people);
  return (
    <>
      <div className={styles.figures}>
        <Figure value={people.in_scope} words={t('people-figure-in-scope')} testId="people-in-scope" />
        <Figure value={people.rows.length} words={t('people-assignments')} />
        <Figure value={people.groups} words={t('people-groups')} />
        <Figure value={people.left_out} words={t('people-left-out')} danger={people.left_out > 0} />
      </div>
      {bulk.running === undefined ? null : <BulkProgress running={bulk.running} onCancel={bulk.cancel} />}
      {bulk.outcome === undefined ? null : <BulkResult outcome={bulk.outcome} bulk={bulk} />}
      {people.rows.length === 0 ? (
        <>
          {read}
          <Empty picture="chairs" title={t('people-empty')} actions={<Button appearance="primary" onClick={add} data-testid="people-choose-first">{t('people-choose-first')}</Button>}>
          {t('people-empty-body')}
        </Empty>
        </>
      ) : (
        <AssignmentTable people={people} bulk={bulk} end={read} />
      )}
      {people.findings.length === 0 ? null : (
        <Card title={t('people-findings')} testId="people-remarks">
          <div className={styles.flush}>
            <FindingList findings={people.findings} onCheckAgain={() => void refresh()} />
          </div>
        </Card>
      )}
    </>
  );
}

function Figure({ value, words, danger = false, testId }: { value: number; words: string; danger?: boolean; testId?: string }) {
  const styles = useStyles();
  const card = useCardStyles();
  return (
    <div className={`${card.card} ${styles.figure}`}>
      <div className={danger ? `${styles.number} ${styles.danger}` : styles.number} data-testid={testId}>
        {count(value)}
      </div>
      <div className={styles.words}>{words}</div>
    </div>
  );
}
