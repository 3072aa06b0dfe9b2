import type { Instant } from '../model/facts.js';

/**
 * Milliseconds of an RFC 3339 time; NaN when it is none. The form that programs write (`2026-01-05T08:00:00.000Z`) is read digit by
 * digit, in a sixth of the time that `Date.parse` takes; that reads every other, and whatever is out of the ordinary.
 */
export function instantOf(text: string): Instant {
  if (text.length !== form.length) return Date.parse(text);
  const date = digitsOf(text, 0, 10);
  const time = digitsOf(text, 10, form.length);
  if (date < 0 || time < 0) return Date.parse(text);
  const day = dayOf(Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100);
  const hour = Math.floor(time / 10_000_000);
  const minute = Math.floor(time / 100_000) % 100;
  const ms = time % 100_000;
  if (day < 0 || hour > 23 || minute > 59 || ms > 59_999) return Date.parse(text);
  return day * 86_400_000 + (hour * 60 + minute) * 60_000 + ms;
}

const form = '0000-00-00T00:00:00.000Z';

/** The digits from one place to before another as a number; -1 when the text has not that form. */
function digitsOf(text: string, from: number, to: number): number {
  let number = 0;
  for (let place = from; place < to; place++) {
    const code = text.charCodeAt(place);
    const expected = form.charCodeAt(place);
    if (expected !== zero) {
      if (code !== expected) return -1;
    } else if (code >= zero && code <= zero + 9) number = number * 10 + code - zero;
    else return -1;
  }
  return number;
}

const zero = 48;

/** Days since 1970-01-01 of a date from then on; negative when it is earlier, none, or the end of a month, which is for others to judge. */
function dayOf(year: number, month: number, day: number): number {
  if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 28)) return -1;
  // Years that begin in March, so that the leap day is their last.
  const months = year * 12 + month - 3;
  const since = Math.floor(months / 12);
  const inYear = Math.floor(((months % 12) * 153 + 2) / 5) + day;
  return (
    since * 365 + Math.floor(since / 4) - Math.floor(since / 100) + Math.floor(since / 400) + inYear - 719_469
  );
}
