import { Link, Toast, ToastTitle, ToastTrigger, useToastController } from '@fluentui/react-components';
import { useCallback } from 'react';

export const TOASTER = 'usher';

/** Offered beside what happened, usually to take it back. */
export interface ToastAction {
  label: string;
  run: () => void;
}

type ToastIntent = 'success' | 'warning' | 'error';

/** Tells the result of something whose place the person may have left. Never an error that needs action. */
export function useToast(): (text: string, action?: ToastAction, intent?: ToastIntent) => void {
  const { dispatchToast } = useToastController(TOASTER);
  return useCallback(
    (text: string, action?: ToastAction, intent: ToastIntent = 'success') =>
      dispatchToast(
        <Toast>
          <ToastTitle
            action={
              action === undefined ? undefined : (
                <ToastTrigger>
                  <Link as="button" onClick={action.run} data-testid="toast-action">
                    {action.label}
                  </Link>
                </ToastTrigger>
              )
            }
          >
            {text}
          </ToastTitle>
        </Toast>,
        // Something to decide needs more time.
        { intent, timeout: action === undefined ? 5000 : 10_000, pauseOnHover: true },
      ),
    [dispatchToast],
  );
}
