import { Button, makeStyles, MessageBar, MessageBarBody, ProgressBar, tokens } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { useConnection } from '../../api/connection';
import { Card } from '../../components/card';
import { CopyButton } from '../../components/copy';
import { ErrorBar } from '../../components/errors';
import { RemedyBox } from '../../components/findings';
import { ArrowClockwiseRegular, PlugConnectedRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { ResultIcon, resultWord } from '../../components/status';
import type { ConnectionTest, TestRow } from '../../generated/bridge';
import { call } from '../../platform/call';
import { clock, duration } from '../../text/format';
import { say, t } from '../../text/messages';

const useStyles = makeStyles({
  row: { display: 'grid', gridTemplateColumns: '20px minmax(0, 1fr) auto', columnGap: '10px', paddingTop: '6px', paddingBottom: '6px', fontSize: '13px', lineHeight: '18px' },
  failed: { color: tokens.colorPaletteRedForeground1, fontWeight: tokens.fontWeightSemibold },
  diagnosis: { padding: '14px 16px', borderRadius: '6px', backgroundColor: tokens.colorStatusDangerBackground1, border: `1px solid ${tokens.colorStatusDangerBorder1}` },
});

/** The test in order, with what came back and how long it took. */
export function TestCard({ onAuthorize }: { onAuthorize?: () => void }) {
  const layout = useLayout();
  const { id, view, tools, act } = useConnection();
  const entra = tools.draft.runner === 'entra';
  const waits = !entra && tools.draft.profile !== 'scim' && view.goto_account === undefined;
  const test = useMutation({ mutationFn: () => act(() => call('test_connection', { id })) });
  const last = waits || test.isPending ? undefined : (test.data ?? view.last_test);
  return (
    <Card
      title={t('test-title')}
      icon={<PlugConnectedRegular />}
      testId="test"
      end={
        <Button appearance={waits ? 'secondary' : 'primary'} size="small" icon={<ArrowClockwiseRegular />} disabledFocusable={waits || test.isPending} onClick={() => test.mutate()} data-testid="connect-test">
          {t('test')}
        </Button>
      }
    >
      <div className={layout.tight}>
        {waits ? <p className={layout.body}>{t('test-waits')}</p> : null}
        {test.isPending ? <ProgressBar aria-label={t('test-running')} /> : null}
        {test.isError ? <ErrorBar error={test.error} retry={() => test.mutate()} /> : null}
        {last === undefined ? waits || test.isPending ? null : <p className={layout.body}>{t('test-body')}</p> : <Result test={last} again={() => test.mutate()} {...(onAuthorize === undefined ? {} : { onAuthorize })} />}
      </div>
    </Card>
  );
}

function Result({ test, again, onAuthorize }: { test: ConnectionTest; again: () => void; onAuthorize?: () => void }) {
  const styles = useStyles();
  const layout = useLayout();
  const passed = test.rows.filter((row) => row.result === 'passed').length;
  return (
    <div className={layout.tight} data-testid="connect-result" data-passed={test.passed}>
      <MessageBar intent={test.passed ? 'success' : 'error'} role="status">
        <MessageBarBody>{test.passed ? t('test-passed', { count: passed, took: duration(test.milliseconds) }) : t('test-failed')}</MessageBarBody>
      </MessageBar>
      <ul className={layout.list}>
        {test.rows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </ul>
      {test.diagnosis === undefined ? null : (
        <section className={styles.diagnosis} aria-label={say(test.diagnosis.title)} data-testid="connect-diagnosis">
          <div className={layout.strong}>{say(test.diagnosis.title)}</div>
          {test.diagnosis.evidence.map((line, index) => (
            <p className={layout.body} key={`${line.id} ${index}`}>
              {say(line)}
            </p>
          ))}
          {test.diagnosis.remedy === undefined ? null : <RemedyBox remedy={test.diagnosis.remedy} plain onCheckAgain={again} {...(onAuthorize === undefined ? {} : { onAuthorize })} />}
        </section>
      )}
      <div className={layout.row}>
        <div className={layout.muted}>{t('test-at', { time: clock(test.tested_at) })}</div>
        <CopyButton text={asText(test)} name={t('test-details')} label={t('test-details')} />
      </div>
    </div>
  );
}

function Row({ row }: { row: TestRow }) {
  const styles = useStyles();
  const layout = useLayout();
  const tried = row.milliseconds > 0 && row.result !== 'not-tried';
  return (
    <li className={styles.row} data-testid={`test-${row.id}`} data-result={row.result}>
      <ResultIcon result={row.result} />
      <div>
        <div className={row.result === 'fix-this' ? styles.failed : undefined}>
          <span className={layout.visuallyHidden}>{`${resultWord(row.result)}: `}</span>
          {say(row.title)}
        </div>
        <div className={layout.muted}>{say(row.evidence)}</div>
      </div>
      <span className={layout.muted}>{tried ? duration(row.milliseconds) : '–'}</span>
    </li>
  );
}

/** For GoTo's support. The evidence comes from Rust with secrets removed. */
const asText = (test: ConnectionTest): string =>
  [test.tested_at, ...test.rows.map((row) => `${resultWord(row.result)}: ${say(row.title)} (${say(row.evidence)}, ${duration(row.milliseconds)})`)].join('\n');
