import { Avatar, Button, makeStyles, MessageBar, MessageBarBody, ProgressBar, Radio, RadioGroup, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useConnection } from '../../api/connection';
import { ringQuery } from '../../api/queries';
import { withRing } from '../../api/ring';
import { Card, NumberRing } from '../../components/card';
import { ErrorBar } from '../../components/errors';
import { DismissRegular, PeopleTeamRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { PrincipalSearch } from '../../components/principal-search';
import { useToast } from '../../components/toast';
import type { Ring, RingMember } from '../../generated/bridge';
import { t } from '../../text/messages';

const useStyles = makeStyles({
  member: { display: 'flex', alignItems: 'center', columnGap: '12px', padding: '6px 0', '&:not(:first-child)': { borderTop: `1px solid ${tokens.colorNeutralStroke2}` } },
  pick: { maxWidth: '360px' },
});

type First = 'user' | 'group' | 'everybody';

/** Who gets an account before everybody does: one person, one group, all. */
export function RingCard({ entra }: { entra: boolean }) {
  const layout = useLayout();
  const styles = useStyles();
  const toast = useToast();
  const { id, tools } = useConnection();
  const ring = tools.draft.ring;
  const [chosen, setChosen] = useState<First>();
  const counted = useQuery({ ...ringQuery(id, ring), enabled: !entra && ring !== undefined });
  const data = ring === undefined ? undefined : counted.data;
  const first = chosen ?? (ring === undefined ? 'everybody' : data?.members.some((member) => member.kind === 'group') === true ? 'group' : 'user');
  const choose = (after: readonly string[] | undefined, said: string) => {
    tools.edit(withRing(after));
    toast(said, {
      label: t('undo'),
      run: () => {
        setChosen(undefined);
        tools.edit(withRing(ring));
      },
    });
  };
  const open = (value: string) => {
    setChosen(value === 'user' || value === 'group' ? value : 'everybody');
    if (value === 'everybody' && ring !== undefined) choose(undefined, t('ring-toast-everybody'));
  };
  return (
    <Card title={t('ring-title')} lead={<NumberRing n={2} current />} testId="ring">
      {entra ? (
        <MessageBar intent="info" layout="multiline" data-testid="ring-entra">
          <MessageBarBody>{t('error-ring-entra')}</MessageBarBody>
        </MessageBar>
      ) : (
        <div className={layout.tight}>
          <p className={layout.body}>{t('ring-body')}</p>
          <RadioGroup value={first} aria-label={t('ring-title')} onChange={(_, change) => open(change.value)}>
            <Radio value="user" label={t('ring-user')} data-testid="ring-user" />
            <Radio value="group" label={t('ring-group')} data-testid="ring-group" />
            <Radio value="everybody" label={t('ring-everybody')} data-testid="ring-everybody" />
          </RadioGroup>
          {first === 'everybody' ? null : (
            <>
              <div className={styles.pick}>
                <PrincipalSearch
                  key={first}
                  kind={first}
                  label={first === 'user' ? t('ring-pick-user') : t('ring-pick-group')}
                  onPick={(found) => choose([...(ring ?? []).filter((member) => member !== found.id), found.id], t('ring-toast-in', { name: found.name }))}
                  testId="ring"
                />
              </div>
              {ring === undefined ? <p className={layout.body}>{t('ring-nobody-yet')}</p> : null}
            </>
          )}
          {data === undefined ? null : <Members ring={data} onRemove={(member) => choose(data.members.map((each) => each.id).filter((each) => each !== member.id), t('ring-toast-out', { name: member.name }))} />}
          {ring !== undefined && counted.isFetching ? <ProgressBar aria-label={t('scope-counting')} /> : null}
          {ring !== undefined && counted.isError ? <ErrorBar error={counted.error} title={t('ring-failed')} retry={() => void counted.refetch()} /> : null}
          <div role="status">{data === undefined ? null : <Numbers ring={data} />}</div>
        </div>
      )}
    </Card>
  );
}

function Members({ ring, onRemove }: { ring: Ring; onRemove: (member: RingMember) => void }) {
  const layout = useLayout();
  const styles = useStyles();
  const outside = (member: RingMember) => (member.kind === 'unknown' ? t('ring-member-unknown') : member.people === 0 && !ring.about ? t('ring-member-out') : undefined);
  return (
    <ul className={layout.list} aria-label={t('ring-members')}>
      {ring.members.map((member) => (
        <li key={member.id} className={styles.member} data-testid={`ring-member-${member.id}`}>
          <Avatar size={28} aria-hidden {...(member.kind === 'group' ? { icon: <PeopleTeamRegular />, shape: 'square' as const } : { name: member.name, color: 'colorful' as const })} />
          <div className={layout.grow}>
            <div className={layout.strong}>{member.name}</div>
            <div className={layout.muted}>{outside(member) ?? (member.kind === 'group' ? t('ring-member-people', { count: member.people }) : member.detail)}</div>
          </div>
          {/* Nobody left would read as everybody: to let everybody in is a choice of its own. */}
          {ring.members.length === 1 ? null : <Button size="small" appearance="subtle" icon={<DismissRegular />} aria-label={t('ring-member-remove', { name: member.name })} onClick={() => onRemove(member)} data-testid={`ring-remove-${member.id}`} />}
        </li>
      ))}
    </ul>
  );
}

function Numbers({ ring }: { ring: Ring }) {
  const layout = useLayout();
  return (
    <div className={layout.tight}>
      <div className={layout.strong} data-testid="ring-next" data-count={ring.next}>
        {t('ring-next', { count: ring.next })}
      </div>
      <div className={layout.body} data-testid="ring-waiting" data-count={ring.waiting}>
        {`${t('ring-waiting', { count: ring.waiting })} ${t('ring-provisioned', { count: ring.provisioned })}`}
      </div>
      {ring.about ? <p className={layout.muted}>{t('ring-about')}</p> : null}
    </div>
  );
}
