import { Toast, ToastTitle, useToastController } from '@fluentui/react-components';
import { useCallback } from 'react';

export const TOASTER = 'usher';

/** Tells the result of something whose place the person may have left. Never an error that needs action. */
export function useToast(): (text: string) => void {
  const { dispatchToast } = useToastController(TOASTER);
  return useCallback(
    (text: string) =>
      dispatchToast(
        <Toast>
          <ToastTitle>{text}</ToastTitle>
        </Toast>,
        { intent: 'success', timeout: 5000, pauseOnHover: true },
      ),
    [dispatchToast],
  );
}
