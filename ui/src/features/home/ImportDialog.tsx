import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, Field, Textarea } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { connectionQuery, connectionsQuery } from '../../api/queries';
import { go } from '../../api/routes';
import { ErrorBar } from '../../components/errors';
import { useLayout } from '../../components/layout';
import { call } from '../../platform/call';
import { t } from '../../text/messages';

/** Takes a connection file as a new draft. It is checked in Rust; nothing runs because of an import. */
export function ImportDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onOpenChange={(_, data) => (data.open ? undefined : onClose())}>
      <DialogSurface data-testid="import-dialog">{open ? <Body onClose={onClose} /> : null}</DialogSurface>
    </Dialog>
  );
}

function Body({ onClose }: { onClose: () => void }) {
  const layout = useLayout();
  const client = useQueryClient();
  const [text, setText] = useState('');
  const take = useMutation({
    mutationFn: () => call('connection_import', { text }),
    onSuccess: async (view) => {
      client.setQueryData(connectionQuery(view.summary.id).queryKey, view);
      await client.invalidateQueries({ queryKey: connectionsQuery.queryKey });
      onClose();
      go({ page: 'setup', id: view.summary.id, step: view.summary.next_step ?? 'sign-in' });
    },
  });
  return (
    <DialogBody>
      <DialogTitle>{t('import-title')}</DialogTitle>
      <DialogContent className={layout.tight}>
        <p className={layout.plain}>{t('import-body')}</p>
        <Field label={t('import-choose')}>
          <input
            type="file"
            accept=".toml,text/plain"
            data-testid="import-file"
            onChange={(event) => {
              const file = event.target.files?.[0];
              if (file !== undefined) void file.text().then(setText);
            }}
          />
        </Field>
        <Field label={t('import-paste')}>
          <Textarea value={text} rows={8} resize="vertical" onChange={(_, data) => setText(data.value)} data-testid="import-text" />
        </Field>
        {take.isError ? <ErrorBar error={take.error} /> : null}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{t('cancel')}</Button>
        <Button appearance="primary" disabled={text.trim() === '' || take.isPending} onClick={() => take.mutate()} data-testid="import-confirm" data-primary>
          {t('import-confirm')}
        </Button>
      </DialogActions>
    </DialogBody>
  );
}
