import { Dropdown, type DropdownProps, Option } from '@fluentui/react-components';
import { t } from '../text/messages';

interface Offer<T> {
  value: T;
  label: string;
  testId?: string;
}

interface Props<T> extends Pick<DropdownProps, 'size' | 'className' | 'button' | 'disabled'> {
  label: string;
  value: T | undefined;
  /** What stands there, where it is not (any more) among what is offered. */
  shown?: string;
  offers: readonly Offer<T>[];
  onChoose: (value: T) => void;
  optionClassName?: string;
  testId?: string;
}

/**
 * One of a few values.
 *
 * WebKit tells a screen reader what such a list is called and not what is chosen in it, so its name says both.
 */
export function Choice<T extends string>({ label, value, shown: told, offers, onChoose, optionClassName, testId, ...look }: Props<T>) {
  const shown = offers.find((offer) => offer.value === value)?.label ?? told ?? '';
  return (
    <Dropdown
      {...look}
      aria-label={shown === '' ? label : t('choice-name', { label, value: shown })}
      value={shown}
      selectedOptions={value === undefined ? [] : [value]}
      onOptionSelect={(_, data) => {
        const chosen = offers.find((offer) => offer.value === data.optionValue);
        if (chosen !== undefined && chosen.value !== value) onChoose(chosen.value);
      }}
      data-testid={testId}
    >
      {offers.map((offer) => (
        <Option key={offer.value} value={offer.value} className={optionClassName} data-testid={offer.testId}>
          {offer.label}
        </Option>
      ))}
    </Dropdown>
  );
}
