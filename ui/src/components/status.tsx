import { makeStyles, mergeClasses, Spinner, tokens } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import type { CheckResult, StatusWord } from '../generated/bridge';
import { id, t } from '../text/messages';
import {
  ArrowSyncRegular,
  CheckmarkCircleFilled,
  CheckmarkRegular,
  CircleHintRegular,
  ClockRegular,
  ErrorCircleFilled,
  InfoRegular,
  PauseCircleRegular,
  PersonAddRegular,
  PersonDeleteRegular,
  PersonEditRegular,
  PersonProhibitedRegular,
  PlugDisconnectedRegular,
  ShieldErrorFilled,
  SubtractCircleRegular,
  WarningFilled,
  WrenchRegular,
} from './icons';

export type Tone = 'success' | 'brand' | 'warning' | 'danger' | 'neutral';

const useStyles = makeStyles({
  badge: {
    display: 'inline-flex',
    alignItems: 'center',
    columnGap: '5px',
    height: '24px',
    boxSizing: 'border-box',
    paddingLeft: '7px',
    paddingRight: '9px',
    borderRadius: tokens.borderRadiusCircular,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
    fontWeight: tokens.fontWeightSemibold,
    whiteSpace: 'nowrap',
    flexShrink: 0,
    '& svg': { width: '16px', height: '16px', flexShrink: 0 },
  },
  badgeSuccess: { backgroundColor: tokens.colorStatusSuccessBackground1, border: `1px solid ${tokens.colorStatusSuccessBorder1}` },
  badgeBrand: { backgroundColor: tokens.colorBrandBackground2, border: `1px solid ${tokens.colorBrandStroke2}` },
  badgeWarning: { backgroundColor: tokens.colorStatusWarningBackground1, border: `1px solid ${tokens.colorStatusWarningBorder1}` },
  badgeDanger: { backgroundColor: tokens.colorStatusDangerBackground1, border: `1px solid ${tokens.colorStatusDangerBorder1}` },
  badgeNeutral: { backgroundColor: tokens.colorNeutralBackground3, border: `1px solid ${tokens.colorNeutralStroke2}` },
  success: { color: tokens.colorStatusSuccessForeground1 },
  brand: { color: tokens.colorBrandForeground2 },
  warning: { color: tokens.colorStatusWarningForeground1 },
  // colorStatusDangerForeground1 is below AA on dark surfaces; the palette's red is not.
  danger: { color: tokens.colorPaletteRedForeground1 },
  neutral: { color: tokens.colorNeutralForeground2 },
  icon: { fontSize: '20px', display: 'inline-flex', flexShrink: 0 },
  word: { display: 'inline-flex', verticalAlign: 'middle', alignItems: 'center', columnGap: '8px', fontWeight: tokens.fontWeightSemibold, whiteSpace: 'nowrap' },
});

const badgeClass = { success: 'badgeSuccess', brand: 'badgeBrand', warning: 'badgeWarning', danger: 'badgeDanger', neutral: 'badgeNeutral' } as const;

/** Icon, word and colour; the word alone is enough. */
export function Tag({ tone, icon, children, testId }: { tone: Tone; icon?: ReactNode; children: ReactNode; testId?: string }) {
  const styles = useStyles();
  return (
    <span className={mergeClasses(styles.badge, styles[badgeClass[tone]], styles[tone])} data-testid={testId}>
      {icon}
      {children}
    </span>
  );
}

interface Look {
  tone: Tone;
  icon: ReactNode;
  word: string;
}

const statusLooks: Record<StatusWord, Look> = {
  'setting-up': { tone: 'brand', icon: <WrenchRegular />, word: id('status-setting-up') },
  on: { tone: 'success', icon: <CheckmarkCircleFilled />, word: id('status-on') },
  'running-now': { tone: 'brand', icon: <ArrowSyncRegular />, word: id('status-running-now') },
  'on-with-problems': { tone: 'warning', icon: <WarningFilled />, word: id('status-on-with-problems') },
  'on-waiting': { tone: 'warning', icon: <ClockRegular />, word: id('status-on-waiting') },
  quarantined: { tone: 'danger', icon: <ShieldErrorFilled />, word: id('status-quarantined') },
  off: { tone: 'neutral', icon: <PauseCircleRegular />, word: id('status-off') },
  'not-reachable': { tone: 'warning', icon: <PlugDisconnectedRegular />, word: id('status-not-reachable') },
};

