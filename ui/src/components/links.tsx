import { Button, Link, makeStyles, tokens } from '@fluentui/react-components';
import type { ReactElement } from 'react';
import { useLink } from '../api/app-state';
import { known, t } from '../text/messages';
import { OpenRegular } from './icons';

interface Target {
  link: string;
  label: string;
  connection?: string;
}

/** Opens a page of the link table in the browser. Nothing is drawn when this build has no such page. */
export function OpenButton(props: Target & { appearance?: 'subtle' | 'secondary' | 'primary'; size?: 'small' | 'medium'; icon?: ReactElement }) {
  const target = useLink(props.link, props.connection);
  if (target === undefined) return null;
  return (
    <Button
      appearance={props.appearance ?? 'subtle'}
      size={props.size ?? 'medium'}
      icon={props.icon ?? <OpenRegular />}
      title={target.host}
      aria-label={t('opens-browser', { label: props.label })}
      onClick={target.open}
      data-testid={`open-${props.link}`}
    >
      {props.label}
    </Button>
  );
}

const useStyles = makeStyles({ small: { fontSize: tokens.fontSizeBase200, lineHeight: tokens.lineHeightBase200 } });

export function OpenLinkText(props: Target) {
  const styles = useStyles();
  const target = useLink(props.link, props.connection);
  if (target === undefined) return null;
  return (
    <Link as="button" inline className={styles.small} onClick={target.open} title={target.host} aria-label={t('opens-browser', { label: props.label })}>
      {props.label}
    </Link>
  );
}

/** What a link's button says: its own words where the catalogue has some. */
export function linkLabel(link: string): string {
  const own = `link-${link}`;
  return known(own) ? t(own) : t('open-page');
}
