import { useMutation, useQueryClient } from '@tanstack/react-query';
import { connectionsQuery } from '../../api/queries';
import { useLayout } from '../../components/layout';
import { useToast } from '../../components/toast';
import { ConfirmDialog } from '../../components/typed-dialog';
import type { ConnectionSummary } from '../../generated/bridge';
import { call } from '../../platform/call';
import { t } from '../../text/messages';

/** Usher forgets a connection. What stays in the clouds is said before. */
export function RemoveDialog({ row, open, onClose }: { row: ConnectionSummary; open: boolean; onClose: () => void }) {
  const layout = useLayout();
  const client = useQueryClient();
  const toast = useToast();
  const remove = useMutation({
    mutationFn: (typed: string) => call('connection_remove', { id: row.id, typed_name: typed }),
    onSuccess: async () => {
      onClose();
      toast(t('remove-done', { name: row.name }));
      client.removeQueries({ queryKey: ['connection', row.id] });
      await client.invalidateQueries({ queryKey: connectionsQuery.queryKey });
    },
  });
  return (
    <ConfirmDialog
      open={open}
      title={t('remove-title', { name: row.name })}
      confirm={t('remove-confirm')}
      busy={remove.isPending}
      error={remove.error ?? undefined}
      onConfirm={(typed) => remove.mutate(typed)}
      onClose={onClose}
      type={{ label: t('remove-type', { name: row.name }), expected: row.name }}
      testId="remove-dialog"
    >
      <p className={layout.plain}>{row.runner === 'entra' ? t('remove-body-entra') : t('remove-body-local')}</p>
    </ConfirmDialog>
  );
}