export function StatusBadge({ status }: { status: StatusWord }) {
  const look = statusLooks[status];
  return (
    <Tag tone={look.tone} icon={look.icon} testId="status">
      {t(look.word)}
    </Tag>
  );
}

const resultLooks: Record<CheckResult, Look> = {
  passed: { tone: 'success', icon: <CheckmarkCircleFilled />, word: id('result-passed') },
  'fix-this': { tone: 'danger', icon: <ErrorCircleFilled />, word: id('result-fix-this') },
  warning: { tone: 'warning', icon: <WarningFilled />, word: id('result-warning') },
  later: { tone: 'neutral', icon: <CircleHintRegular />, word: id('result-later') },
  'not-tried': { tone: 'neutral', icon: <SubtractCircleRegular />, word: id('result-not-tried') },
  information: { tone: 'brand', icon: <InfoRegular />, word: id('result-information') },
};

export const resultWord = (result: CheckResult): string => t(resultLooks[result].word);

/** The sign of a check's result. Decorative: the row that carries it names the result. */
export function ResultIcon({ result, busy = false }: { result: CheckResult; busy?: boolean }) {
  const styles = useStyles();
  const look = resultLooks[result];
  if (busy) return <Spinner size="extra-tiny" aria-hidden />;
  return (
    <span className={mergeClasses(styles.icon, styles[look.tone])} aria-hidden>
      {look.icon}
    </span>
  );
}

export type ActionName = 'create' | 'update' | 'disable' | 'delete' | 'skip' | 'no-change' | 'failed';

export const actionLooks: Record<ActionName, Look> = {
  create: { tone: 'success', icon: <PersonAddRegular />, word: id('action-create') },
  update: { tone: 'brand', icon: <PersonEditRegular />, word: id('action-update') },
  disable: { tone: 'warning', icon: <PersonProhibitedRegular />, word: id('action-disable') },
  delete: { tone: 'danger', icon: <PersonDeleteRegular />, word: id('action-delete') },
  skip: { tone: 'neutral', icon: <SubtractCircleRegular />, word: id('action-skip') },
  'no-change': { tone: 'neutral', icon: <CheckmarkRegular />, word: id('action-no-change') },
  failed: { tone: 'danger', icon: <ErrorCircleFilled />, word: id('action-failed') },
};

const logLooks: Record<'success' | 'failure' | 'skipped' | 'warning', Look> = {
  success: { tone: 'success', icon: <CheckmarkCircleFilled />, word: id('log-success') },
  failure: { tone: 'danger', icon: <ErrorCircleFilled />, word: id('log-failure') },
  skipped: { tone: 'neutral', icon: <SubtractCircleRegular />, word: id('log-skipped') },
  warning: { tone: 'warning', icon: <WarningFilled />, word: id('log-warning') },
};

/** A word with its sign, coloured by its tone. Unknown words are shown as they came. */
function Word({ look, fallback }: { look: Look | undefined; fallback: string }) {
  const styles = useStyles();
  if (look === undefined) return <span className={styles.word}>{fallback}</span>;
  return (
    <span className={mergeClasses(styles.word, styles[look.tone])}>
      <span className={styles.icon} aria-hidden>
        {look.icon}
      </span>
      {t(look.word)}
    </span>
  );
}

export function ActionWord({ action }: { action: string }) {
  return <Word look={action in actionLooks ? actionLooks[action as ActionName] : undefined} fallback={action} />;
}

/** What was done, for the log: nothing was, where somebody could not be worked out, and that is a failure and no choice. */
export function LogAction({ entry }: { entry: { action: string; result: string } }) {
  return <ActionWord action={entry.action === 'skip' && entry.result === 'failure' ? 'failed' : entry.action} />;
}

export function LogResult({ result }: { result: string }) {
  return <Word look={result in logLooks ? logLooks[result as keyof typeof logLooks] : undefined} fallback={result} />;
}

export function ToneIcon({ tone, children }: { tone: Tone; children: ReactNode }) {
  const styles = useStyles();
  return (
    <span className={mergeClasses(styles.icon, styles[tone])} aria-hidden>
      {children}
    </span>
  );
}
