import { Button, makeStyles, mergeClasses, MessageBar, MessageBarBody, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useConnection } from '../../api/connection';
import { seatsQuery } from '../../api/queries';
import { Card } from '../../components/card';
import { ErrorBar } from '../../components/errors';
import { PeopleRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { OpenButton, OpenLinkText } from '../../components/links';
import { Loading } from '../../components/loading';
import { ReadAt } from '../../components/read-at';
import { ResultIcon, resultWord, Tag } from '../../components/status';
import type { AccountSeats, Seats, SyncGroup } from '../../generated/bridge';
import { count } from '../../text/format';
import { say, t } from '../../text/messages';

const useStyles = makeStyles({
  summary: { display: 'grid', gridTemplateColumns: '20px minmax(0, 1fr)', columnGap: '10px', alignItems: 'start' },
  // In a narrow window the table scrolls sideways by itself; the page never does.
  sideways: { overflowX: 'auto', position: 'relative' },
  table: { width: '100%', borderCollapse: 'collapse', fontSize: '13px', lineHeight: '18px' },
  caption: { textAlign: 'left', fontWeight: tokens.fontWeightSemibold, padding: '0 0 4px' },
  cell: { textAlign: 'left', padding: '6px 12px 6px 0', verticalAlign: 'top', overflowWrap: 'anywhere' },
  end: { textAlign: 'right', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' },
  row: { borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
});

/** Seats at GoTo, and the User Sync rules that a person makes there. Advice: it stops nobody. */
export function SeatsCard() {
  const styles = useStyles();
  const layout = useLayout();
  const body = useId();
  const { id } = useConnection();
  const seats = useQuery({ ...seatsQuery(id), retry: false });
  // Whoever has nothing to mend sees one sentence; a person's own choice holds.
  const [chosen, setChosen] = useState<boolean>();
  const found = seats.data;
  if (found?.applies === false) return null;
  const open = chosen ?? (found !== undefined && (found.result !== 'passed' || found.missing.length > 0 || found.groups.some((group) => group.result === 'warning')));
  return (
    <Card
      title={t('seats-title')}
      icon={<PeopleRegular />}
      testId="seats"
      end={found === undefined ? undefined : <ReadAt at={Date.parse(found.read_at)} busy={seats.isFetching} onRefresh={() => void seats.refetch()} testId="seats" />}
    >
      {seats.isPending ? <Loading rows={2} /> : null}
      {seats.isError ? <ErrorBar error={seats.error} title={t('seats-failed')} retry={() => void seats.refetch()} /> : null}
      {found === undefined ? null : (
        <div className={layout.tight}>
          <div className={styles.summary} data-testid="seats-summary" data-result={found.result}>
            <ResultIcon result={found.result} />
            <div>{say(found.summary)}</div>
          </div>
          {found.missing.map((message) => (
            <MessageBar key={message.id} intent="info" layout="multiline">
              <MessageBarBody>{say(message)}</MessageBarBody>
            </MessageBar>
          ))}
          <p className={layout.body}>{found.notes[0] === undefined ? '' : say(found.notes[0])}</p>
          <div>
            <Button size="small" aria-expanded={open} aria-controls={body} onClick={() => setChosen(!open)} data-testid="seats-toggle">
              {open ? t('seats-hide') : t('seats-show')}
            </Button>
          </div>
          <div id={body} hidden={!open} className={open ? layout.stack : undefined}>
            {open ? <Details seats={found} /> : null}
          </div>
        </div>
      )}
    </Card>
  );
}

function Details({ seats }: { seats: Seats }) {
  const layout = useLayout();
  return (
    <>
      {seats.accounts.map((account) => (
        <Licences key={account.key} account={account} />
      ))}
      {seats.groups.length === 0 ? null : <Rules groups={seats.groups} />}
      {/* Mail is told beside the trial. */}
      {seats.notes.slice(1).filter((message) => message.id !== 'seats-mail').map((message) => (
        <p key={message.id} className={layout.body}>
          {say(message)}
        </p>
      ))}
      <div className={layout.row}>
        <OpenButton link="goto-admin" label={t('seats-open')} appearance="secondary" size="small" />
        <OpenLinkText link="guide-user-sync" label={t('seats-guide')} />
      </div>
    </>
  );
}

const told = (value: number | undefined) => (value === undefined ? t('seats-not-told') : count(value));

/** Both numbers as GoTo tells them, and the difference where it means something. */
function Licences({ account }: { account: AccountSeats }) {
  const styles = useStyles();
  const head = [t('seats-licence'), t('seats-products'), t('seats-all'), t('seats-used'), t('seats-left')];
  return (
    <div className={styles.sideways}>
      <table className={styles.table} data-testid="seats-licences">
        <caption className={styles.caption}>{t('seats-account', { name: account.name })}</caption>
        <thead>
          <tr>
            {head.map((title, column) => (
              <th key={title} scope="col" className={mergeClasses(styles.cell, column > 1 && styles.end)}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {account.licences.map((licence) => (
            <tr key={licence.key} className={styles.row}>
              <th scope="row" className={styles.cell}>
                {licence.name} {licence.enabled ? null : <Tag tone="neutral">{t('seats-not-in-force')}</Tag>}
              </th>
              <td className={styles.cell}>{licence.products.join(', ')}</td>
              <td className={mergeClasses(styles.cell, styles.end)}>{told(licence.seats)}</td>
              <td className={mergeClasses(styles.cell, styles.end)}>{told(licence.used)}</td>
              <td className={mergeClasses(styles.cell, styles.end)}>{told(licence.free)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Rules({ groups }: { groups: readonly SyncGroup[] }) {
  const styles = useStyles();
  return (
    <div className={styles.sideways}>
      <table className={styles.table} data-testid="seats-rules">
        <caption className={styles.caption}>{t('seats-rules')}</caption>
        <thead>
          <tr>
            <th scope="col" className={styles.cell}>
              {t('seats-group')}
            </th>
            <th scope="col" className={mergeClasses(styles.cell, styles.end)}>
              {t('seats-people')}
            </th>
            <th scope="col" className={styles.cell}>
              {t('seats-rule')}
            </th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <tr key={group.name} className={styles.row}>
              <th scope="row" className={styles.cell}>
                {group.name}
              </th>
              <td className={mergeClasses(styles.cell, styles.end)}>{count(group.people)}</td>
              <td className={styles.cell}>
                {group.result === 'warning' ? <Tag tone="warning">{resultWord(group.result)}</Tag> : null} {say(group.advice)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
