/** RFC 3339 with seconds and offset; the offset is part of what was said and is kept. */
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** How far a client's clock may run ahead. */
export const allowedSkewMs = 5 * 60_000;

/** Epoch ms of an RFC 3339 instant; undefined for anything else, 31 February and 25 o'clock among it. */
export function parseInstant(text: string): number | undefined {
  if (!rfc3339.test(text)) return undefined;
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return undefined;
  if (two(text, 11) > 23 || two(text, 14) > 59 || two(text, 17) > 59) return undefined;
  const end = text.length;
  if (!text.endsWith('Z') && (two(text, end - 5) > 23 || two(text, end - 2) > 59)) return undefined;
  return Date.parse(text);
}

/** An instant (epoch ms) as RFC 3339, at the offset that another was told with: an offset is part of what somebody said, and is kept. In UTC where none was told. */
export function formatLike(instant: number, told: string | undefined): string {
  const offset = /[+-]\d\d:\d\d$/.exec(told ?? '')?.[0];
  if (offset === undefined || parseInstant(told!) === undefined) return new Date(instant).toISOString();
  const minutes = (two(offset, 1) * 60 + two(offset, 4)) * (offset.startsWith('-') ? -1 : 1);
  return new Date(instant + minutes * 60_000).toISOString().slice(0, -1) + offset;
}

/** Two digits as a number. */
const two = (text: string, at: number): number => text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;

const days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function daysOf(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : days[month - 1]!;
}
