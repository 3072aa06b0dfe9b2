import { dayMs, median } from './history/history.js';
import type { Instant, ReadingFact, Series } from './model/facts.js';
import type { RotationReport } from './model/command.js';
import type { Parameters } from './ruleset.js';

export type Verdict = 'better' | 'worse' | 'no-change' | 'not-enough-data';

/** One series and what has become of it (D8). Degrees. */
export interface SeriesState {
  readonly series: Series;
  readonly current: number | null;
  readonly baseline: number | null;
  readonly change: number | null;
  readonly mdc: number;
  readonly verdict: Verdict;
}

/** Judges a measurement by M1: three values, spread at most 5°, each between -10° (standing: 0°) and 90°; the value is their median. */
export function judgeReading(
  report: RotationReport,
  parameters: Parameters,
): { value: number | null; valid: boolean; reasons: string[] } {
  const { valuesDeg, faults, series } = report;
  const reasons = faults.slice();
  const least = series.position === 'standing' ? 0 : parameters.readingMinDeg;
  const count = Math.min(valuesDeg.length, 3);
  let lowest = Infinity;
  let highest = -Infinity;
  for (let place = 0; place < count; place++) {
    lowest = Math.min(lowest, valuesDeg[place]!);
    highest = Math.max(highest, valuesDeg[place]!);
  }
  if (count < 3) reasons.push('fewer-than-three-repetitions');
  if (lowest < least || highest > parameters.readingMaxDeg) reasons.push('out-of-range');
  if (count === 3 && highest - lowest > parameters.readingSpreadDeg) reasons.push('spread');
  return {
    value: count === 3 ? middleOf(valuesDeg[0]!, valuesDeg[1]!, valuesDeg[2]!) : null,
    valid: reasons.length === 0,
    reasons: reasons.length > 1 ? [...new Set(reasons)] : reasons,
  };
}

const middleOf = (a: number, b: number, c: number): number =>
  Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));

export const seriesKey = ({ side, position, motion, instrument, measuredBy }: Series): string =>
  [side, position, motion, instrument, measuredBy].join('/');

/** Every series at an instant; readings before `epoch` belong to an earlier baseline. Never compared across series (M5). */
export function seriesAt(
  readings: readonly ReadingFact[],
  at: Instant,
  epoch: Instant,
  parameters: Parameters,
): SeriesState[] {
  const bySeries = new Map<string, ReadingFact[]>();
  for (const reading of readings) {
    if (!reading.valid || reading.value === null || reading.at > at || reading.at < epoch) continue;
    const key = seriesKey(reading.series);
    const group = bySeries.get(key);
    if (group) group.push(reading);
    else bySeries.set(key, [reading]);
  }
  return [...bySeries.values()].map((group) =>
    stateOf(
      [...group].sort((a, b) => a.at - b.at),
      at,
      parameters,
    ),
  );
}

function stateOf(readings: readonly ReadingFact[], at: Instant, parameters: Parameters): SeriesState {
  const { series, at: first } = readings[0]!;
  const windowMs = parameters.compareDays * dayMs;
  const baselineReadings = readings.filter((reading) => reading.at < first + windowMs);
  const currentReadings = readings.filter((reading) => reading.at > at - windowMs);
  const valueOf = (group: readonly ReadingFact[]) => median(group.map(({ value }) => value!));
  const mdc = smallestChange(series, [...baselineReadings, ...currentReadings], parameters);
  const baseline = valueOf(baselineReadings);
  const current = valueOf(currentReadings);
  const enough = at >= first + windowMs && current !== null && baseline !== null;
  const change = enough ? current - baseline : null;
  const verdict =
    change === null ? 'not-enough-data' : change >= mdc ? 'better' : change <= -mdc ? 'worse' : 'no-change';
  return { series, current, baseline, change, mdc, verdict };
}

/** max(M2, quantile·√2·SEM): the minimal detectable change of a series, degrees. */
function smallestChange(
  { instrument }: Series,
  compared: readonly ReadingFact[],
  { mdcImuDeg, mdcGoniometerDeg, mdcQuantile }: Parameters,
): number {
  const goniometer = instrument === 'goniometer' || compared.some((reading) => reading.goniometer);
  const least = goniometer ? mdcGoniometerDeg : mdcImuDeg;
  const sem = Math.max(0, ...compared.map(({ uncertaintyDeg }) => uncertaintyDeg ?? 0));
  return Math.max(least, mdcQuantile * Math.SQRT2 * sem);
}
