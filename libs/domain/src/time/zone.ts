import type { Instant } from '../model/facts.js';

const dayMs = 86_400_000;

/** Offset changes of a zone in one UTC year: from each instant on, local = UTC + offset (ms). Sorted. */
type Changes = readonly { readonly from: Instant; readonly offset: number }[];

const formats = new Map<string, Intl.DateTimeFormat>();
const years = new Map<string, Changes>();

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
  const key = `${zone} ${year}`;
  const known = years.get(key);
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
  if (years.size > 2_000) years.clear();
  years.set(key, changes);
  return changes;
}

/** Local time minus UTC in ms at an instant. Zone: IANA name. */
export function offsetAt(zone: string, at: Instant): number {
  const changes = changesOf(zone, new Date(at).getUTCFullYear());
  let offset = changes[0]!.offset;
  for (const change of changes) if (change.from <= at) offset = change.offset;
  return offset;
}

/** Days since 1970-01-01 of the local calendar date. */
export const localDay = (zone: string, at: Instant): number => Math.floor((at + offsetAt(zone, at)) / dayMs);

/** First instant of a local calendar date, also where midnight does not exist or comes twice. */
export function startOfDay(zone: string, day: number): Instant {
  let low = day * dayMs - 15 * 3_600_000;
  let high = day * dayMs + 15 * 3_600_000;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (localDay(zone, middle) < day) low = middle;
    else high = middle;
  }
  return high;
}
