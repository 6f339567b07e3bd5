import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useId, type ReactNode } from 'react';

const useStyles = makeStyles({
  card: {
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: '8px',
    minWidth: 0,
  },
  padded: { padding: '14px 20px 20px' },
  head: { display: 'flex', alignItems: 'center', columnGap: '10px', rowGap: '8px', flexWrap: 'wrap', minHeight: '32px' },
  title: { margin: 0, fontSize: tokens.fontSizeBase400, lineHeight: tokens.lineHeightBase400, fontWeight: tokens.fontWeightSemibold, flexGrow: 1 },
  icon: { display: 'inline-flex', fontSize: '20px', color: tokens.colorBrandForeground1, flexShrink: 0 },
  body: { marginTop: '8px' },
});

export const useCardStyles = useStyles;

/** A separate thing on a page, named by its heading. */
export function Card(props: {
  title: ReactNode;
  icon?: ReactNode;
  lead?: ReactNode;
  end?: ReactNode;
  children?: ReactNode;
  padded?: boolean;
  testId?: string;
}) {
  const styles = useStyles();
  const heading = useId();
  return (
    <section className={mergeClasses(styles.card, styles.padded)} aria-labelledby={heading} data-testid={props.testId}>
      <div className={styles.head}>
        {props.lead}
        {props.icon === undefined ? null : (
          <span className={styles.icon} aria-hidden>
            {props.icon}
          </span>
        )}
        <h2 className={styles.title} id={heading}>
          {props.title}
        </h2>
        {props.end}
      </div>
      {props.children === undefined ? null : <div className={styles.body}>{props.children}</div>}
    </section>
  );
}

const useNumber = makeStyles({
  ring: {
    width: '20px',
    height: '20px',
    boxSizing: 'border-box',
    borderRadius: tokens.borderRadiusCircular,
    display: 'inline-flex',
    alignItems: 'center',
    justifyContent: 'center',
    fontSize: '11px',
    fontWeight: tokens.fontWeightSemibold,
    flexShrink: 0,
    color: tokens.colorNeutralForeground2,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    fontVariantNumeric: 'tabular-nums',
  },
  current: { backgroundColor: tokens.colorBrandBackground, color: tokens.colorNeutralForegroundOnBrand, border: 'none' },
});

/** The number of a step or a part of one. */
export function NumberRing({ n, current = false }: { n: number; current?: boolean }) {
  const styles = useNumber();
  return (
    <span className={mergeClasses(styles.ring, current && styles.current)} aria-hidden>
      {n}
    </span>
  );
}
