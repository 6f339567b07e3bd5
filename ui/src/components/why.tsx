import { Button, makeStyles } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useConnection } from '../api/connection';
import { whyQuery } from '../api/queries';
import { go } from '../api/routes';
import type { Why, WhyState } from '../generated/bridge';
import { id as messageId, say, t } from '../text/messages';
import { CopyButton } from './copy';
import { SideDrawer } from './drawer';
import { ErrorBar } from './errors';
import { ChangeTable, StoryView } from './evidence';
import { CheckmarkCircleFilled, ErrorCircleFilled, PersonAddRegular, PersonProhibitedRegular, WarningFilled } from './icons';
import { useLayout } from './layout';
import { Loading } from './loading';
import { Tag } from './status';

export interface WhoAbout {
  /** Object id in Entra. */
  id: string;
  name: string;
}

const useStyles = makeStyles({
  summary: { margin: 0 },
});

const looks = {
  in: { tone: 'success', icon: <CheckmarkCircleFilled />, word: messageId('why-state-in') },
  arrives: { tone: 'brand', icon: <PersonAddRegular />, word: messageId('why-state-arrives') },
  leaves: { tone: 'warning', icon: <WarningFilled />, word: messageId('why-state-leaves') },
  inactive: { tone: 'neutral', icon: <PersonProhibitedRegular />, word: messageId('why-state-inactive') },
  out: { tone: 'neutral', icon: <PersonProhibitedRegular />, word: messageId('why-state-out') },
  failed: { tone: 'danger', icon: <ErrorCircleFilled />, word: messageId('why-state-failed') },
} as const satisfies Record<WhyState, unknown>;

/** Why one person is in GoTo, or is not: asked on both sides now, and nothing is sent. */
export function WhyDrawer({ person, onClose }: { person: WhoAbout | undefined; onClose: () => void }) {
  return (
    <SideDrawer open={person !== undefined} title={person === undefined ? '' : t('why-title', { name: person.name })} onClose={onClose} testId="why-drawer">
      {person === undefined ? null : <Told key={person.id} person={person} />}
    </SideDrawer>
  );
}

function Told({ person }: { person: WhoAbout }) {
  const styles = useStyles();
  const layout = useLayout();
  const { id, view } = useConnection();
  const why = useQuery(whyQuery(id, person.id));
  if (why.isError && !why.isFetching) return <ErrorBar error={why.error} retry={() => void why.refetch()} title={t('why-not-worked-out')} />;
  if (why.data === undefined) return <Loading rows={8} />;
  const look = looks[why.data.state];
  return (
    <div className={layout.stack} data-testid="why-told" data-state={why.data.state}>
      <div className={layout.row} role="status">
        <Tag tone={look.tone} icon={look.icon}>
          {t(look.word)}
        </Tag>
        <p className={styles.summary}>{say(why.data.summary)}</p>
      </div>
      <StoryView steps={why.data.steps} />
      <ChangeTable changes={why.data.changes} title={t('would-be-set')} />
      <p className={layout.muted}>{t('why-nothing-sent')}</p>
      <div className={layout.row}>
        {view.summary.status === 'setting-up' ? null : (
          <Button onClick={() => go({ page: 'logs', id, find: person.name })} data-testid="why-log">
            {t('why-open-log')}
          </Button>
        )}
        <CopyButton text={asText(why.data)} name={t('scope-why-copy')} label={t('scope-why-copy')} testId="why-copy" />
      </div>
    </div>
  );
}

/** The same as text, for a ticket. */
function asText(why: Why): string {
  const steps = why.steps.flatMap((step) => [say(step.title), ...step.evidence.map((line) => `  ${say(line)}`)]);
  const changes = why.changes.map((change) => `  ${change.attribute}: ${change.before ?? ''} → ${change.after}`);
  return [`${why.name}: ${t(looks[why.state].word)}. ${say(why.summary)}`, ...steps, ...changes].join('\n');
}
