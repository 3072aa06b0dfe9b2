import { guessed, type ImuSamples, lost, measured, orientationTrack } from '../orientation/samples.js';
import { Vqf } from '../orientation/vqf.js';
import { gyroReadings, readAs } from './gyro-reading.js';
import { thinned } from './thinned.js';

/** How far the slow part of the force strays from the vertical with each way to read the gyroscope. */
export interface Agreement {
  /** Root mean square, degrees, one for each of `gyroReadings`; the first is as recorded. */
  readonly errorsDeg: readonly number[];
  /** Length of what was looked at, s. */
  readonly lengthS: number;
}

/** Faster changes of the force are mostly steps and swings, slower ones the filter has taken up, Hz. */
const cutOffHz = 0.25;
/** What the filter needs to find itself at the beginning and after rows that were lost, s. */
const settleS = 3;

/**
 * Runs the orientation filter with every reading of the gyroscope and looks at the force in the earth's frame: with the right one its slow part
 * stays upright, with a wrong one the accelerometer pulls the filter back all the time.
 */
export function gravityAgreement(samples: ImuSamples, periodS: number): Agreement {
  const thin = thinned(samples, periodS);
  const counted = countedRows(thin.samples, thin.periodS);
  const count = thin.samples.gyr.length / 3;
  const track = orientationTrack(count, false);
  const gyr = new Float64Array(count * 3);
  const force = new Float64Array(count * 3);
  const errorsDeg = gyroReadings.map((reading) => {
    readAs(thin.samples.gyr, reading, gyr);
    new Vqf(thin.periodS).process({ ...thin.samples, gyr }, track);
    toEarth(thin.samples, track.quat6D, force);
    lowPassBothWays(force, Math.exp(-2 * Math.PI * cutOffHz * thin.periodS));
    return tiltDeg(force, counted);
  });
  return { errorsDeg, lengthS: count * thin.periodS };
}

/** Rows that are measured and not too near the beginning or a hole. */
function countedRows({ gyr, rows }: ImuSamples, periodS: number): Uint8Array {
  const counted = new Uint8Array(gyr.length / 3);
  let since = 0;
  for (let row = 0; row < counted.length; row++) {
    since = rows?.[row] === lost || rows?.[row] === guessed ? 0 : since + periodS;
    if (since > settleS && (rows === undefined || rows[row] === measured)) counted[row] = 1;
  }
  return counted;
}

/** The force of each row in the filter's earth frame; where there is none the one before. */
export function toEarth({ acc, rows }: ImuSamples, quats: Float64Array, out: Float64Array): void {
  for (let i = 0, q = 0; i < out.length; i += 3, q += 4) {
    if (rows !== undefined && rows[i / 3] !== measured) {
      for (let k = 0; k < 3; k++) out[i + k] = i > 0 ? out[i - 3 + k]! : 0;
      continue;
    }
    const w = quats[q]!;
    const x = quats[q + 1]!;
    const y = quats[q + 2]!;
    const z = quats[q + 3]!;
    const a = acc[i]!;
    const b = acc[i + 1]!;
    const c = acc[i + 2]!;
    const tx = 2 * (y * c - z * b);
    const ty = 2 * (z * a - x * c);
    const tz = 2 * (x * b - y * a);
    out[i] = a + w * tx + y * tz - z * ty;
    out[i + 1] = b + w * ty + z * tx - x * tz;
    out[i + 2] = c + w * tz + x * ty - y * tx;
  }
}

/** First order, forward and backward, three interleaved channels. */
export function lowPassBothWays(values: Float64Array, keep: number): void {
  const last = values.length - 3;
  for (let k = 0; k < 3; k++) {
    let value = values[k]!;
    for (let i = k; i <= last + k; i += 3) values[i] = value = keep * value + (1 - keep) * values[i]!;
    for (let i = last + k; i >= 0; i -= 3) values[i] = value = keep * value + (1 - keep) * values[i]!;
  }
}

/** Root mean square of the angle to the vertical over the counted rows, degrees; NaN without any. */
function tiltDeg(force: Float64Array, counted: Uint8Array): number {
  let sum = 0;
  let rows = 0;
  for (let row = 0; row < counted.length; row++) {
    if (counted[row] === 0) continue;
    const i = row * 3;
    sum += Math.atan2(Math.hypot(force[i]!, force[i + 1]!), force[i + 2]!) ** 2;
    rows++;
  }
  return (Math.sqrt(sum / rows) * 180) / Math.PI;
}
