import type { Instant } from '../model/facts.js';

const dayMs = 86_400_000;

/** Offset changes of a zone in one UTC year: from each instant on, local = UTC + offset (ms). Sorted. */
type Changes = readonly { readonly from: Instant; readonly offset: number }[];

const formats = new Map<string, Intl.DateTimeFormat>();
/** By zone, then by UTC year. No key is built of both: this is asked several times a check-in. */
const years = new Map<string, Map<number, Changes>>();

/** How long an offset holds, [from, to), as far as the year goes. */
interface Segment {
  readonly zone: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly offset: number;
}

/** The last two answers: most questions in a row are about one zone, and about one or two halves of a year. */
let last: Segment = { zone: '', from: 0, to: 0, offset: 0 };
let other = last;

function askOffset(zone: string, at: Instant): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
  const local = Date.UTC(
    part['year']!,
    part['month']! - 1,
    part['day'],
    part['hour'],
    part['minute'],
    part['second'],
  );
  return local - Math.floor(at / 1000) * 1000;
}

/** Intl is asked a few hundred times a zone and year, not once a question: offsets change twice a year. */
function changesOf(zone: string, year: number): Changes {
  let ofZone = years.get(zone);
  if (!ofZone) years.set(zone, (ofZone = new Map<number, Changes>()));
  const known = ofZone.get(year);
  if (known) return known;
  const end = Date.UTC(year + 1, 0, 1);
  const changes = [{ from: Date.UTC(year, 0, 1), offset: askOffset(zone, Date.UTC(year, 0, 1)) }];
  for (let day = changes[0]!.from; day < end; day += dayMs) {
    let low = day;
    const after = askOffset(zone, day + dayMs);
    if (after === changes.at(-1)!.offset) continue;
    let high = day + dayMs;
    while (high - low > 1_000) {
      const middle = Math.floor((low + high) / 2_000) * 1_000;
      if (askOffset(zone, middle) === changes.at(-1)!.offset) low = middle;
      else high = middle;
    }
    changes.push({ from: high, offset: after });
  }
  if (ofZone.size > 400) ofZone.clear();
  ofZone.set(year, changes);
  return changes;
}

/** Local time minus UTC in ms at an instant. Zone: IANA name. */
export function offsetAt(zone: string, at: Instant): number {
  if (!isWithin(last, zone, at)) {
    const next = isWithin(other, zone, at) ? other : segmentOf(zone, at);
    other = last;
    last = next;
  }
  return last.offset;
}

const isWithin = ({ zone, from, to }: Segment, asked: string, at: Instant): boolean =>
  at >= from && at < to && zone === asked;

function segmentOf(zone: string, at: Instant): Segment {
  const year = new Date(at).getUTCFullYear();
  const changes = changesOf(zone, year);
  let place = changes.length - 1;
  while (changes[place]!.from > at) place--;
  const { from, offset } = changes[place]!;
  return { zone, from, to: changes[place + 1]?.from ?? Date.UTC(year + 1, 0, 1), offset };
}

/** Days since 1970-01-01 of the local calendar date. */
export const localDay = (zone: string, at: Instant): number => Math.floor((at + offsetAt(zone, at)) / dayMs);

/** First instant of a local calendar date, also where midnight does not exist or comes twice. */
export function startOfDay(zone: string, day: number): Instant {
  let ofZone = starts.get(zone);
  if (!ofZone) starts.set(zone, (ofZone = new Map<number, Instant>()));
  const known = ofZone.get(day);
  if (known !== undefined) return known;
  if (ofZone.size > 20_000) ofZone.clear();
  const start = searchStart(zone, day);
  ofZone.set(day, start);
  return start;
}

/** Found once for everybody in a zone. */
const starts = new Map<string, Map<number, Instant>>();

function searchStart(zone: string, day: number): Instant {
  let low = day * dayMs - 15 * 3_600_000;
  let high = day * dayMs + 15 * 3_600_000;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (localDay(zone, middle) < day) low = middle;
    else high = middle;
  }
  return high;
}
