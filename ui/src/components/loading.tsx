import { makeStyles, Skeleton, SkeletonItem, tokens } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { t } from '../text/messages';

const useStyles = makeStyles({
  box: {
    display: 'flex',
    flexDirection: 'column',
    rowGap: '14px',
    padding: '20px',
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: '8px',
  },
});

/** The shape of what is coming, shown only when it takes longer than 200 ms. */
export function Loading({ rows = 4 }: { rows?: number }) {
  const styles = useStyles();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, []);
  if (!late) return null;
  return (
    <Skeleton className={styles.box} aria-label={t('loading')} data-testid="loading">
      <SkeletonItem size={20} />
      {Array.from({ length: rows }, (_, row) => (
        <SkeletonItem key={row} size={16} />
      ))}
    </Skeleton>
  );
}
