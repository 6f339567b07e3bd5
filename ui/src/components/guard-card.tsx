import { Checkbox, makeStyles } from '@fluentui/react-components';
import { useConnection } from '../api/connection';
import type { GuardSettings } from '../generated/bridge';
import { id, t } from '../text/messages';
import { Card } from './card';
import { ShieldCheckmarkRegular } from './icons';
import { useLayout } from './layout';
import { NumberField } from './number-field';

const useStyles = makeStyles({
  numbers: { display: 'grid', gridTemplateColumns: 'repeat(3, minmax(0, 220px))', columnGap: '16px', rowGap: '12px', '@media (max-width: 899px)': { gridTemplateColumns: '1fr' } },
  actions: { display: 'flex', columnGap: '16px', flexWrap: 'wrap' },
});

const actions: readonly { key: 'create' | 'update' | 'disable' | 'delete'; label: string }[] = [
  { key: 'create', label: id('guard-do-create') },
  { key: 'update', label: id('guard-do-update') },
  { key: 'disable', label: id('guard-do-disable') },
  { key: 'delete', label: id('guard-do-delete') },
];

/** The deletion guard and which actions are done at all. */
export function GuardCard() {
  const styles = useStyles();
  const layout = useLayout();
  const { tools } = useConnection();
  const { guards, runner } = tools.draft;
  const set = (change: Partial<GuardSettings>) => tools.edit((previous) => ({ ...previous, guards: { ...previous.guards, ...change } }));
  return (
    <Card title={t('guard-title')} icon={<ShieldCheckmarkRegular />} testId="guard">
      <div className={layout.stack}>
        <p className={layout.body}>{t('guard-body', { count: guards.people_count, percent: guards.people_percent, least: guards.people_at_least })}</p>
        <div className={styles.numbers}>
          <NumberField label={t('guard-count')} value={guards.people_count} min={1} max={10_000} onChange={(people_count) => set({ people_count })} testId="guard-count" />
          <NumberField label={t('guard-percent')} value={guards.people_percent} min={1} max={100} onChange={(people_percent) => set({ people_percent })} testId="guard-percent" />
          <NumberField label={t('guard-least')} value={guards.people_at_least} min={1} max={10_000} onChange={(people_at_least) => set({ people_at_least })} testId="guard-least" />
        </div>
        {guards.protected.length > 0 ? <p className={layout.body} data-testid="guard-protected">{t('guard-protected', { names: guards.protected.join(', ') })}</p> : null}
        {runner === 'entra' ? <p className={layout.muted}>{t('guard-entra')}</p> : null}
        <div className={styles.actions} role="group" aria-label={t('guard-actions')}>
          {actions.map((action) => (
            <Checkbox key={action.key} label={t(action.label)} checked={guards[action.key]} onChange={(_, data) => set({ [action.key]: data.checked === true })} data-testid={`guard-${action.key}`} />
          ))}
        </div>
        {guards.delete ? <p className={layout.body}>{t('guard-delete-warning')}</p> : null}
      </div>
    </Card>
  );
}
