import { makeStyles, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';

const useStyles = makeStyles({
  box: {
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    textAlign: 'center',
    rowGap: '8px',
    padding: '40px 20px',
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: '8px',
  },
  art: { width: '160px', height: '120px' },
  soft: { fill: tokens.colorNeutralBackground4 },
  line: { stroke: tokens.colorNeutralForeground4, fill: 'none', strokeWidth: 3, strokeLinecap: 'round', strokeLinejoin: 'round' },
  brand: { fill: tokens.colorBrandBackground },
  beam: { fill: tokens.colorBrandBackground2 },
  title: { margin: 0, fontSize: tokens.fontSizeBase500, lineHeight: tokens.lineHeightBase500, fontWeight: tokens.fontWeightSemibold },
  text: { margin: 0, color: tokens.colorNeutralForeground2, maxWidth: '480px' },
  actions: { display: 'flex', columnGap: '8px', rowGap: '8px', flexWrap: 'wrap', justifyContent: 'center', marginTop: '8px' },
});

export type Picture = 'torch' | 'chairs' | 'funnel' | 'scale' | 'clock' | 'cable';

function Art({ picture }: { picture: Picture }) {
  const s = useStyles();
  switch (picture) {
    case 'torch':
      return (
        <>
          <path className={s.beam} d="M62 60 140 18v84z" />
          <rect className={s.brand} x="18" y="50" width="34" height="20" rx="6" />
          <path className={s.line} d="M52 46h10v28H52z" />
          <circle className={s.soft} cx="120" cy="60" r="14" />
          <path className={s.line} d="M112 84c2-10 14-10 16 0M120 52a7 7 0 1 0 .1 0" />
        </>
      );
    case 'chairs':
      return (
        <>
          <rect className={s.soft} x="20" y="92" width="120" height="8" rx="4" />
          <path className={s.line} d="M42 30v60M42 62h26v28M92 30v60M92 62h26v28" />
          <rect className={s.brand} x="42" y="56" width="28" height="8" rx="3" />
        </>
      );
    case 'funnel':
      return (
        <>
          <path className={s.soft} d="M30 24h100L92 68v34l-24-12V68z" />
          <path className={s.line} d="M30 24h100L92 68v34l-24-12V68z" />
          <circle className={s.brand} cx="80" cy="44" r="8" />
        </>
      );
    case 'scale':
      return (
        <>
          <rect className={s.soft} x="52" y="98" width="56" height="8" rx="4" />
          <path className={s.line} d="M80 20v78M32 36h96M32 36 18 70h28zM128 36l-14 34h28z" />
          <circle className={s.brand} cx="80" cy="22" r="7" />
        </>
      );
    case 'clock':
      return (
        <>
          <circle className={s.soft} cx="80" cy="60" r="40" />
          <circle className={s.line} cx="80" cy="60" r="40" />
          <path className={s.line} d="M80 36v24l14 10" />
          <circle className={s.brand} cx="80" cy="60" r="5" />
        </>
      );
    case 'cable':
      return (
        <>
          <rect className={s.soft} x="16" y="46" width="34" height="28" rx="6" />
          <path className={s.line} d="M50 54h12M50 66h12M144 60h-28M98 48h12v24H98a12 12 0 0 1 0-24z" />
          <circle className={s.brand} cx="80" cy="60" r="4" />
        </>
      );
  }
}

/** Nothing is here yet: what it is for, and the way on. */
export function Empty({ picture, title, children, actions }: { picture: Picture; title: string; children?: ReactNode; actions?: ReactNode }) {
  const styles = useStyles();
  return (
    <div className={styles.box} data-testid="empty">
      <svg className={styles.art} viewBox="0 0 160 120" aria-hidden>
        <Art picture={picture} />
      </svg>
      <h2 className={styles.title}>{title}</h2>
      {children === undefined ? null : <p className={styles.text}>{children}</p>}
      {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
