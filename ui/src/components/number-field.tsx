import { Field, SpinButton } from '@fluentui/react-components';
import { useState } from 'react';
import { count } from '../text/format';
import { t } from '../text/messages';

interface Props {
  label: string;
  hint?: string;
  value: number;
  min: number;
  max: number;
  onChange: (value: number) => void;
  className?: string;
  testId: string;
}

/** A whole number within limits. What is outside is said under the field and never reaches the draft. */
export function NumberField({ label, hint, value, min, max, onChange, className, testId }: Props) {
  const [typed, setTyped] = useState<string>();
  const bad = typed !== undefined;
  return (
    <Field label={label} className={className} {...(hint === undefined ? {} : { hint })} {...(bad ? { validationMessage: t('number-range', { min: count(min), max: count(max) }) } : {})}>
      <SpinButton
        {...(typed === undefined ? { value } : { value: null, displayValue: typed })}
        min={min}
        max={max}
        onChange={(_, data) => {
          const parsed = data.value ?? Number((data.displayValue ?? '').trim());
          if (Number.isInteger(parsed) && parsed >= min && parsed <= max) {
            setTyped(undefined);
            onChange(parsed);
          } else setTyped(data.displayValue ?? '');
        }}
        data-testid={testId}
      />
    </Field>
  );
}
