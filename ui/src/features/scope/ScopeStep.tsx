import { Button } from '@fluentui/react-components';
import { useConnection } from '../../api/connection';
import { Card } from '../../components/card';
import { FilterRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { OpenButton } from '../../components/links';
import { StepPage } from '../../components/page';
import { StepFindings } from '../../components/step-findings';
import { t } from '../../text/messages';

/** Step 9 says what holds: everyone assigned is in scope, and filters made elsewhere are kept. */
export function ScopeStep() {
  const layout = useLayout();
  const { id, tools, goTo } = useConnection();
  const assigned = tools.draft.assigned_only;
  return (
    <StepPage step="scoping-filters" lead={t('scope-lead')} note={t('scope-note')}>
      <Card title={assigned ? t('scope-everyone-assigned') : t('scope-everyone')} icon={<FilterRegular />} testId="scope-now">
        <div className={layout.tight}>
          <p className={layout.body}>{assigned ? t('scope-assigned-now') : t('scope-all-now')}</p>
          <div className={layout.row}>
            <Button onClick={() => goTo(assigned ? 'people' : 'plan')} data-testid="scope-change">
              {assigned ? t('scope-see-people') : t('scope-change-plan')}
            </Button>
          </div>
        </div>
      </Card>
      <Card title={t('scope-filters-title')}>
        <div className={layout.tight}>
          <p className={layout.body}>{t('scope-filters-body')}</p>
          <p className={layout.body}>{tools.draft.runner === 'entra' ? t('scope-filters-kept') : t('scope-filters-local')}</p>
          <div className={layout.row}>
            <OpenButton link="entra-scoping-filters" connection={id} label={t('open-in-entra')} appearance="secondary" />
          </div>
        </div>
      </Card>
      <StepFindings step="scoping-filters" />
    </StepPage>
  );
}
