import { Button, makeStyles, mergeClasses, MessageBar, MessageBarActions, MessageBarBody, MessageBarTitle, Tooltip, tokens } from '@fluentui/react-components';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { useConnection, useStepReport } from '../api/connection';
import { go } from '../api/routes';
import { numberOf, phaseOf, stepOrder, stepTitles } from '../api/steps';
import type { StepId } from '../generated/bridge';
import { t } from '../text/messages';
import { ErrorBar } from './errors';
import { ArrowLeftRegular, ArrowRightRegular } from './icons';
import { OpenButton, OpenLinkText } from './links';

const useStyles = makeStyles({
  column: { display: 'flex', flexDirection: 'column', minWidth: 0, minHeight: 0, flexGrow: 1 },
  main: {
    flexGrow: 1,
    minHeight: 0,
    overflowY: 'auto',
    padding: '24px 32px 32px',
    outlineStyle: 'none',
    position: 'relative',
    '@media (max-width: 1199px)': { padding: '20px 24px 24px' },
  },
  inner: { maxWidth: '1440px', marginLeft: 'auto', marginRight: 'auto', display: 'flex', flexDirection: 'column', rowGap: '16px', minHeight: '100%' },
  wide: { maxWidth: '1840px' },
  head: { display: 'flex', columnGap: '16px', rowGap: '12px', flexWrap: 'wrap', alignItems: 'flex-start', justifyContent: 'space-between', marginBottom: '4px' },
  words: { minWidth: 0, flexBasis: '340px', flexGrow: 1 },
  eyebrow: { display: 'flex', columnGap: '12px', flexWrap: 'wrap', alignItems: 'baseline', fontSize: tokens.fontSizeBase200, lineHeight: tokens.lineHeightBase200, color: tokens.colorNeutralForeground2 },
  titleLine: { display: 'flex', alignItems: 'center', columnGap: '12px', flexWrap: 'wrap' },
  title: { margin: 0, fontSize: tokens.fontSizeBase600, lineHeight: tokens.lineHeightBase600, fontWeight: tokens.fontWeightSemibold, outlineStyle: 'none' },
  lead: { margin: 0, marginTop: '4px', color: tokens.colorNeutralForeground2, maxWidth: '760px' },
  actions: { display: 'flex', columnGap: '8px', rowGap: '8px', flexWrap: 'wrap', justifyContent: 'flex-end' },
  footer: {
    flexShrink: 0,
    minHeight: '60px',
    boxSizing: 'border-box',
    display: 'flex',
    alignItems: 'center',
    columnGap: '16px',
    padding: '8px 32px',
    backgroundColor: tokens.colorNeutralBackground1,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    '& button': { whiteSpace: 'nowrap', flexShrink: 0 },
    '@media (max-width: 1199px)': { padding: '8px 24px' },
    '@media (max-width: 799px)': { flexWrap: 'wrap', rowGap: '4px', justifyContent: 'space-between' },
  },
  note: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200, lineHeight: tokens.lineHeightBase200, flexGrow: 1, minWidth: 0, '@media (max-width: 799px)': { flexBasis: '100%', order: -1 } },
});

interface HeadProps {
  title: ReactNode;
  /** The window's title, where `title` is more than text. */
  name: string;
  eyebrow?: ReactNode;
  lead?: ReactNode;
  beside?: ReactNode;
  actions?: ReactNode;
}

/** The page's heading takes the focus on arrival, so that a screen reader says where it is. */
export function PageHead({ title, name, eyebrow, lead, beside, actions }: HeadProps) {
  const styles = useStyles();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = t('window-title', { page: name });
    heading.current?.focus({ preventScroll: true });
  }, [name]);
  return (
    <div className={styles.head}>
      <div className={styles.words}>
        {eyebrow === undefined ? null : <div className={styles.eyebrow}>{eyebrow}</div>}
        <div className={styles.titleLine}>
          <h1 className={styles.title} ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {beside}
        </div>
        {lead === undefined ? null : <p className={styles.lead}>{lead}</p>}
      </div>
      {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
    </div>
  );
}

/** A page with one `main` and, where there is something to decide, a footer. */
export function Page({ children, footer, wide = false, ...head }: HeadProps & { children: ReactNode; footer?: ReactNode; wide?: boolean }) {
  const styles = useStyles();
  return (
    <div className={styles.column}>
      <main className={styles.main} data-region="page" tabIndex={-1}>
        <div className={mergeClasses(styles.inner, wide && styles.wide)}>
          <PageHead {...head} />
          {children}
        </div>
      </main>
      {footer === undefined ? null : (
        <footer className={styles.footer} data-region="footer">
          {footer}
        </footer>
      )}
    </div>
  );
}

