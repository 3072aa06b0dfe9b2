import type { Instant } from '../model/facts.js';

/**
 * Milliseconds of an RFC 3339 time; NaN when it is none. The form that programs write (`2026-01-05T08:00:00.000Z`) is read digit by
 * digit, in a fifth of the time that `Date.parse` takes; that reads every other, and whatever is out of the ordinary.
 */
export function instantOf(text: string): Instant {
  if (text.length !== 24 || !hasMarks(text)) return Date.parse(text);
  const day = dayOf(two(text, 0) * 100 + two(text, 2), two(text, 5), two(text, 8));
  const hour = two(text, 11);
  const minute = two(text, 14);
  const second = two(text, 17);
  const last = two(text, 21);
  const ms = two(text, 20) * 10 + (last % 10);
  // Where there is no digit, one of them is negative.
  if ((day | hour | minute | second | ms | last) < 0 || hour > 23 || minute > 59 || second > 59)
    return Date.parse(text);
  return day * 86_400_000 + ((hour * 60 + minute) * 60 + second) * 1_000 + ms;
}

const [dash, letterT, colon, point, letterZ] = [45, 84, 58, 46, 90] as const;

const hasMarks = (text: string): boolean =>
  text.charCodeAt(4) === dash &&
  text.charCodeAt(7) === dash &&
  text.charCodeAt(10) === letterT &&
  text.charCodeAt(13) === colon &&
  text.charCodeAt(16) === colon &&
  text.charCodeAt(19) === point &&
  text.charCodeAt(23) === letterZ;

/** The number of two digits; far below zero when they are none, so that what it becomes part of is negative too. */
function two(text: string, place: number): number {
  const tens = text.charCodeAt(place) - 48;
  const ones = text.charCodeAt(place + 1) - 48;
  return (tens | ones | (9 - tens) | (9 - ones)) < 0 ? -100_000 : tens * 10 + ones;
}

/** Days since 1970-01-01 of a date from then on; -1 when it is earlier, none, or the end of a month, which is for others to judge. */
function dayOf(year: number, month: number, day: number): number {
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 28) return -1;
  // Years that begin in March, so that the leap day is their last.
  const months = year * 12 + month - 3;
  const since = Math.floor(months / 12);
  const inYear = Math.floor(((months % 12) * 153 + 2) / 5) + day;
  return (
    since * 365 + Math.floor(since / 4) - Math.floor(since / 100) + Math.floor(since / 400) + inYear - 719_469
  );
}
