import { Combobox, Field, makeStyles, Option } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { useConnection } from '../api/connection';
import { principalsQuery } from '../api/queries';
import { useLayout } from './layout';

const useStyles = makeStyles({ field: { width: '100%', minWidth: 0 } });

/** Finds one person or group of the whole tenant by name. */
export function PrincipalSearch({ kind, label, onPick, testId }: { kind: 'user' | 'group'; label: string; onPick: (found: { id: string; name: string }) => void; testId: string }) {
  const styles = useStyles();
  const layout = useLayout();
  const { id } = useConnection();
  const [text, setText] = useState('');
  const wanted = useDeferredValue(text.trim());
  const found = useQuery({ ...principalsQuery({ id, text: wanted, kind }), placeholderData: (previous) => previous, retry: false });
  const options = found.data ?? [];
  return (
    <Field className={styles.field}>
      <Combobox
        className={styles.field}
        aria-label={label}
        placeholder={label}
        freeform
        value={text}
        selectedOptions={[]}
        onChange={(event) => setText(event.target.value)}
        onOptionSelect={(_, data) => {
          const picked = options.find((option) => option.id === data.optionValue);
          if (picked === undefined) return;
          onPick({ id: picked.id, name: picked.name });
          setText('');
        }}
        data-testid={`${testId}-pick`}
      >
        {options.map((option) => (
          <Option key={option.id} value={option.id} text={option.name} data-testid={`${testId}-option-${option.id}`}>
            <span>
              {option.name} <span className={layout.muted}>{option.detail}</span>
            </span>
          </Option>
        ))}
      </Combobox>
    </Field>
  );
}
