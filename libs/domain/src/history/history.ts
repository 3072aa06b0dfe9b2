import type { Enrolment } from '../model/enrolment.js';
import type {
  CheckInFact,
  Instant,
  KeptCheckIn,
  OverrideFact,
  ReadingFact,
  RecordingFact,
} from '../model/facts.js';
import type { Calendar } from '../time/week.js';
import type { CheckIns } from './check-ins.js';

/** What a rule may look at: the inputs that are visible to the question asked. Check-ins by `at`, then `id` (D1). */
export interface History {
  readonly enrolment: Enrolment;
  readonly calendar: Calendar;
  readonly checkIns: CheckIns;
  readonly readings: readonly ReadingFact[];
  readonly recordings: readonly RecordingFact[];
  readonly overrides: readonly OverrideFact[];
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** Whole check-ins with `from` ≤ at < `to`. */
export const within = (checkIns: CheckIns, from: Instant, to: Instant): readonly KeptCheckIn[] =>
  checkIns.within(from, to);

/** Highest pain of a check-in (D1). */
export const peakOf = ({
  now,
  worst,
  duringExercise,
  nextMorning,
}: Pick<CheckInFact, 'now' | 'worst' | 'duringExercise' | 'nextMorning'>): number =>
  Math.max(now, worst ?? 0, duringExercise ?? 0, nextMorning ?? 0);

/** Median; the mean of the middle two for an even count; null of nothing. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** `now` of the check-ins in (at - days, at), the own median's window (D6). */
export function painBefore(checkIns: CheckIns, at: Instant, days: number): number[] {
  const nows: number[] = [];
  for (let place = checkIns.first(at - days * dayMs + 1), end = checkIns.first(at); place < end; place++)
    nows.push(checkIns.now(place));
  return nows;
}
