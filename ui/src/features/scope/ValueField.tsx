import { Button, Field, Input, makeStyles, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger, Tag, TagGroup, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { ChevronDownRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import type { ClauseFinding, ClauseRow, FilterOperator, ScopeHelp } from '../../generated/bridge';
import { count } from '../../text/format';
import { t } from '../../text/messages';
import { problem } from './ClauseRow';
import { attributeOf, listIn, patternOf } from './filters';

const useStyles = makeStyles({
  alone: { lineHeight: '32px', color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200, paddingLeft: '4px' },
  input: { width: '100%', minWidth: 0 },
  tags: { flexWrap: 'wrap', rowGap: '4px', marginBottom: '4px' },
});

interface Props {
  clause: ClauseRow;
  help: ScopeHelp | undefined;
  operator: FilterOperator | undefined;
  finding: ClauseFinding | undefined;
  place: string;
  onChange: (clause: ClauseRow, merge: string) => void;
}

/** What the attribute is compared with. */
export function ValueField(props: Props) {
  const styles = useStyles();
  const { clause, operator } = props;
  if (operator?.unary === true) return <span className={styles.alone}>{t('scope-no-value')}</span>;
  return clause.values.length > 1 ? <Several {...props} /> : <One {...props} />;
}

function One({ clause, help, operator, finding, place, onChange }: Props) {
  const styles = useStyles();
  const layout = useLayout();
  const value = clause.values[0] ?? '';
  const pattern = operator?.pattern === true;
  const known = pattern ? [] : (attributeOf(help, clause.attribute)?.values ?? []);
  const parts = pattern ? [] : listIn(value);
  const set = (text: string, merge: string) => onChange({ ...clause, values: text === '' ? [] : [text] }, merge);
  return (
    <div className={layout.tight}>
      <Field {...problem(finding)}>
        <Input
          className={styles.input}
          aria-label={t('scope-value')}
          value={value}
          spellCheck={false}
          autoComplete="off"
          onChange={(_, data) => set(data.value, `value ${place}`)}
          contentAfter={known.length === 0 ? undefined : <Known values={known} place={place} onPick={(text) => set(text, '')} />}
          data-testid={`clause-value-${place}`}
        />
      </Field>
      {parts.length === 0 ? null : (
        <Button size="small" onClick={() => onChange({ ...clause, operator: 'REGEX MATCH', values: [patternOf(parts)] }, '')} data-testid={`clause-list-${place}`}>
          {t('scope-list-offer', { count: parts.length })}
        </Button>
      )}
    </div>
  );
}

/** Values that people have, the most frequent first. */
function Known({ values, place, onPick }: { values: readonly { value: string; count: number }[]; place: string; onPick: (value: string) => void }) {
  const layout = useLayout();
  return (
    <Menu positioning="below-end">
      <MenuTrigger disableButtonEnhancement>
        <Button size="small" appearance="transparent" icon={<ChevronDownRegular />} aria-label={t('scope-values-known')} data-testid={`clause-values-${place}`} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {values.map((found) => (
            <MenuItem key={found.value} secondaryContent={<span className={layout.number}>{count(found.count)}</span>} onClick={() => onPick(found.value)}>
              {found.value}
            </MenuItem>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

/** A clause from elsewhere may have several values: any one of them suffices. */
function Several({ clause, finding, place, onChange }: Props) {
  const styles = useStyles();
  const [next, setNext] = useState('');
  const add = () => {
    const text = next.trim();
    if (text === '') return;
    onChange({ ...clause, values: [...clause.values, text] }, '');
    setNext('');
  };
  return (
    <Field {...problem(finding)} hint={t('scope-several-values')}>
      <div>
        <TagGroup className={styles.tags} aria-label={t('scope-value')} onDismiss={(_, data) => onChange({ ...clause, values: clause.values.filter((value) => value !== data.value) }, '')}>
          {clause.values.map((value) => (
            <Tag key={value} value={value} size="small" dismissible dismissIcon={{ 'aria-label': t('scope-remove-value', { value }) }}>
              {value}
            </Tag>
          ))}
        </TagGroup>
        <Input
          className={styles.input}
          aria-label={t('scope-add-value')}
          placeholder={t('scope-add-value')}
          value={next}
          onChange={(_, data) => setNext(data.value)}
          onBlur={add}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.altKey) add();
          }}
          data-testid={`clause-value-${place}`}
        />
      </div>
    </Field>
  );
}
