import { teamsHighContrastTheme, webDarkTheme, webLightTheme, type Theme as FluentTheme } from '@fluentui/react-components';
import { useSyncExternalStore } from 'react';
import type { Theme } from '../generated/bridge';

// The system's own face where it is known, the bundled one elsewhere.
const fonts = {
  fontFamilyBase: "'Segoe UI Variable Text', 'Segoe UI', -apple-system, 'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'Cascadia Code', Consolas, ui-monospace, Menlo, monospace",
};
const light: FluentTheme = { ...webLightTheme, ...fonts };
const dark: FluentTheme = { ...webDarkTheme, ...fonts };
const highContrast: FluentTheme = { ...teamsHighContrastTheme, ...fonts };

const wantsContrast = '(forced-colors: active), (prefers-contrast: more)';
const wantsDark = '(prefers-color-scheme: dark)';

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = window.matchMedia(query);
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
    () => window.matchMedia(query).matches,
  );
}

/** The Fluent theme of a choice; `system` follows what the system says. */
export function useFluentTheme(choice: Theme): FluentTheme {
  const contrast = useMedia(wantsContrast);
  const night = useMedia(wantsDark);
  switch (choice) {
    case 'light':
      return light;
    case 'dark':
      return dark;
    case 'high-contrast':
      return highContrast;
    case 'system':
      return contrast ? highContrast : night ? dark : light;
  }
}
