import { defaultParameters } from '../../src/ruleset.js';
import { day, type Inputs, medianOf, type Reading } from './inputs.js';

/** M1 and D8 for a hand-held goniometer: three values, close together and in range. */
const isValid = ({ valuesDeg }: Reading): boolean => {
  const three = valuesDeg.slice(0, 3);
  const { readingSpreadDeg, readingMinDeg, readingMaxDeg } = defaultParameters;
  return (
    three.length === 3 &&
    Math.max(...three) - Math.min(...three) <= readingSpreadDeg &&
    three.every((value) => value >= readingMinDeg && value <= readingMaxDeg)
  );
};

const valueOf = ({ valuesDeg }: Reading): number => medianOf(valuesDeg.slice(0, 3));

export const validReadings = ({ readings }: Inputs): Reading[] => readings.filter(isValid);

/** D8: the last 7 days against the first 7 of the series, which starts anew at `epoch` (S8). All readings are of one series. */
export function isWorse(inputs: Inputs, at: number, epoch: number): boolean {
  const series = validReadings(inputs).filter((reading) => reading.at >= epoch && reading.at <= at);
  const first = series[0]?.at;
  if (first === undefined || at < first + 7 * day) return false;
  const early = series.filter((reading) => reading.at < first + 7 * day);
  const late = series.filter((reading) => reading.at > at - 7 * day);
  if (late.length === 0) return false;
  const change = medianOf(late.map(valueOf)) - medianOf(early.map(valueOf));
  return change <= -defaultParameters.mdcGoniometerDeg;
}
