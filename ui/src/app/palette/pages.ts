import { go, type ConfigPage, type Route } from '../../api/routes';
import { numberOf, stepOrder, stepTitles } from '../../api/steps';
import type { ConnectionSummary, StepId } from '../../generated/bridge';
import { id as messageId, t } from '../../text/messages';
import type { Entry } from './entries';

/** Where a connection opens: the step to go on with, or its overview. */
export const openingOf = (row: ConnectionSummary): Route =>
  row.status === 'setting-up' ? { page: 'setup', id: row.id, step: row.next_step ?? 'sign-in' } : { page: 'overview', id: row.id };

/** The operate navigation in its order, without what leads elsewhere. Its first item is "All connections". */
const operating: readonly { page: 'overview' | 'logs' | ConfigPage; label: string }[] = [
  { page: 'overview', label: messageId('nav-overview') },
  { page: 'logs', label: messageId('nav-logs') },
  { page: 'people', label: messageId('step-people') },
  { page: 'connection', label: messageId('nav-connection') },
  { page: 'attributes/users', label: messageId('step-user-attributes') },
  { page: 'attributes/groups', label: messageId('step-group-attributes') },
  { page: 'scoping', label: messageId('step-scoping-filters') },
  { page: 'preview', label: messageId('step-preview') },
];

/** The steps that have no page of their own in operation. */
const onlySteps: readonly StepId[] = ['sign-in', 'plan', 'prepare-goto', 'application', 'turn-on'];

const settings: readonly { key: string; label: string }[] = [
  { key: 'name', label: messageId('settings-name') },
  { key: 'appearance', label: messageId('settings-appearance') },
  { key: 'credentials', label: messageId('settings-credentials') },
  { key: 'cycle', label: messageId('settings-cycle') },
  { key: 'mail', label: messageId('smtp-title') },
];

const toStep = (id: string, step: StepId, wizard: boolean): Entry => ({
  key: `step-${step}`,
  kind: 'page',
  label: t(stepTitles[step]),
  detail: t('palette-step', { n: numberOf(step) }),
  // Ctrl and a digit go by the navigation that is on the screen.
  ...(wizard && numberOf(step) <= 9 ? { keys: `Ctrl+${numberOf(step)}` } : {}),
  run: () => go({ page: 'setup', id, step }),
});

/** The pages and settings of the open connection. `wizard`: the steps are beside the page now. */
export function pagesOf(row: ConnectionSummary, wizard: boolean): Entry[] {
  const { id } = row;
  const settingUp = row.status === 'setting-up';
  const waits = settingUp ? { why: t('palette-still-setting-up') } : {};
  const pages = operating.map(({ page, label }, index): Entry => {
    const to: Route = page === 'overview' || page === 'logs' ? { page, id } : { page: 'config', id, config: page };
    return { key: page, kind: 'page', label: t(label), ...(wizard ? {} : { keys: `Ctrl+${index + 2}` }), ...waits, run: () => go(to) };
  });
  const toSettings = () => go({ page: 'settings', id });
  return [
    // While setting up, the steps are the pages: what has a step is not there twice.
    ...(settingUp ? stepOrder.map((step) => toStep(id, step, wizard)) : pages),
    ...(settingUp ? pages.filter((entry) => entry.key === 'overview' || entry.key === 'logs') : onlySteps.map((step) => toStep(id, step, wizard))),
    { key: 'pending', kind: 'page', label: t('nav-pending'), ...waits, run: () => go({ page: 'pending', id }) },
    { key: 'settings', kind: 'page', label: t('nav-settings'), ...(wizard ? {} : { keys: 'Ctrl+,' }), ...waits, run: toSettings },
    ...settings.map(({ key, label }): Entry => ({ key: `setting-${key}`, kind: 'setting', label: t(label), detail: t('settings-of', { name: row.name }), ...waits, run: toSettings })),
  ];
}
