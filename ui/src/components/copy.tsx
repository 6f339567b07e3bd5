import { Button, makeStyles, tokens } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { copyText } from '../platform/browser';
import { t } from '../text/messages';
import { CheckmarkRegular, CopyRegular } from './icons';
import { useLayout } from './layout';

function useCopy(text: string) {
  const [outcome, setOutcome] = useState<'idle' | 'copied' | 'refused'>('idle');
  useEffect(() => {
    if (outcome === 'idle') return;
    const timer = setTimeout(() => setOutcome('idle'), 2000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => setOutcome((await copyText(text)) ? 'copied' : 'refused');
  return { outcome, copy };
}

/** Copies a value that is no secret, and says so. */
export function CopyButton(props: { text: string; name: string; label?: string; appearance?: 'subtle' | 'secondary'; testId?: string }) {
  const layout = useLayout();
  const { outcome, copy } = useCopy(props.text);
  const said = outcome === 'copied' ? t('copy-done') : outcome === 'refused' ? t('copy-refused') : '';
  return (
    <>
      <Button
        size="small"
        appearance={props.appearance ?? 'subtle'}
        icon={outcome === 'copied' ? <CheckmarkRegular /> : <CopyRegular />}
        aria-label={props.label === undefined ? t('copy-name', { name: props.name }) : undefined}
        title={said === '' ? undefined : said}
        onClick={() => void copy()}
        data-testid={props.testId}
      >
        {props.label === undefined ? undefined : outcome === 'idle' ? props.label : said}
      </Button>
      <span role="status" className={layout.visuallyHidden}>
        {said === '' ? '' : `${props.name}: ${said}`}
      </span>
    </>
  );
}

const useStyles = makeStyles({
  box: { border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: '4px', margin: 0 },
  row: {
    display: 'grid',
    gridTemplateColumns: '108px minmax(0, 1fr) auto',
    alignItems: 'center',
    columnGap: '8px',
    paddingLeft: '12px',
    paddingRight: '4px',
    minHeight: '36px',
    '&:not(:last-child)': { borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  },
  name: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  value: { margin: 0, fontFamily: tokens.fontFamilyMonospace, fontSize: '12px', overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  end: { margin: 0 },
});

export interface CopyValue {
  name: string;
  value: string;
  testId?: string;
}

/** Values to take over exactly, each with a copy button. */
export function CopyTable({ values }: { values: readonly CopyValue[] }) {
  const styles = useStyles();
  return (
    <dl className={styles.box}>
      {values.map((row) => (
        <div className={styles.row} key={`${row.name} ${row.value}`}>
          <dt className={styles.name}>{row.name}</dt>
          <dd className={styles.value} title={row.value} data-testid={row.testId}>
            {row.value}
          </dd>
          <dd className={styles.end}>
            <CopyButton text={row.value} name={row.name} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
