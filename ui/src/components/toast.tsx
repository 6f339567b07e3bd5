import { Link, Toast, ToastFooter, ToastTitle, ToastTrigger, useToastController } from '@fluentui/react-components';
import { useCallback } from 'react';

export const TOASTER = 'usher';

export interface ToastAction {
  label: string;
  run: () => void;
}

/** Tells the result of something whose place the person may have left. Never an error that needs action. */
export function useToast(): (text: string, action?: ToastAction) => void {
  const { dispatchToast } = useToastController(TOASTER);
  return useCallback(
    (text: string, action?: ToastAction) =>
      dispatchToast(
        <Toast>
          <ToastTitle>{text}</ToastTitle>
          {action === undefined ? null : (
            <ToastFooter>
              <ToastTrigger>
                <Link as="button" onClick={action.run} data-testid="toast-action">{action.label}</Link>
              </ToastTrigger>
            </ToastFooter>
          )}
        </Toast>,
        // What can be taken back stays longer, so that there is time to reach it.
        { intent: 'success', timeout: action === undefined ? 5000 : 10_000, pauseOnHover: true, pauseOnWindowBlur: true },
      ),
    [dispatchToast],
  );
}
