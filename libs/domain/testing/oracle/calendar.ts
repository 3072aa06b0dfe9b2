import { day, hour, type Zones } from './inputs.js';

/** The patient's local days and ISO weeks, found by looking at the clock on the wall (D2). */
export interface Week {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** A zone, its first Monday, and the instant from which it counts. */
interface Home {
  readonly zone: string;
  readonly monday: string;
  readonly from: number;
}

const clocks = new Map<string, Intl.DateTimeFormat>();
const dates = new Map<string, string>();

/** `2026-11-24` as the wall calendar of a zone shows it at that instant. */
function dateIn(zone: string, at: number): string {
  const key = `${zone} ${at}`;
  const known = dates.get(key);
  if (known !== undefined) return known;
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  clocks.set(zone, clock);
  const date = clock.format(at);
  dates.set(key, date);
  return date;
}

/** The same where somebody lives at that instant. */
export const dateOf = (at: number, zones: Zones): string =>
  dateIn(homesOf(zones).findLast(({ from }) => from <= at)!.zone, at);

const homes = new WeakMap<Zones, Home[]>();

/** D2: a new zone counts from its first Monday 00:00 after the receipt that begins a later ISO week than the present one in the old zone. */
function homesOf(zones: Zones): Home[] {
  const known = homes.get(zones);
  if (known) return known;
  const list: Home[] = [{ zone: zones.zone, monday: '0000-00-00', from: -Infinity }];
  for (const { at, zone } of zones.moves) {
    const old = list.findLast(({ from }) => from <= at)!;
    let monday = plus(mondayOf(dateIn(old.zone, at)), 7);
    while (startOf(monday, zone) <= at) monday = plus(monday, 7);
    list.push({ zone, monday, from: startOf(monday, zone) });
  }
  homes.set(zones, list);
  return list;
}

export const nextDate = (date: string): string => plus(date, 1);

const plus = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00Z`) + days * day).toISOString().slice(0, 10);

/** Monday of a date, by the calendar alone. */
const mondayOf = (date: string): string => plus(date, -((new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7));

const starts = new Map<string, number>();

/** First instant of a local date: the earliest quarter of an hour that bears it. */
function startOf(date: string, zone: string): number {
  const key = `${zone} ${date}`;
  const known = starts.get(key);
  if (known !== undefined) return known;
  let at = Date.parse(`${date}T00:00Z`) - 16 * hour;
  while (dateIn(zone, at) < date) at += hour / 4;
  starts.set(key, at);
  return at;
}

const weeks = new WeakMap<Zones, Map<string, Week>>();

/** Weeks touch: each begins in the zone that counts for its Monday, and ends where the next begins. */
export function weekOf(at: number, zones: Zones): Week {
  const monday = mondayOf(dateOf(at, zones));
  return [-7, 0, 7]
    .map((days) => weekFrom(plus(monday, days), zones))
    .find(({ start, end }) => start <= at && at < end)!;
}

function weekFrom(monday: string, zones: Zones): Week {
  const known = weeks.get(zones) ?? new Map<string, Week>();
  weeks.set(zones, known);
  const begins = (date: string) =>
    startOf(date, homesOf(zones).findLast((home) => home.monday <= date)!.zone);
  const week = known.get(monday) ?? {
    name: isoName(monday),
    start: begins(monday),
    end: begins(plus(monday, 7)),
  };
  known.set(monday, week);
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
export function weeksBetween(from: number, to: number, zone: Zones): Week[] {
  const list = [weekOf(from, zone)];
  while (list.at(-1)!.end <= to) list.push(weekOf(list.at(-1)!.end, zone));
  return list;
}

export const inWeek = <T extends { readonly at: number }>(items: readonly T[], { start, end }: Week): T[] =>
  items.filter(({ at }) => at >= start && at < end);
