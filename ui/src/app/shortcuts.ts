import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

/** Asks the shell to show the list of shortcuts. */
export const SHOW_SHORTCUTS = 'usher:shortcuts';

/** Asks the bar to open the palette; its detail is what is listed. */
export const SHOW_PALETTE = 'usher:palette';

const palettes: Readonly<Record<string, 'all' | 'connections'>> = { k: 'all', p: 'connections' };

const regions = ['bar', 'navigation', 'page', 'drawer', 'footer'];

/** The keyboard map's basics. Elements say what they are with data attributes, so that no page registers keys. */
export function useShortcuts(): void {
  const client = useQueryClient();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const mod = event.ctrlKey || event.metaKey;
      const take = (done: boolean) => {
        if (done) event.preventDefault();
      };
      // Before anything else of the web view: Ctrl+P would print.
      const lists = mod && !event.shiftKey && !event.altKey ? palettes[event.key.toLowerCase()] : undefined;
      if (lists !== undefined) {
        event.preventDefault();
        window.dispatchEvent(new CustomEvent(SHOW_PALETTE, { detail: lists }));
      } else if (event.key === 'F6') take(cycleRegion(event.shiftKey ? -1 : 1));
      else if (event.key === 'F5' || (mod && event.key === 'r')) {
        event.preventDefault();
        void client.invalidateQueries();
      } else if (mod && event.key === 'Enter') take(clickPrimary());
      else if (mod && !event.altKey && /^[1-9]$/.test(event.key)) take(clickNth(Number(event.key)));
      else if (event.altKey && event.shiftKey && event.key === 'ArrowRight') take(click('[data-step-next]'));
      else if (event.altKey && event.shiftKey && event.key === 'ArrowLeft') take(click('[data-step-back]'));
      else if (mod && event.key === ',') take(click('[data-settings]'));
      else if (event.key === 'F1' || (mod && event.key === '/')) {
        event.preventDefault();
        window.dispatchEvent(new Event(SHOW_SHORTCUTS));
      } else if ((mod && event.key === 'f') || (event.key === '/' && !typing(event.target))) take(focusSearch());
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [client]);
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function click(selector: string): boolean {
  const found = document.querySelector<HTMLElement>(selector);
  found?.click();
  return found !== null;
}

/** The primary button of what is on top: a dialog before the page. */
function clickPrimary(): boolean {
  const dialogs = document.querySelectorAll('[role="dialog"], [role="alertdialog"]');
  const top: ParentNode = dialogs[dialogs.length - 1] ?? document;
  const button = top.querySelector<HTMLElement>('[data-primary]');
  button?.click();
  return button !== null;
}

function clickNth(n: number): boolean {
  const item = document.querySelectorAll<HTMLElement>('[data-region="navigation"] [data-nav-item]')[n - 1];
  item?.click();
  return item !== undefined;
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLElement>('[data-search] input, input[data-search]');
  field?.focus();
  return field !== null;
}

function cycleRegion(by: 1 | -1): boolean {
  const found = regions
    .map((name) => document.querySelector<HTMLElement>(`[data-region="${name}"]`))
    .filter((element): element is HTMLElement => element !== null);
  if (found.length === 0) return false;
  const at = found.findIndex((element) => element.contains(document.activeElement));
  const next = found[(at + by + found.length) % found.length];
  const inside = next?.querySelector<HTMLElement>('h1, a[href], button:not([disabled]), input, [tabindex="0"]');
  (inside ?? next)?.focus();
  return true;
}
