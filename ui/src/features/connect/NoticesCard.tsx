import { Checkbox, Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import { useConnection } from '../../api/connection';
import { Card } from '../../components/card';
import { MailRegular } from '../../components/icons';
import { useLayout } from '../../components/layout';
import { NoMailServer } from '../../components/no-mail-server';
import { t } from '../../text/messages';

const email = /^[^\s@;]+@[^\s@;]+\.[^\s@;]+$/;

interface Form {
  typed: string;
  on: boolean;
}

const addresses = (typed: string) => typed.split(';').map((part) => part.trim()).filter((part) => part !== '');

/** What is wrong with the form; undefined where it can be kept. */
function problemOf({ typed, on }: Form): string | undefined {
  const parts = addresses(typed);
  const wrong = parts.find((part) => !email.test(part));
  if (wrong !== undefined) return t('notices-wrong', { text: wrong });
  return on && parts.length === 0 ? t('notices-nobody') : undefined;
}

/** Who hears of failures. What cannot be used stays in the form: the draft keeps the last addresses that could. */
export function useNotices() {
  const { tools } = useConnection();
  const [form, setForm] = useState<Form>({ typed: tools.draft.notice_email.join('; '), on: tools.draft.notice_on_failure });
  const change = (part: Partial<Form>) => {
    const next = { ...form, ...part };
    setForm(next);
    if (problemOf(next) === undefined) tools.edit((draft) => ({ ...draft, notice_email: addresses(next.typed), notice_on_failure: next.on }));
  };
  return { form, change, problem: problemOf(form) };
}

export function NoticesCard({ notices: { form, change, problem } }: { notices: ReturnType<typeof useNotices> }) {
  const layout = useLayout();
  return (
    <Card title={t('notices-title')} icon={<MailRegular />} testId="connect-notices">
      <div className={layout.tight}>
        <Field label={t('notices-email')} {...(problem === undefined ? { hint: t('notices-hint') } : { validationMessage: problem })}>
          <Input value={form.typed} type="text" inputMode="email" onChange={(_, data) => change({ typed: data.value })} data-testid="connect-notice-email" />
        </Field>
        <Checkbox label={t('notices-failure')} checked={form.on} onChange={(_, data) => change({ on: data.checked === true })} data-testid="connect-notice-failure" />
        {form.on ? <NoMailServer /> : null}
      </div>
    </Card>
  );
}
