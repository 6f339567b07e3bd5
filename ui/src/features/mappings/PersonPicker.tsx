import { Combobox, makeStyles, Option } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useConnection } from '../../api/connection';
import { principalsQuery } from '../../api/queries';
import { useLayout } from '../../components/layout';
import { t } from '../../text/messages';

export interface Picked {
  id: string;
  name: string;
}

const useStyles = makeStyles({ field: { minWidth: '120px', width: '200px' } });

/** Whom a row is tried on: anybody of the tenant, by name. */
export function PersonPicker({ table, value, onPick }: { table: 'users' | 'groups'; value: string; onPick: (person: Picked) => void }) {
  const styles = useStyles();
  const layout = useLayout();
  const { id } = useConnection();
  const [text, setText] = useState<string>();
  const wanted = useDeferredValue((text ?? '').trim());
  const found = useQuery({ ...principalsQuery({ id, text: wanted, kind: table === 'users' ? 'user' : 'group' }), placeholderData: (previous) => previous, retry: false, enabled: text !== undefined });
  const options = found.data ?? [];
  return (
    <Combobox
      className={styles.field}
      size="small"
      freeform
      aria-label={table === 'users' ? t('result-person') : t('result-group')}
      value={text ?? value}
      selectedOptions={[]}
      onFocus={() => setText('')}
      onBlur={() => setText(undefined)}
      onChange={(event) => setText(event.target.value)}
      onOptionSelect={(_, data) => {
        const picked = options.find((option) => option.id === data.optionValue);
        setText(undefined);
        if (picked !== undefined) onPick({ id: picked.id, name: picked.name });
      }}
      placeholder={value}
      data-testid="result-person"
    >
      {options.slice(0, 30).map((option) => (
        <Option key={option.id} value={option.id} text={option.name} data-testid={`result-option-${option.id}`}>
          <span>
            {option.name} <span className={layout.muted}>{option.detail}</span>
          </span>
        </Option>
      ))}
    </Combobox>
  );
}
