import { Button, Link, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useCallback, useId, useMemo, useRef, useState } from 'react';
import { ErrorCircleFilled, InfoRegular, WarningFilled } from '../../components/icons';
import { useLayout } from '../../components/layout';
import type { AttributeInfo, MappingDiagnostic } from '../../generated/bridge';
import { say, t } from '../../text/messages';
import { ExpressionEditor, type Place } from './ExpressionEditor';
import { FunctionList } from './FunctionList';
import type { Facts } from './language/facts';
import type { RowHelp } from './row-help';

const useStyles = makeStyles({
  head: { display: 'flex', alignItems: 'baseline', justifyContent: 'space-between', columnGap: '8px', marginBottom: '4px' },
  strip: {
    display: 'flex',
    columnGap: '8px',
    alignItems: 'flex-start',
    padding: '6px 10px',
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderTop: 'none',
    borderRadius: '0 0 4px 4px',
    backgroundColor: tokens.colorNeutralBackground2,
    fontSize: '12px',
    lineHeight: '18px',
  },
  list: { flexGrow: 1, minWidth: 0, display: 'flex', flexDirection: 'column', rowGap: '4px' },
  item: { display: 'flex', columnGap: '8px', alignItems: 'flex-start', '& svg': { width: '16px', height: '16px', display: 'block', flexShrink: 0 } },
  error: { color: tokens.colorPaletteRedForeground1 },
  warning: { color: tokens.colorStatusWarningForeground1 },
  bold: { fontWeight: tokens.fontWeightSemibold },
  place: { color: tokens.colorNeutralForeground2, whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' },
  wrap: { overflowWrap: 'anywhere' },
});

interface Props {
  value: string;
  onChange: (value: string) => void;
  attributes: readonly AttributeInfo[];
  help: RowHelp;
}

/** The editor with what is wrong under it, and the remedy where there is one. */
export function ExpressionField({ value, onChange, attributes, help }: Props) {
  const styles = useStyles();
  const layout = useLayout();
  const ids = { label: useId(), hint: useId(), strip: useId() };
  const [place, setPlace] = useState<Place>({ line: 1, column: 1 });
  const [listed, setListed] = useState(false);
  const replace = useRef<(from: number, to: number, text: string) => void>(undefined);
  const ready = useCallback((work: (from: number, to: number, text: string) => void) => {
    replace.current = work;
  }, []);
  const facts = useMemo<Facts>(
    () => ({
      functions: help.functions,
      attributes,
      values: new Map((help.subject?.attributes ?? []).map((each) => [each.name, each.value])),
      person: help.subject?.name ?? '',
    }),
    [help.functions, help.subject, attributes],
  );
  // While somebody types, the last answer is about another text: it would point at the wrong letters.
  const shown = help.checked.value === value ? help.diagnostics : [];
  return (
    <div>
      <div className={styles.head}>
        <span className={layout.strong} id={ids.label}>{t('kind-expression')}</span>
        <Link as="button" aria-expanded={listed} onClick={() => setListed((was) => !was)} data-testid="functions-open">{t('editor-functions')}</Link>
      </div>
      {listed ? <FunctionList functions={help.functions} /> : null}
      <ExpressionEditor
        label={t('kind-expression')}
        value={value}
        onChange={onChange}
        diagnostics={shown}
        checked={help.checked.value}
        facts={facts}
        describedBy={`${ids.strip} ${ids.hint}`}
        onPlace={setPlace}
        onReady={ready}
      />
      <div className={styles.strip}>
        <div className={styles.list} id={ids.strip} role="status" data-testid="expression-problems">
          {shown.length === 0 ? (
            <div className={styles.item}>
              <InfoRegular aria-hidden />
              <div>{help.checked.value !== value ? t('editor-checking') : value.trim() === '' ? t('editor-empty') : t('editor-fine')}</div>
            </div>
          ) : (
            shown.map((diagnostic, index) => (
              <Problem key={`${diagnostic.code} ${index}`} diagnostic={diagnostic} value={value} onReplace={(text) => diagnostic.place !== undefined && replace.current?.(diagnostic.place.start, diagnostic.place.end, text)} />
            ))
          )}
        </div>
        <span className={styles.place} aria-hidden>{t('editor-place', { line: place.line, column: place.column })}</span>
      </div>
      <span className={layout.visuallyHidden} id={ids.hint}>{t('editor-hint')}</span>
    </div>
  );
}

function Problem({ diagnostic, value, onReplace }: { diagnostic: MappingDiagnostic; value: string; onReplace: (text: string) => void }) {
  const styles = useStyles();
  const { place } = diagnostic;
  const [best] = diagnostic.candidates;
  const line = place === undefined ? 0 : value.slice(0, place.start).split('\n').length;
  const said = say(diagnostic.message);
  const written = place === undefined ? '' : value.slice(place.start, place.end);
  return (
    <div className={styles.item} data-testid="expression-problem">
      <span className={diagnostic.error ? styles.error : styles.warning} aria-hidden>{diagnostic.error ? <ErrorCircleFilled /> : <WarningFilled />}</span>
      <div className={styles.wrap}>
        <span className={mergeClasses(styles.bold, diagnostic.error ? styles.error : styles.warning)}>{value.includes('\n') && line > 0 ? t('editor-line', { line, text: said }) : said}</span>{' '}
        {best === undefined || place === undefined ? null : (
          <>
            {t('did-you-mean', { name: best })}{' '}
            <Button size="small" onClick={() => onReplace(written.startsWith('[') ? `[${best}]` : best)} data-testid="expression-change">
              {t('editor-change-to', { name: best })}
            </Button>
          </>
        )}
      </div>
    </div>
  );
}
