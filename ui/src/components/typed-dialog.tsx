import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  makeStyles,
} from '@fluentui/react-components';
import { useState, type ReactNode } from 'react';
import { t } from '../text/messages';
import { ErrorBar } from './errors';
import { useLayout } from './layout';

const useStyles = makeStyles({ actions: { '& button': { whiteSpace: 'nowrap' } } });

interface Props {
  open: boolean;
  title: string;
  children: ReactNode;
  confirm: string;
  /** What the safe button says where Cancel could be read as either. */
  cancel?: string;
  busy?: boolean;
  error?: unknown;
  onConfirm: (typed: string) => void;
  onClose: () => void;
  testId: string;
}

/** Asks before something that matters. The safe button has the focus; the other one says what it does. */
export function ConfirmDialog(props: Props & { type?: { label: string; expected: string } }) {
  return (
    <Dialog open={props.open} modalType="alert" onOpenChange={(_, data) => (data.open ? undefined : props.onClose())}>
      <DialogSurface data-testid={props.testId}>{props.open ? <Body {...props} /> : null}</DialogSurface>
    </Dialog>
  );
}

/** Its own component, so that what was typed is gone when the dialog closes. */
function Body(props: Props & { type?: { label: string; expected: string } }) {
  const styles = useStyles();
  const layout = useLayout();
  const [typed, setTyped] = useState('');
  const ready = props.type === undefined || typed.trim() === props.type.expected;
  return (
    <DialogBody>
      <DialogTitle>{props.title}</DialogTitle>
      <DialogContent className={layout.tight}>
        {props.children}
        {props.type === undefined ? null : (
          <Field label={props.type.label}>
            <Input value={typed} onChange={(_, data) => setTyped(data.value)} data-testid={`${props.testId}-typed`} />
          </Field>
        )}
        {props.error === undefined || props.error === null ? null : <ErrorBar error={props.error} />}
      </DialogContent>
      <DialogActions className={styles.actions}>
        <Button appearance="secondary" onClick={props.onClose} data-testid={`${props.testId}-cancel`}>
          {props.cancel ?? t('cancel')}
        </Button>
        <Button
          appearance="primary"
          disabled={!ready || props.busy === true}
          onClick={() => props.onConfirm(typed.trim())}
          data-testid={`${props.testId}-confirm`}
          data-primary
        >
          {props.confirm}
        </Button>
      </DialogActions>
    </DialogBody>
  );
}
