import { Checkbox, Field, Input } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useConnection } from '../../api/connection';
import { useLayout } from '../../components/layout';
import { ConfirmDialog } from '../../components/typed-dialog';
import type { Message } from '../../generated/bridge';
import { call } from '../../platform/call';
import { t } from '../../text/messages';

/** Off lets the running cycle finish, unless it is asked to stop. */
export function OffDialog({ open, running, onClose, onDone }: { open: boolean; running: boolean; onClose: () => void; onDone: (stays: readonly Message[]) => void }) {
  const layout = useLayout();
  const { id, refresh } = useConnection();
  const [reason, setReason] = useState('');
  const [cancel, setCancel] = useState(false);
  const off = useMutation({
    mutationFn: () => call('turn_off', { id, cancel_running: cancel, reason: reason.trim() }),
    onSuccess: (answer) => onDone(answer.stays),
    onSettled: refresh,
  });
  return (
    <ConfirmDialog open={open} title={t('off-title')} confirm={t('off-confirm')} busy={off.isPending} error={off.error ?? undefined} onConfirm={() => off.mutate()} onClose={onClose} testId="off-dialog">
      <p className={layout.plain}>{t('off-body')}</p>
      <Field label={t('off-reason')}>
        <Input value={reason} onChange={(_, data) => setReason(data.value)} data-testid="off-reason" />
      </Field>
      {running ? <Checkbox label={t('off-cancel')} checked={cancel} onChange={(_, data) => setCancel(data.checked === true)} data-testid="off-cancel" /> : null}
    </ConfirmDialog>
  );
}
