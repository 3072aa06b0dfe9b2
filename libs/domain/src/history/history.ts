import type { Enrolment } from '../model/enrolment.js';
import type { CheckInFact, Instant, OverrideFact, ReadingFact, RecordingFact } from '../model/facts.js';
import type { Calendar } from '../time/week.js';

/** What a rule may look at: the inputs that are visible to the question asked. Check-ins by `at`, then `id` (D1). */
export interface History {
  readonly enrolment: Enrolment;
  readonly calendar: Calendar;
  readonly checkIns: readonly CheckInFact[];
  readonly readings: readonly ReadingFact[];
  readonly recordings: readonly RecordingFact[];
  readonly overrides: readonly OverrideFact[];
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** Check-ins with `from` ≤ at < `to`. */
export function within(checkIns: readonly CheckInFact[], from: Instant, to: Instant): readonly CheckInFact[] {
  return checkIns.slice(firstAt(checkIns, from), firstAt(checkIns, to));
}

/** Index of the first check-in at or after an instant. */
function firstAt(checkIns: readonly CheckInFact[], at: Instant): number {
  let low = 0;
  let high = checkIns.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (checkIns[middle]!.at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Highest pain of a check-in (D1). */
export const peakOf = ({ now, worst, duringExercise, nextMorning }: CheckInFact): number =>
  Math.max(now, worst ?? 0, duringExercise ?? 0, nextMorning ?? 0);

/** Median; the mean of the middle two for an even count; null of nothing. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** `now` of the check-ins in (at - days, at), the own median's window (D6). */
export function painBefore(
  checkIns: readonly CheckInFact[],
  at: Instant,
  days: number,
  without?: ReadonlySet<string>,
): number[] {
  return within(checkIns, at - days * dayMs + 1, at)
    .filter(({ id }) => !without?.has(id))
    .map(({ now }) => now);
}
