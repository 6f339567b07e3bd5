import { makeStyles, mergeClasses, Radio, RadioGroup, tokens } from '@fluentui/react-components';
import { useId, type ReactNode } from 'react';
import { CheckmarkCircleFilled, InfoRegular, StarFilled } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { Tag, ToneIcon } from '../../components/status';
import { t } from '../../text/messages';

const useStyles = makeStyles({
  title: { margin: '4px 0 10px', fontSize: tokens.fontSizeBase400, lineHeight: tokens.lineHeightBase400, fontWeight: tokens.fontWeightSemibold },
  cards: { display: 'grid', gridTemplateColumns: '1fr 1fr', gap: '16px', alignItems: 'stretch', '@media (max-width: 899px)': { gridTemplateColumns: '1fr' } },
  card: { border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: '8px', backgroundColor: tokens.colorNeutralBackground1, padding: '8px 20px 16px 12px' },
  chosen: { backgroundColor: tokens.colorBrandBackground2, border: `1px solid ${tokens.colorBrandStroke1}`, boxShadow: `inset 0 0 0 1px ${tokens.colorBrandStroke1}` },
  name: { color: tokens.colorNeutralForeground1, display: 'inline-flex', alignItems: 'center', columnGap: '8px', fontWeight: tokens.fontWeightSemibold, flexWrap: 'wrap' },
  icon: { fontSize: '20px', display: 'inline-flex' },
  inside: { marginLeft: '36px' },
  fact: { display: 'flex', columnGap: '8px', fontSize: '13px', lineHeight: '20px', marginTop: '6px' },
});

export interface Choice {
  value: string;
  icon: ReactNode;
  title: string;
  body: string;
  recommended?: boolean;
  facts: readonly { good: boolean; text: string }[];
}

/** One question with two answers, each with its facts. */
export function ChoiceCards({ title, value, onChange, choices, testId }: { title: string; value: string; onChange: (value: string) => void; choices: readonly Choice[]; testId: string }) {
  const styles = useStyles();
  const layout = useLayout();
  const heading = useId();
  return (
    <section aria-labelledby={heading}>
      <h2 className={styles.title} id={heading}>
        {title}
      </h2>
      <RadioGroup value={value} onChange={(_, data) => onChange(data.value)} aria-labelledby={heading} className={styles.cards}>
        {choices.map((choice) => (
          <div key={choice.value} className={mergeClasses(styles.card, choice.value === value && styles.chosen)}>
            <Radio
              value={choice.value}
              data-testid={`${testId}-${choice.value}`}
              label={
                <span className={styles.name}>
                  <span className={styles.icon} aria-hidden>
                    {choice.icon}
                  </span>
                  {choice.title}
                  {choice.recommended === true ? (
                    <Tag tone="brand" icon={<StarFilled />}>
                      {t('recommended')}
                    </Tag>
                  ) : null}
                </span>
              }
            />
            <div className={styles.inside}>
              <p className={layout.body}>{choice.body}</p>
              {choice.facts.map((fact) => (
                <div key={fact.text} className={styles.fact}>
                  <ToneIcon tone={fact.good ? 'success' : 'neutral'}>{fact.good ? <CheckmarkCircleFilled /> : <InfoRegular />}</ToneIcon>
                  <span>{fact.text}</span>
                </div>
              ))}
            </div>
          </div>
        ))}
      </RadioGroup>
    </section>
  );
}
