import { Input, makeStyles, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { useLayout } from '../../components/layout';
import type { FunctionInfo } from '../../generated/bridge';
import { t } from '../../text/messages';

const useStyles = makeStyles({
  box: { border: `1px solid ${tokens.colorNeutralStroke2}`, borderRadius: '4px', padding: '8px', marginBottom: '8px' },
  list: { maxHeight: '180px', overflowY: 'auto', margin: '8px 0 0 0', fontSize: '12px', lineHeight: '18px' },
  name: { fontFamily: tokens.fontFamilyMonospace, fontWeight: tokens.fontWeightSemibold, overflowWrap: 'anywhere' },
  about: { margin: '0 0 8px 0' },
  full: { width: '100%' },
});

/** Every function with one example each, searched by name and by what it does. */
export function FunctionList({ functions }: { functions: readonly FunctionInfo[] }) {
  const styles = useStyles();
  const layout = useLayout();
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const found = functions.filter((each) => each.usable && `${each.name} ${each.summary}`.toLowerCase().includes(wanted));
  return (
    <section className={styles.box} aria-label={t('editor-functions')} data-testid="functions">
      <Input className={styles.full} size="small" value={text} onChange={(_, data) => setText(data.value)} placeholder={t('editor-functions-search')} aria-label={t('editor-functions-search')} />
      {/* It scrolls, so the keyboard must be able to stand on it. */}
      <dl className={styles.list} tabIndex={0} role="group" aria-label={t('editor-functions-found', { count: found.length })}>
        {found.map((each) => (
          <div key={each.name}>
            <dt className={styles.name}>{each.signature}</dt>
            <dd className={styles.about}>
              {each.summary} <span className={layout.mono}>{each.example}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
