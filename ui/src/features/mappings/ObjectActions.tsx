import { Checkbox, makeStyles } from '@fluentui/react-components';
import { Card } from '../../components/card';
import { useLayout } from '../../components/layout';
import type { ObjectActions as Actions } from '../../generated/bridge';
import { t } from '../../text/messages';

const useStyles = makeStyles({ row: { display: 'flex', columnGap: '20px', rowGap: '4px', flexWrap: 'wrap', alignItems: 'center' } });

interface Props {
  table: 'users' | 'groups';
  actions: Actions;
  onChange: (actions: Actions, what: string) => void;
}

/** Entra's target object actions. */
export function ObjectActions({ table, actions, onChange }: Props) {
  const styles = useStyles();
  const layout = useLayout();
  return (
    <Card title={t('actions-title')} testId="object-actions">
      <div className={styles.row} role="group" aria-label={t('actions-title')}>
        <Checkbox label={t('actions-create')} checked={actions.create} onChange={(_, data) => onChange({ ...actions, create: data.checked === true }, t('actions-create'))} data-testid="action-create" />
        <Checkbox label={t('actions-update')} checked={actions.update} onChange={(_, data) => onChange({ ...actions, update: data.checked === true }, t('actions-update'))} data-testid="action-update" />
        <Checkbox label={t('actions-delete')} checked={actions.delete} onChange={(_, data) => onChange({ ...actions, delete: data.checked === true }, t('actions-delete'))} data-testid="action-delete" />
      </div>
      <p className={layout.body}>{table === 'users' ? t('actions-users-note') : t('actions-groups-note')}</p>
    </Card>
  );
}
