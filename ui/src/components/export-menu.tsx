import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import type { ExportForm, SavedFile } from '../generated/bridge';
import { t } from '../text/messages';
import { ArrowDownloadRegular } from './icons';
import { useToast } from './toast';

export interface ExportChoice {
  form: ExportForm;
  label: string;
}

/** Saves a file in the person's folder for downloads and says where. What failed is for the page to show. */
export function useExport(save: (form: ExportForm) => Promise<SavedFile>) {
  const toast = useToast();
  return useMutation({ mutationFn: save, onSuccess: (file) => toast(t('export-saved', { path: file.path })) });
}

/** In which form what the page shows is saved. */
export function ExportMenu({ choices, busy, run, testId }: { choices: readonly ExportChoice[]; busy: boolean; run: (form: ExportForm) => void; testId: string }) {
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button icon={<ArrowDownloadRegular />} disabledFocusable={busy} data-testid={testId}>
          {t('export')}
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {choices.map((choice) => (
            <MenuItem key={choice.form} onClick={() => run(choice.form)} data-testid={`${testId}-${choice.form}`}>
              {choice.label}
            </MenuItem>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
