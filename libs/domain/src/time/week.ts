import type { ZoneFrom } from '../model/enrolment.js';
import type { Instant } from '../model/facts.js';
import { localDay, startOfDay } from './zone.js';

/** A local ISO week as elapsed time [start, end). */
export interface Week {
  readonly isoWeek: string;
  readonly start: Instant;
  readonly end: Instant;
}

/** Monday of the week of a day number (1970-01-01 was a Thursday). */
const mondayOf = (day: number): number => day - ((((day + 3) % 7) + 7) % 7);

/** Year of a local date by its day number. */
export const localYear = (day: number): number => new Date(day * 86_400_000).getUTCFullYear();

/** ISO 8601 week of the Monday with that day number: the year is that of its Thursday. */
export function isoWeekOf(monday: number): string {
  const known = names.get(monday);
  if (known !== undefined) return known;
  if (names.size > 20_000) names.clear();
  const name = nameOfWeek(monday);
  names.set(monday, name);
  return name;
}

const names = new Map<number, string>();

function nameOfWeek(monday: number): string {
  const thursday = new Date((monday + 3) * 86_400_000);
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * 86_400_000)) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** A week and those beside it, as far as they have been asked for. */
interface Place {
  readonly week: Week;
  before: Place | null;
  after: Place | null;
}

/** The patient's calendar: weeks touch, also where the zone changes (D2). `zones` ascending, the first from -Infinity on. */
export class Calendar {
  private readonly weeks = new Map<number, Place>();
  private last: Place | null = null;

  constructor(private readonly zones: readonly ZoneFrom[]) {}

  zoneAt(at: Instant): string {
    return this.segmentAt(at).zone;
  }

  /** Number of the local date. */
  dayOf(at: Instant): number {
    return localDay(this.zoneAt(at), at);
  }

  weekOf(at: Instant): Week {
    // Most questions in a row are about one week, or about the one beside it.
    const { last } = this;
    if (last === null) return this.findWeek(at);
    if (at >= last.week.start && at < last.week.end) return last.week;
    const beside = at < last.week.start ? last.before : last.after;
    if (beside === null || at < beside.week.start || at >= beside.week.end) return this.findWeek(at);
    this.last = beside;
    return beside.week;
  }

  private findWeek(at: Instant): Week {
    const monday = mondayOf(this.dayOf(at));
    let found = this.placeFrom(monday);
    // Where a new zone's Monday lies earlier or later, the instant may belong to the neighbour.
    if (at < found.week.start) found = this.placeFrom(monday - 7);
    else if (at >= found.week.end) found = this.placeFrom(monday + 7);
    const { last } = this;
    if (last !== null && last.week.end === found.week.start) link(last, found);
    else if (last !== null && found.week.end === last.week.start) link(found, last);
    this.last = found;
    return found.week;
  }

  weekAfter(week: Week): Week {
    return this.weekOf(week.end);
  }

  weekBefore(week: Week): Week {
    return this.weekOf(week.start - 1);
  }

  private placeFrom(monday: number): Place {
    const known = this.weeks.get(monday);
    if (known) return known;
    const week: Week = {
      isoWeek: isoWeekOf(monday),
      start: this.startOfWeek(monday),
      end: this.startOfWeek(monday + 7),
    };
    const place: Place = { week, before: null, after: null };
    if (this.weeks.size > 20_000) this.weeks.clear();
    this.weeks.set(monday, place);
    return place;
  }

  /** A week begins in the new zone when that zone counts from this very Monday, else in the zone that holds then. */
  private startOfWeek(monday: number): Instant {
    for (let i = this.zones.length - 1; i > 0; i--) {
      const { from, zone } = this.zones[i]!;
      if (mondayOf(localDay(zone, from)) <= monday) return startOfDay(zone, monday);
    }
    return startOfDay(this.zones[0]!.zone, monday);
  }

  private segmentAt(at: Instant): ZoneFrom {
    let found = this.zones[0]!;
    if (this.zones.length === 1) return found;
    for (const segment of this.zones) if (segment.from <= at) found = segment;
    return found;
  }
}

function link(before: Place, after: Place): void {
  before.after = after;
  after.before = before;
}

const calendars = new WeakMap<readonly ZoneFrom[], Calendar>();

const calendarsOfZones = new Map<string, Calendar>();

function calendarOfZone(only: ZoneFrom): Calendar {
  const known = calendarsOfZones.get(only.zone);
  if (known) return known;
  const calendar = new Calendar([only]);
  calendarsOfZones.set(only.zone, calendar);
  return calendar;
}

/** The calendar of a list of zones, made once a list. */
export function calendarOf(zones: readonly ZoneFrom[]): Calendar {
  // Most people stay in one zone: they share its calendar, and its weeks are worked out once.
  if (zones.length === 1) return calendarOfZone(zones[0]!);
  let calendar = calendars.get(zones);
  if (!calendar) {
    calendar = new Calendar(zones);
    calendars.set(zones, calendar);
  }
  return calendar;
}

/**
 * From when a zone counts that was told at `receivedAt`: the first Monday 00:00 in the new zone that lies after the receipt and
 * begins a later ISO week than the present one in the old zone (D2).
 */
export function zoneChange(zones: readonly ZoneFrom[], zone: string, receivedAt: Instant): ZoneFrom {
  const presentMonday = mondayOf(calendarOf(zones).dayOf(receivedAt));
  let monday = mondayOf(localDay(zone, receivedAt));
  while (monday <= presentMonday || startOfDay(zone, monday) <= receivedAt) monday += 7;
  return { from: startOfDay(zone, monday), zone };
}

/**
 * Zones with one more. One that was told before and would begin the same week or a later one never counts; one that begins an earlier week does, also
 * when its Monday is still to come: where the present week ends was settled when it was told.
 */
export const withZone = (zones: readonly ZoneFrom[], added: ZoneFrom): ZoneFrom[] => [
  ...zones.filter(({ from, zone }) => mondayIn(zone, from) < mondayIn(added.zone, added.from)),
  added,
];

const mondayIn = (zone: string, at: Instant): number => mondayOf(localDay(zone, at));
