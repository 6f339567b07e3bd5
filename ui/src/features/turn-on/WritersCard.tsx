import { MessageBar, MessageBarBody, Radio, RadioGroup } from '@fluentui/react-components';
import { useConnection } from '../../api/connection';
import { Card, NumberRing } from '../../components/card';
import { useLayout } from '../../components/layout';
import type { OtherWriters } from '../../generated/bridge';
import { t } from '../../text/messages';

const answers: readonly OtherWriters[] = ['none', 'accepted'];

/** Two writers on one organization undo each other's work: a person says that there is none, or accepts it. */
export function WritersCard() {
  const layout = useLayout();
  const { tools } = useConnection();
  const said = tools.draft.other_writers;
  const answer = (value: string) => {
    const found = answers.find((each) => each === value);
    if (found !== undefined) tools.edit((draft) => ({ ...draft, other_writers: found }));
  };
  return (
    <Card title={t('writers-title')} lead={<NumberRing n={4} current />} testId="writers">
      <div className={layout.tight}>
        <p className={layout.body}>{t('writers-body')}</p>
        <RadioGroup value={said ?? ''} aria-label={t('writers-title')} onChange={(_, change) => answer(change.value)}>
          <Radio value="none" label={t('writers-none')} data-testid="writers-none" />
          <Radio value="accepted" label={t('writers-accepted')} data-testid="writers-accepted" />
        </RadioGroup>
        <div role="status">
          {said === 'accepted' ? (
            <MessageBar intent="warning" layout="multiline" data-testid="writers-note">
              <MessageBarBody>{t('writers-accepted-note')}</MessageBarBody>
            </MessageBar>
          ) : null}
        </div>
      </div>
    </Card>
  );
}
