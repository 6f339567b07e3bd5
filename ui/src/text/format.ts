import { t } from './messages';

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const timeWithSeconds = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const dayWithYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const number = new Intl.NumberFormat(undefined);

/** A count, grouped: "1,286". */
export const count = (value: number): string => number.format(value);

/** Under a day "10:26" or "Yesterday, 16:50", older "18 Nov, 06:12", with the year if it is another one. */
export function moment(iso: string, nowIso?: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const now = nowIso === undefined ? new Date() : new Date(nowIso);
  if (sameDay(at, now)) return time.format(at);
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (sameDay(at, yesterday)) return t('moment-yesterday', { time: time.format(at) });
  const date = at.getFullYear() === now.getFullYear() ? day.format(at) : dayWithYear.format(at);
  return t('moment-older', { date, time: time.format(at) });
}

/** Date, when it is another day, and the exact time of day, for logs. */
export function stamp(iso: string, nowIso?: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const now = nowIso === undefined ? new Date() : new Date(nowIso);
  if (sameDay(at, now)) return timeWithSeconds.format(at);
  return t('moment-older', { date: day.format(at), time: timeWithSeconds.format(at) });
}

/** The exact time of day, for evidence. */
export function clock(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : timeWithSeconds.format(at);
}

/** "21 ms", "0.8 s", "4 min 12 s". */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return t('duration-ms', { n: Math.round(milliseconds) });
  if (milliseconds < 10_000) return t('duration-s', { n: (milliseconds / 1000).toFixed(1) });
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return t('duration-s', { n: String(seconds) });
  return t('duration-min', { min: Math.floor(seconds / 60), s: seconds % 60 });
}

/** Rounded time left: "about 30 s", "about 4 min". */
export function timeLeft(seconds: number): string {
  if (seconds < 60) return t('left-seconds', { n: Math.max(5, Math.ceil(seconds / 5) * 5) });
  return t('left-minutes', { n: Math.round(seconds / 60) });
}

/** No decimals, except that what is not whole never rounds to 100. */
export function percent(done: number, total: number): string {
  if (total <= 0) return '';
  const share = (done / total) * 100;
  const text = share > 99 && share < 100 ? (Math.floor(share * 10) / 10).toFixed(1) : String(Math.floor(share));
  return t('percent', { n: text });
}

function sameDay(a: Date, b: Date): boolean {
  return a.getFullYear() === b.getFullYear() && a.getMonth() === b.getMonth() && a.getDate() === b.getDate();
}
