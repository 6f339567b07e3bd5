import { Button, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, ProgressBar, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConnection } from '../../api/connection';
import { Card, NumberRing } from '../../components/card';
import { CopyTable } from '../../components/copy';
import { ErrorBar } from '../../components/errors';
import { ArrowClockwiseRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { ResultIcon } from '../../components/status';
import type { DomainReport, DomainServer, DomainSettings, WebFile } from '../../generated/bridge';
import { call } from '../../platform/call';
import { clock, duration } from '../../text/format';
import { say, t } from '../../text/messages';

const useStyles = makeStyles({
  server: { display: 'grid', gridTemplateColumns: '20px minmax(0, 1fr) auto', columnGap: '10px', padding: '10px 0', '&:not(:first-child)': { borderTop: `1px solid ${tokens.colorNeutralStroke2}` } },
  seen: {
    margin: '6px 0 0',
    padding: '8px 12px',
    borderRadius: '4px',
    backgroundColor: tokens.colorNeutralBackground2,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: '12px',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
});

/** While the step is open and the record is not everywhere, it is looked up again every five minutes. */
const AGAIN = 5 * 60_000;

/** What each name server and the web server really say. */
export function DomainCheckCard({ domain }: { domain: DomainSettings }) {
  const layout = useLayout();
  const { id, tools } = useConnection();
  const [started, setStarted] = useState(false);
  const ready = domain.name !== '' && domain.code !== '';
  const check = useQuery({
    queryKey: ['connection', id, 'domain', domain.name, domain.code],
    queryFn: async () => {
      await tools.flush();
      return call('domain_check', { id });
    },
    enabled: started && ready,
    staleTime: Infinity,
    retry: false,
    refetchInterval: (query) => (query.state.data?.found === true ? false : AGAIN),
  });
  const again = () => {
    if (started) void check.refetch();
    else setStarted(true);
  };
  return (
    <Card
      title={t('prepare-check-title')}
      lead={<NumberRing n={3} current={ready} />}
      testId="prepare-check"
      end={
        <Button size="small" appearance="primary" icon={<ArrowClockwiseRegular />} disabled={!ready || check.isFetching} onClick={again} data-testid="prepare-check-now">
          {t('check-now')}
        </Button>
      }
    >
      <div className={layout.tight}>
        {check.isFetching ? <ProgressBar aria-label={t('prepare-checking')} /> : null}
        {!ready ? <p className={layout.body}>{t('prepare-check-waits')}</p> : null}
        {ready && check.data === undefined && !check.isFetching && !check.isError ? <p className={layout.body}>{t('prepare-check-body')}</p> : null}
        {check.isError ? <ErrorBar error={check.error} retry={() => void check.refetch()} /> : null}
        {check.data === undefined ? null : <Report report={check.data} />}
        {domain.name === '' ? null : (
          <>
            <div className={layout.muted}>{t('prepare-same-check')}</div>
            <CopyTable values={[{ name: 'nslookup', value: `nslookup -type=TXT ${domain.name}` }, { name: 'dig', value: `dig TXT ${domain.name}` }]} />
          </>
        )}
      </div>
    </Card>
  );
}

function Report({ report }: { report: DomainReport }) {
  const layout = useLayout();
  return (
    <>
      <div role="status" data-testid="prepare-verdict" data-found={report.found}>
        <MessageBar intent={report.found ? 'success' : 'warning'} layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{say(report.verdict)}</MessageBarTitle>
            {t('prepare-checked', { time: clock(report.checked_at) })}
          </MessageBarBody>
        </MessageBar>
      </div>
      <ul className={layout.list}>
        {report.servers.map((server) => (
          <Server key={`${server.name.id} ${server.address}`} server={server} />
        ))}
        {report.web === undefined ? null : <Web file={report.web} />}
      </ul>
    </>
  );
}

function Server({ server }: { server: DomainServer }) {
  const styles = useStyles();
  const layout = useLayout();
  return (
    <li className={styles.server}>
      <ResultIcon result={server.found ? 'passed' : server.problem === undefined ? 'warning' : 'not-tried'} />
      <div>
        <div className={layout.strong}>{say(server.name)}</div>
        <div className={layout.body}>{server.problem === undefined ? t(server.found ? 'prepare-records-found' : 'prepare-records-none', { count: server.records.length }) : say(server.problem)}</div>
        {server.ttl === undefined ? null : <div className={layout.muted}>{t('prepare-ttl', { minutes: Math.ceil(server.ttl / 60), took: duration(server.milliseconds) })}</div>}
        {server.found || server.records.length === 0 ? null : <pre className={styles.seen}>{server.records.map((record) => `"${record}"`).join('\n')}</pre>}
      </div>
      <span className={layout.mono}>{server.address}</span>
    </li>
  );
}

function Web({ file }: { file: WebFile }) {
  const styles = useStyles();
  const layout = useLayout();
  return (
    <li className={styles.server}>
      <ResultIcon result={file.found ? 'passed' : 'not-tried'} />
      <div>
        <div className={layout.strong}>{t('prepare-web')}</div>
        <div className={layout.body}>{file.problem === undefined ? t(file.found ? 'web-found' : 'web-not-found', { status: file.status }) : say(file.problem)}</div>
        {/* An address is long: beside the words it would leave them no room. */}
        <div className={layout.mono}>{file.url}</div>
        {file.found || file.body === '' ? null : <pre className={styles.seen}>{file.body}</pre>}
      </div>
    </li>
  );
}
