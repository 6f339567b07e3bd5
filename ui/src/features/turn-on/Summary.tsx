import { Link, makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useConnection } from '../../api/connection';
import { previewQuery } from '../../api/queries';
import { go } from '../../api/routes';
import { stepTitles } from '../../api/steps';
import { Card, NumberRing } from '../../components/card';
import { CopyButton } from '../../components/copy';
import { mailLeaves } from '../../components/no-mail-server';
import type { Draft, Preview, StepId } from '../../generated/bridge';
import { t } from '../../text/messages';

const useStyles = makeStyles({
  list: { margin: '0 -20px -8px' },
  row: {
    display: 'grid',
    gridTemplateColumns: '120px minmax(0, 1fr) auto',
    columnGap: '12px',
    padding: '9px 20px',
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    fontSize: '13px',
    lineHeight: '20px',
  },
  term: { color: tokens.colorNeutralForeground2 },
  value: { margin: 0, overflowWrap: 'anywhere' },
});

interface Line {
  name: string;
  value: string;
  /** Where it is changed; absent for what this page itself changes. */
  step?: StepId | 'settings';
}

function firstCycle(preview: Preview | undefined): string {
  const plan = preview?.plan;
  if (preview === undefined || plan === undefined) return t('summary-no-preview');
  const counts = t('summary-counts', { create: plan.counts.create, update: plan.counts.update, disable: plan.counts.disable, remove: plan.counts.delete });
  const stale = preview.state === 'stale' ? ` · ${t('summary-stale')}` : '';
  return plan.approved ? `${counts} · ${t('summary-approved')}${stale}` : `${counts}${stale}`;
}

/** The first name that is known: GoTo's own dialect does not say what an organization is called. */
function named(...names: readonly (string | undefined)[]): string | undefined {
  return names.find((name) => name !== undefined && name !== '');
}

function whoIsTold(draft: Draft): Pick<Line, 'value' | 'step'> {
  const to = draft.notice_email.join(', ');
  if (!draft.notice_on_failure || to === '') return { value: t('summary-no-notices'), step: 'connect' };
  return mailLeaves(draft) ? { value: t('summary-notices-to', { to }), step: 'connect' } : { value: t('summary-notices-unsent', { to }), step: 'settings' };
}

/** Everything that takes effect, each with the way to change it. */
export function Summary() {
  const styles = useStyles();
  const { id, view, tools, goTo } = useConnection();
  const preview = useQuery(previewQuery(id));
  const { draft } = tools;
  const lines: readonly Line[] = [
    { name: t('summary-from'), value: named(view.entra_account?.organization, draft.tenant) ?? t('not-signed-in'), step: 'sign-in' },
    { name: t('summary-to'), value: named(view.goto_account?.organization, draft.domain.name, view.goto_account?.user_name) ?? (view.goto_account === undefined ? t('not-authorized') : t('authorized')), step: 'connect' },
    { name: t('summary-scope'), value: draft.assigned_only ? t('scope-assigned') : t('scope-all'), step: 'plan' },
    ...(draft.ring === undefined ? [] : [{ name: t('ring-title'), value: t('summary-ring', { count: draft.ring.length }) }]),
    { name: t('runs-in'), value: draft.runner === 'entra' ? t('summary-runner-entra') : t('summary-runner-local', { minutes: draft.interval_minutes }), step: 'plan' },
    { name: t('summary-data'), value: draft.groups.enabled ? t('summary-data-both', { users: draft.users.rows.length, groups: draft.groups.rows.length }) : t('summary-data-users', { users: draft.users.rows.length }), step: 'user-attributes' },
    { name: view.live_revision === undefined ? t('summary-first-cycle') : t('summary-next-cycle'), value: firstCycle(preview.data), step: 'preview' },
    { name: t('guard-title'), value: t('summary-guard', { count: draft.guards.people_count, percent: draft.guards.people_percent, least: draft.guards.people_at_least }), step: 'plan' },
    { name: t('summary-notices'), ...whoIsTold(draft) },
  ];
  return (
    <Card
      title={t('summary-title')}
      lead={<NumberRing n={3} current />}
      testId="turn-on-summary"
      end={<CopyButton text={lines.map((line) => `${line.name}: ${line.value}`).join('\n')} name={t('summary-copy')} label={t('summary-copy')} />}
    >
      <dl className={styles.list}>
        {lines.map(({ name, value, step }) => (
          <div key={name} className={styles.row}>
            <dt className={styles.term}>{name}</dt>
            <dd className={styles.value}>{value}</dd>
            <dd className={styles.value}>
              {step === undefined ? null : (
                <Link as="button" onClick={() => (step === 'settings' ? go({ page: 'settings', id }) : goTo(step))} aria-label={t('change-name', { name, step: step === 'settings' ? t('nav-settings') : t(stepTitles[step]) })}>
                  {t('change')}
                </Link>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
