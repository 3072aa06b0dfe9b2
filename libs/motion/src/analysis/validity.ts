import { fatalCodes, type Flag } from '../quality/flag.js';
import { type Bridge, guessDeg, longestBridgeS } from '../recording/bridging.js';
import type { Span } from '../recording/sensor-stream.js';

/** Time in which the inclination heals after a gap, s. */
export const healS = 10;
/** Time after a neutral pose for which a heading may be believed, s. */
export const headingS = 60;
/** Behind a turn that was guessed the force must first tell again where up is, s. */
const settleS = 1;
/** A relative heading known less well than this (one standard error) is not believed, degrees. */
const mostHeadingErrorDeg = 3;

export interface ValidityRules {
  readonly count: number;
  readonly periodS: number;
  readonly neutralPoses: readonly Span[];
  readonly flags: readonly Flag[];
  readonly bridges: readonly Bridge[];
  /** Whether the angle depends on the relative heading. */
  readonly heading: boolean;
}

/**
 * Which rows may be believed: from the end of the first neutral pose on; after a long gap, the gyroscope's limit or a slipped sensor, a heading only
 * from the next neutral pose on, an inclination after 10 s; a heading never more than 60 s after a neutral pose.
 */
export function validRows({
  count,
  periodS,
  neutralPoses,
  flags,
  bridges,
  heading,
}: ValidityRules): Uint8Array {
  const valid = new Uint8Array(count);
  if (flags.some(({ code }) => fatalCodes.has(code))) return valid;
  const first = neutralPoses[0]?.endS ?? (heading ? Infinity : 0);
  if (first === Infinity) return valid;
  valid.fill(1, Math.min(count, Math.round(first / periodS)));
  const blank = (fromS: number, toS: number) =>
    valid.fill(
      0,
      Math.max(0, Math.floor(fromS / periodS)),
      Math.max(0, Math.ceil(Math.min(toS / periodS, count))),
    );
  for (const span of blanks(flags, neutralPoses, periodS, heading)) blank(span.startS, span.endS);
  for (const { startS, endS, sigmaDeg } of bridges) if (sigmaDeg > guessDeg) blank(startS, endS + settleS);
  return valid;
}

/** Times that a flag takes away. */
function blanks(
  flags: readonly Flag[],
  neutralPoses: readonly Span[],
  periodS: number,
  heading: boolean,
): Span[] {
  return flags.flatMap(({ code, startS, endS }): Span[] => {
    if (startS === undefined || endS === undefined) return [];
    if (code === 'mounting-slip') return [{ startS, endS: Infinity }];
    if (code === 'heading-uncertain') return heading ? [{ startS, endS }] : [];
    const long = code === 'gap' && endS - startS > longestBridgeS - 1.5 * periodS;
    if (!long && code !== 'saturated-gyro') return [];
    const next = neutralPoses.find((pose) => pose.startS >= endS)?.startS ?? Infinity;
    return [{ startS, endS: Math.max(endS + healS, heading ? next : 0) }];
  });
}

/** Times more than 60 s after the last neutral pose, and those at which bridged gaps have left the heading unknown. `errorDeg`: see `HipMeasurement`. */
export function uncertainHeading(
  neutralPoses: readonly Span[],
  errorDeg: Float64Array,
  periodS: number,
): Span[] {
  const durationS = errorDeg.length * periodS;
  const late = neutralPoses.flatMap((pose, i) => {
    const next = neutralPoses[i + 1]?.startS ?? durationS;
    const startS = pose.endS + headingS;
    return next > startS ? [{ startS, endS: next }] : [];
  });
  const first = Math.round((neutralPoses[0]?.endS ?? durationS) / periodS);
  return [...late, ...unsure(errorDeg, first, periodS)];
}

/** Runs of rows from `first` on whose heading is known less well than `mostHeadingErrorDeg`. */
function unsure(errorDeg: Float64Array, first: number, periodS: number): Span[] {
  const spans: Span[] = [];
  for (let row = Math.max(0, first); row < errorDeg.length; row++) {
    if (!(errorDeg[row]! > mostHeadingErrorDeg)) continue;
    const from = row;
    while (row < errorDeg.length && errorDeg[row]! > mostHeadingErrorDeg) row++;
    spans.push({ startS: from * periodS, endS: row * periodS });
  }
  return spans;
}
