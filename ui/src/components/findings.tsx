import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { useId } from 'react';
import { useConnection } from '../api/connection';
import { useRoute } from '../api/routes';
import { stepTitles } from '../api/steps';
import type { Finding, Remedy, RemedyAction } from '../generated/bridge';
import { say, t } from '../text/messages';
import { CopyButton } from './copy';
import { ArrowClockwiseRegular } from './icons';
import { useLayout } from './layout';
import { linkLabel, OpenButton } from './links';
import { ResultIcon, resultWord, Tag } from './status';

const useStyles = makeStyles({
  row: {
    display: 'grid',
    gridTemplateColumns: '20px minmax(0, 1fr) auto',
    columnGap: '12px',
    padding: '10px 20px',
    '&:not(:first-child)': { borderTop: `1px solid ${tokens.colorNeutralStroke2}` },
  },
  title: { fontWeight: tokens.fontWeightSemibold, fontSize: tokens.fontSizeBase300, lineHeight: tokens.lineHeightBase300 },
  remedy: {
    marginTop: '8px',
    padding: '12px 16px',
    backgroundColor: tokens.colorNeutralBackground2,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: '6px',
  },
  steps: { margin: '4px 0 0 0', paddingLeft: '20px' },
  single: { margin: '4px 0 0 0' },
  // Greyed, and still with enough contrast: an old result can be read while a new one is on its way.
  busy: { color: tokens.colorNeutralForeground3 },
  buttons: { marginTop: '10px' },
});

interface Handlers {
  onCheckAgain?: () => void;
  /** Where this page can sign in itself. Otherwise the button leads to the page that can. */
  onSignIn?: () => void;
  onAuthorize?: () => void;
}

export function FindingList({ findings, busy = false, ...handlers }: { findings: readonly Finding[]; busy?: boolean } & Handlers) {
  const layout = useLayout();
  // One primary button at most: the one that lets the person go on.
  const blocker = findings.find((finding) => finding.result === 'fix-this');
  return (
    <ul className={layout.list}>
      {findings.map((finding) => (
        <FindingRow key={finding.id} finding={finding} busy={busy} first={finding === blocker} {...handlers} />
      ))}
    </ul>
  );
}

function FindingRow({ finding, busy, first, ...handlers }: { finding: Finding; busy: boolean; first: boolean } & Handlers) {
  const styles = useStyles();
  const layout = useLayout();
  const heading = useId();
  const waits = finding.result === 'later' || finding.result === 'not-tried';
  return (
    <li className={mergeClasses(styles.row, busy && styles.busy)} data-testid={`finding-${finding.id}`} data-result={finding.result} aria-labelledby={heading}>
      <ResultIcon result={finding.result} busy={busy} />
      <div>
        <div className={styles.title} id={heading}>
          <span className={layout.visuallyHidden}>{`${resultWord(finding.result)}: `}</span>
          {say(finding.title)}
        </div>
        {finding.evidence.map((line, index) => (
          <p className={layout.body} key={`${line.id} ${index}`}>
            {say(line)}
          </p>
        ))}
        {finding.remedy === undefined ? null : <RemedyBox remedy={finding.remedy} primary={first} {...handlers} />}
      </div>
      {waits ? <Tag tone="neutral">{resultWord(finding.result)}</Tag> : <span />}
    </li>
  );
}

/** How to mend it: numbered steps, buttons, and a text for somebody who may do it. */
export function RemedyBox({ remedy, plain = false, primary = true, ...handlers }: { remedy: Remedy; plain?: boolean; primary?: boolean } & Handlers) {
  const styles = useStyles();
  const layout = useLayout();
  return (
    <div className={plain ? undefined : styles.remedy}>
      {plain ? null : <div className={layout.strong}>{t('remedy-title')}</div>}
      {remedy.steps.length === 1 && remedy.steps[0] !== undefined ? (
        <p className={mergeClasses(layout.body, styles.single)}>{say(remedy.steps[0])}</p>
      ) : (
        <ol className={styles.steps}>
          {remedy.steps.map((step, index) => (
            <li className={layout.body} key={`${step.id} ${index}`}>
              {say(step)}
            </li>
          ))}
        </ol>
      )}
      <div className={mergeClasses(layout.row, styles.buttons)}>
        {remedy.actions.map((action, index) => (
          <RemedyButton key={`${action.kind} ${index}`} action={action} first={primary && index === 0} {...handlers} />
        ))}
        {remedy.request === undefined ? null : (
          <CopyButton text={say(remedy.request)} name={t('remedy-request')} label={t('remedy-request')} appearance="secondary" />
        )}
      </div>
    </div>
  );
}

function RemedyButton({ action, first, onCheckAgain, onSignIn, onAuthorize }: { action: RemedyAction; first: boolean } & Handlers) {
  const { goTo, refresh, id, view } = useConnection();
  const route = useRoute();
  const appearance = first ? 'primary' : 'secondary';
  switch (action.kind) {
    case 'check-again':
      return (
        <Button size="small" appearance={appearance} icon={<ArrowClockwiseRegular />} onClick={onCheckAgain ?? (() => void refresh())}>
          {t('check-again')}
        </Button>
      );
    case 'sign-in':
      return (
        <Button size="small" appearance={appearance} onClick={onSignIn ?? (() => goTo('sign-in'))}>
          {t('remedy-sign-in')}
        </Button>
      );
    case 'authorize':
      return (
        <Button size="small" appearance={appearance} onClick={onAuthorize ?? (() => goTo('connect'))}>
          {view.goto_account === undefined ? t('authorize') : t('authorize-again')}
        </Button>
      );
    case 'go-to':
      // Nobody is sent to where they are.
      return route.page === 'setup' && route.step === action.step ? null : (
        <Button size="small" appearance={appearance} onClick={() => goTo(action.step)}>
          {t('remedy-go-to', { step: t(stepTitles[action.step]) })}
        </Button>
      );
    case 'open':
      return <OpenButton link={action.link} connection={id} label={linkLabel(action.link)} size="small" appearance={appearance} />;
  }
}
