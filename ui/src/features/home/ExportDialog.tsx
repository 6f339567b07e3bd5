import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle, makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { CopyButton } from '../../components/copy';
import { ErrorBar } from '../../components/errors';
import { useLayout } from '../../components/layout';
import { Loading } from '../../components/loading';
import type { ConnectionSummary } from '../../generated/bridge';
import { canSaveFiles, saveTextFile } from '../../platform/browser';
import { call } from '../../platform/call';
import { t } from '../../text/messages';

const useStyles = makeStyles({
  text: {
    margin: 0,
    maxHeight: '320px',
    overflow: 'auto',
    padding: '12px',
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: '12px',
    backgroundColor: tokens.colorNeutralBackground2,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: '4px',
  },
});

/** The connection file, to read, copy or save. No secret is in it. */
export function ExportDialog({ row, open, onClose }: { row: ConnectionSummary; open: boolean; onClose: () => void }) {
  const styles = useStyles();
  const layout = useLayout();
  const file = useQuery({ queryKey: ['connection', row.id, 'export'], queryFn: () => call('connection_export', { id: row.id }), enabled: open, staleTime: 0 });
  const text = file.data?.text;
  return (
    <Dialog open={open} onOpenChange={(_, data) => (data.open ? undefined : onClose())}>
      <DialogSurface data-testid="export-dialog">
        <DialogBody>
          <DialogTitle>{t('export-title', { name: row.name })}</DialogTitle>
          <DialogContent className={layout.tight}>
            <p className={layout.plain}>{t('export-body')}</p>
            {file.isError ? <ErrorBar error={file.error} retry={() => void file.refetch()} /> : null}
            {file.isPending ? <Loading /> : null}
            {text === undefined ? null : (
              <pre className={styles.text} tabIndex={0} role="region" aria-label={t('export-file')} data-testid="export-text">
                {text}
              </pre>
            )}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>{t('close')}</Button>
            {text === undefined ? null : (
              <>
                <CopyButton text={text} name={t('export-file')} label={t('copy')} appearance="secondary" />
                {canSaveFiles ? <Button appearance="primary" onClick={() => saveTextFile(`${row.name.replace(/[^\p{L}\p{N}]+/gu, '-')}.usher.toml`, text)} data-testid="export-save" data-primary>
                  {t('export-save')}
                </Button> : null}
              </>
            )}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