export interface Next {
  label?: string;
  disabled?: boolean;
  busy?: boolean;
  /** Asked first: false stays on the page, and nothing has failed. */
  ask?: () => Promise<boolean>;
  /** Runs before the next step opens; a rejection stays on the page. */
  run?: () => Promise<void> | void;
}

/** One step of the set-up, or the same page without number when it is reached in operation. */
export function StepPage(props: { step: StepId; lead: ReactNode; actions?: ReactNode; note?: ReactNode; next?: Next; children: ReactNode; wide?: boolean }) {
  const { setup, id, tools, reportFailed, refresh } = useConnection();
  const name = t(stepTitles[props.step]);
  const report = useStepReport(props.step);
  const actions = (
    <>
      <OpenButton link={`entra-${props.step}`} connection={id} label={t('open-in-entra')} />
      {props.actions}
    </>
  );
  return (
    <Page
      title={name}
      name={name}
      eyebrow={
        <>
          {setup ? t('step-of', { n: numberOf(props.step), total: stepOrder.length, phase: t(phaseOf(props.step)) }) : t('nav-configuration')}
          <OpenLinkText link={`guide-${props.step}`} connection={id} label={t('see-guide')} />
        </>
      }
      lead={props.lead}
      actions={actions}
      wide={props.wide ?? false}
      footer={setup ? <StepFooter step={props.step} note={props.note} next={props.next ?? {}} /> : <ConfigFooter note={props.note} />}
    >
      {tools.save === 'conflict' ? <ConflictBar /> : null}
      {tools.save === 'failed' ? <ErrorBar error={tools.error} title={t('draft-not-saved')} retry={() => void tools.flush().catch(() => undefined)} /> : null}
      {reportFailed && report === undefined ? (
        <ErrorBar error={{ code: 'unreachable', message: { id: 'report-failed' }, retryable: true }} retry={() => void refresh()} />
      ) : null}
      {props.children}
    </Page>
  );
}

function ConflictBar() {
  const { tools } = useConnection();
  return (
    <MessageBar intent="warning" layout="multiline" data-testid="draft-conflict">
      <MessageBarBody>
        <MessageBarTitle>{t('draft-conflict-title')}</MessageBarTitle>
        {t('draft-conflict-body')}
      </MessageBarBody>
      <MessageBarActions>
        <Button size="small" onClick={() => void tools.reload()} data-testid="draft-reload">
          {t('draft-reload')}
        </Button>
      </MessageBarActions>
    </MessageBar>
  );
}

function StepFooter({ step, note, next }: { step: StepId; note: ReactNode; next: Next }) {
  const styles = useStyles();
  const { goTo, tools } = useConnection();
  const noteId = useId();
  const [failed, setFailed] = useState(false);
  const at = stepOrder.indexOf(step);
  const before = stepOrder[at - 1];
  const after = stepOrder[at + 1];
  const forward = async () => {
    setFailed(false);
    try {
      if ((await next.ask?.()) === false) return;
      await next.run?.();
      await tools.flush();
      if (after !== undefined) goTo(after);
    } catch {
      setFailed(true);
    }
  };
  const close = async () => {
    try {
      await tools.flush();
      go({ page: 'home' });
    } catch {
      setFailed(true);
    }
  };
  return (
    <>
      <Button icon={<ArrowLeftRegular />} onClick={() => (before === undefined ? go({ page: 'home' }) : goTo(before))} data-testid="footer-back" data-step-back>
        {t('back')}
      </Button>
      <div className={styles.note} id={noteId} role="status">
        {failed ? t('draft-not-saved') : note}
      </div>
      <Button appearance="transparent" onClick={() => void close()} data-testid="footer-close">
        {t('save-and-close')}
      </Button>
      <Button
        appearance="primary"
        iconPosition="after"
        icon={<ArrowRightRegular />}
        disabledFocusable={next.disabled === true || next.busy === true}
        aria-describedby={noteId}
        onClick={() => void forward()}
        data-testid="footer-next"
        data-primary
        data-step-next
      >
        {next.label ?? (after === undefined ? t('finish') : t('next-step', { step: t(stepTitles[after]) }))}
      </Button>
    </>
  );
}

/** In operation an edit stays in the draft until it is made live: the footer leads there. */
function ConfigFooter({ note }: { note: ReactNode }) {
  const styles = useStyles();
  const { view, goTo } = useConnection();
  const waiting = view.not_live.length;
  return (
    <>
      <div className={styles.note} role="status">
        {waiting > 0 ? t('not-live', { count: waiting }) : (note ?? t('all-live'))}
      </div>
      <Tooltip relationship="description" content={t('review-tip')}>
        <Button appearance={waiting > 0 ? 'primary' : 'secondary'} disabledFocusable={waiting === 0} onClick={() => goTo('turn-on')} data-testid="footer-review" data-primary>
          {t('review-changes')}
        </Button>
      </Tooltip>
    </>
  );
}
