import { day, hour } from './inputs.js';

/** The patient's local days and ISO weeks, found by looking at the clock on the wall (D2). */
export interface Week {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const clocks = new Map<string, Intl.DateTimeFormat>();
const dates = new Map<string, string>();

/** `2026-11-24` as the wall calendar shows it at that instant. */
export function dateOf(at: number, zone: string): string {
  const key = `${zone} ${at}`;
  const known = dates.get(key);
  if (known !== undefined) return known;
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  clocks.set(zone, clock);
  const date = clock.format(at);
  dates.set(key, date);
  return date;
}

export const nextDate = (date: string): string => plus(date, 1);

const plus = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00Z`) + days * day).toISOString().slice(0, 10);

/** Monday of a date, by the calendar alone. */
const mondayOf = (date: string): string => plus(date, -((new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7));

/** First instant of a local date: the earliest quarter of an hour that bears it. */
function startOf(date: string, zone: string): number {
  let at = Date.parse(`${date}T00:00Z`) - 16 * hour;
  while (dateOf(at, zone) < date) at += hour / 4;
  return at;
}

const weeks = new Map<string, Week>();

export function weekOf(at: number, zone: string): Week {
  const monday = mondayOf(dateOf(at, zone));
  const key = `${zone} ${monday}`;
  const known = weeks.get(key);
  if (known) return known;
  const week = { name: isoName(monday), start: startOf(monday, zone), end: startOf(plus(monday, 7), zone) };
  weeks.set(key, week);
  return week;
}

/** ISO 8601: the year and number of a week are those of its Thursday. */
function isoName(monday: string): string {
  const thursday = plus(monday, 3);
  const year = thursday.slice(0, 4);
  const dayOfYear = (Date.parse(`${thursday}T00:00Z`) - Date.parse(`${year}-01-01T00:00Z`)) / day;
  return `${year}-W${String(Math.floor(dayOfYear / 7) + 1).padStart(2, '0')}`;
}

/** Every week from that of `from` to that of `to`, both included. */
export function weeksBetween(from: number, to: number, zone: string): Week[] {
  const list = [weekOf(from, zone)];
  while (list.at(-1)!.end <= to) list.push(weekOf(list.at(-1)!.end, zone));
  return list;
}

export const inWeek = <T extends { readonly at: number }>(items: readonly T[], { start, end }: Week): T[] =>
  items.filter(({ at }) => at >= start && at < end);
