import {
  Avatar,
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  makeStyles,
  Menu,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  tokens,
} from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { themes, useTheme } from '../api/app-state';
import { connectionQuery, connectionsQuery } from '../api/queries';
import { go, useRoute, type Route } from '../api/routes';
import { ChevronDownRegular, DarkThemeRegular, QuestionCircleRegular } from '../components/icons';
import { id, t } from '../text/messages';
import { PaletteBox } from './palette/PaletteBox';
import { openingOf } from './palette/pages';
import { SHOW_SHORTCUTS } from './shortcuts';

const useStyles = makeStyles({
  bar: {
    display: 'flex',
    alignItems: 'center',
    columnGap: '4px',
    height: '48px',
    padding: '0 12px 0 16px',
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    flexShrink: 0,
  },
  home: { fontWeight: tokens.fontWeightSemibold, minWidth: 'auto', paddingLeft: '4px' },
  logo: { width: '24px', height: '24px' },
  rule: { width: '1px', height: '20px', backgroundColor: tokens.colorNeutralStroke2, marginLeft: '8px', marginRight: '8px' },
  // One line, however long the name is: the bar is as high as one.
  name: { fontWeight: tokens.fontWeightRegular, maxWidth: '360px', minWidth: 0 },
  cut: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  grow: { flexGrow: 1 },
  keys: { borderCollapse: 'collapse', width: '100%' },
  key: { textAlign: 'left', fontWeight: tokens.fontWeightRegular, fontFamily: tokens.fontFamilyMonospace, fontSize: '12px', padding: '5px 16px 5px 0', whiteSpace: 'nowrap' },
});

const shortcuts: readonly { keys: string; label: string }[] = [
  { keys: 'Ctrl+K', label: id('palette-open') },
  { keys: 'Ctrl+P', label: id('palette-connections') },
  { keys: 'F6 / Shift+F6', label: id('key-regions') },
  { keys: 'Ctrl+1 … 9', label: id('key-navigation') },
  { keys: 'Alt+Shift+→ / ←', label: id('key-steps') },
  { keys: 'Ctrl+Enter', label: id('key-primary') },
  { keys: 'Alt+← / →', label: id('key-history') },
  { keys: 'Ctrl+F, /', label: id('key-search') },
  { keys: 'F5, Ctrl+R', label: id('key-refresh') },
  { keys: 'Alt+↑ / ↓', label: id('key-drawer') },
  { keys: 'Ctrl++ / − / 0', label: id('key-zoom') },
  { keys: 'Ctrl+,', label: id('key-settings') },
  { keys: 'Esc', label: id('key-escape') },
  { keys: 'F1, Ctrl+/', label: id('key-help') },
];

const openId = (route: Route): string | undefined => ('id' in route ? route.id : undefined);

export function TopBar() {
  const styles = useStyles();
  const connection = openId(useRoute());
  return (
    <header className={styles.bar} data-region="bar">
      <Button appearance="transparent" className={styles.home} icon={<img src="./usher.svg" alt="" className={styles.logo} />} onClick={() => go({ page: 'home' })} aria-label={t('bar-home')} title={t('all-connections')} data-testid="bar-home">
        {t('product')}
      </Button>
      {connection === undefined ? null : (
        <>
          <span className={styles.rule} aria-hidden />
          <Switcher current={connection} />
        </>
      )}
      <span className={styles.grow} />
      <PaletteBox />
      <span className={styles.grow} />
      <ThemeMenu />
      <HelpMenu />
      {connection === undefined ? null : <AccountMark connection={connection} />}
    </header>
  );
}

function Switcher({ current }: { current: string }) {
  const styles = useStyles();
  const list = useQuery(connectionsQuery);
  const name = list.data?.find((row) => row.id === current)?.name ?? '';
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="transparent" className={styles.name} icon={<ChevronDownRegular />} iconPosition="after" aria-label={t('switch-connection', { name })} title={name} data-testid="bar-switch">
          <span className={styles.cut}>{name}</span>
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {(list.data ?? []).map((row) => (
            <MenuItem key={row.id} onClick={() => go(openingOf(row))}>
              {row.name}
            </MenuItem>
          ))}
          <MenuItem onClick={() => go({ page: 'home' })}>{t('all-connections')}</MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function ThemeMenu() {
  const [theme, choose] = useTheme();
  const [open, setOpen] = useState(false);
  return (
    <Menu
      open={open}
      onOpenChange={(_, data) => setOpen(data.open)}
      checkedValues={{ theme: [theme] }}
      onCheckedValueChange={(_, data) => {
        const chosen = themes.find((row) => row.theme === data.checkedItems[0]);
        if (chosen !== undefined) choose(chosen.theme);
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Button appearance="transparent" icon={<DarkThemeRegular />} aria-label={t('theme')} title={open ? undefined : t('theme')} data-testid="bar-theme" />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {themes.map((row) => (
            <MenuItemRadio key={row.theme} name="theme" value={row.theme} data-testid={`theme-${row.theme}`}>
              {t(row.label)}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}

function HelpMenu() {
  const styles = useStyles();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const show = () => setOpen(true);
    window.addEventListener(SHOW_SHORTCUTS, show);
    return () => window.removeEventListener(SHOW_SHORTCUTS, show);
  }, []);
  return (
    <Dialog open={open} onOpenChange={(_, data) => setOpen(data.open)}>
      <DialogTrigger disableButtonEnhancement>
        <Button appearance="transparent" icon={<QuestionCircleRegular />} aria-label={t('help')} title={t('help')} data-testid="bar-help" />
      </DialogTrigger>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('shortcuts-title')}</DialogTitle>
          <DialogContent>
            <table className={styles.keys}>
              <tbody>
                {shortcuts.map((row) => (
                  <tr key={row.keys}>
                    <th scope="row" className={styles.key}>
                      {row.keys}
                    </th>
                    <td>{t(row.label)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </DialogContent>
          <DialogActions>
            <DialogTrigger disableButtonEnhancement>
              <Button>{t('close')}</Button>
            </DialogTrigger>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

/** Whose rights are in use. */
function AccountMark({ connection }: { connection: string }) {
  const view = useQuery(connectionQuery(connection));
  const account = view.data?.entra_account;
  if (account === undefined) return null;
  return <Avatar size={28} name={account.display_name} color="colorful" aria-label={t('signed-in-as', { name: account.user_name })} title={account.user_name} />;
}
