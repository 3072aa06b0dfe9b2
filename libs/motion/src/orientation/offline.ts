import { coefficientsOf, gainOf } from './coefficients.js';
import { composeQuat6D, turnByRate } from './gyroscope-step.js';
import { butterworth, lowPassSize, lowPassStep, settle } from './low-pass.js';
import { isBreak, isMeasured, offlineBias } from './offline-bias.js';
import { defaultVqfParameters, type VqfParameters } from './parameters.js';
import { rotateInPlace } from './rotate-in-place.js';
import { guessed, type ImuSamples, lost, type OrientationTrack, orientationTrack } from './samples.js';
import { tiltToVertical } from './accelerometer-step.js';
import * as at from './state.js';

/**
 * Orientation of a finished recording, with the future known as well as the past: the offline form of VQF (Laidig and Seel 2023,
 * section 3.6). Same shapes and units as `Vqf.process`; `quat9D` when there is a magnetometer.
 */
export function offlineVqf(
  samples: ImuSamples,
  periodS: number,
  parameters: Partial<VqfParameters> = {},
): OrientationTrack {
  const p = { ...defaultVqfParameters, ...parameters };
  const out = orientationTrack(samples.gyr.length / 3, samples.mag !== undefined);
  const { bias, rest, magDisturbed } = offlineBias(samples, periodS, parameters);
  out.bias.set(bias);
  out.rest.set(rest);
  out.magDisturbed.set(magDisturbed);
  inclination(samples, periodS, p, out);
  if (samples.mag !== undefined && out.quat9D !== undefined)
    heading(samples, samples.mag, periodS, p, out.quat6D, out.magDisturbed, out.quat9D);
  return out;
}

/** Unbroken stretches of rows: [first, one past the last]. What is lost or guessed between two cuts every filter. */
function stretches({ gyr, rows }: ImuSamples): [number, number][] {
  const found: [number, number][] = [];
  const count = gyr.length / 3;
  for (let row = 0; row < count; row++) {
    if (isBreak(rows, row)) continue;
    const from = row;
    while (row < count && !isBreak(rows, row)) row++;
    found.push([from, row]);
  }
  return found;
}

/** Writes quat6D: strapdown integration, then correction by the acceleration low-passed forward and backward; held where rows are lost. */
function inclination(samples: ImuSamples, periodS: number, p: VqfParameters, out: OrientationTrack): void {
  const state = at.initialState(coefficientsOf(p, periodS));
  let done = 0;
  const between = (to: number) => {
    for (; done < to; done++) {
      if (samples.rows?.[done] === guessed) turnByRow(state, samples.gyr, out.bias, done, periodS);
      composeQuat6D(state);
      for (let k = 0; k < 4; k++) out.quat6D[done * 4 + k] = state[at.quat6D + k]!;
    }
  };
  for (const [from, to] of stretches(samples)) {
    between(from);
    // Over a guessed turn the frame goes on; where rows were lost nothing of it holds.
    if (from === 0 || samples.rows?.[from - 1] === lost) {
      state.fill(0, at.accQuat, at.accQuat + 4);
      state[at.accQuat] = 1;
    }
    stretchInclination(samples, periodS, p, out, state, from, to);
    done = to;
  }
  between(samples.gyr.length / 3);
}

/** Turns on by the gyroscope of one row less its bias. */
function turnByRow(
  state: Float64Array,
  gyr: Float64Array,
  bias: Float64Array,
  row: number,
  periodS: number,
): void {
  const i = row * 3;
  turnByRate(state, gyr[i]! - bias[i]!, gyr[i + 1]! - bias[i + 1]!, gyr[i + 2]! - bias[i + 2]!, periodS);
}

function stretchInclination(
  { acc, gyr, rows }: ImuSamples,
  periodS: number,
  p: VqfParameters,
  out: OrientationTrack,
  state: Float64Array,
  from: number,
  to: number,
): void {
  const turned = new Float64Array((to - from) * 4);
  const force = new Float64Array((to - from) * 3);
  for (let row = from; row < to; row++) {
    const i = row * 3;
    turnByRow(state, gyr, out.bias, row, periodS);
    const n = row - from;
    for (let k = 0; k < 4; k++) turned[n * 4 + k] = state[at.gyrQuat + k]!;
    if (!isMeasured(rows, row)) {
      // The last known force stands in, so that the filter does not ring on zeros.
      for (let k = 0; k < 3; k++) force[n * 3 + k] = n > 0 ? force[n * 3 - 3 + k]! : acc[i + k]!;
      continue;
    }
    for (let k = 0; k < 3; k++) state[at.acc + k] = acc[i + k]!;
    rotateInPlace(state, at.gyrQuat, at.acc, at.vector);
    for (let k = 0; k < 3; k++) force[n * 3 + k] = state[at.vector + k]!;
  }
  lowPassBothWays(force, periodS, p.tauAcc);
  for (let n = 0; n < to - from; n++) {
    for (let k = 0; k < 3; k++) state[at.acc + k] = force[n * 3 + k]!;
    for (let k = 0; k < 4; k++) state[at.gyrQuat + k] = turned[n * 4 + k]!;
    rotateInPlace(state, at.accQuat, at.acc, at.vector);
    tiltToVertical(state);
    composeQuat6D(state);
    for (let k = 0; k < 4; k++) out.quat6D[(from + n) * 4 + k] = state[at.quat6D + k]!;
  }
}

/** Three interleaved channels through the low-pass, forward and then backward, in place. */
function lowPassBothWays(values: Float64Array, periodS: number, tauS: number): void {
  const filter = butterworth(tauS, periodS);
  const count = values.length / 3;
  if (count === 0) return;
  const work = new Float64Array(3 + lowPassSize(3));
  const through = (row: number) => {
    for (let k = 0; k < 3; k++) work[k] = values[row * 3 + k]!;
    lowPassStep(work, 3, 3, filter, 0, 0);
    for (let k = 0; k < 3; k++) values[row * 3 + k] = work[k]!;
  };
  for (let row = 0; row < count; row++) through(row);
  work[3] = -1;
  for (let k = 0; k < 3; k++) settle(work, 4 + 2 * k, filter, values[(count - 1) * 3 + k]!);
  for (let row = count - 1; row >= 0; row--) through(row);
}

/** Writes quat9D: the heading that the magnetometer tells, filtered forward and then backward. */
function heading(
  samples: ImuSamples,
  mag: Float64Array,
  periodS: number,
  p: VqfParameters,
  quat6D: Float64Array,
  disturbed: Uint8Array,
  quat9D: Float64Array,
): void {
  const count = quat6D.length / 4;
  const delta = new Float64Array(count);
  const work = new Float64Array(7);
  for (let row = 0; row < count; row++) {
    for (let k = 0; k < 4; k++) work[k] = quat6D[row * 4 + k]!;
    for (let k = 0; k < 3; k++) work[4 + k] = mag[row * 3 + k]!;
    const absent = !isMeasured(samples.rows, row) || (work[4] === 0 && work[5] === 0 && work[6] === 0);
    rotateInPlace(work, 0, 4, 4);
    delta[row] = absent ? (row > 0 ? delta[row - 1]! : 0) : Math.atan2(work[4]!, work[5]!);
  }
  for (const [from, to] of stretches(samples))
    for (const backward of [false, true])
      filterHeading(delta.subarray(from, to), disturbed.subarray(from, to), periodS, p, backward);
  for (let row = 0; row < count; row++) {
    const c = Math.cos(delta[row]! / 2);
    const s = Math.sin(delta[row]! / 2);
    const q = row * 4;
    quat9D[q] = c * quat6D[q]! - s * quat6D[q + 3]!;
    quat9D[q + 1] = c * quat6D[q + 1]! - s * quat6D[q + 2]!;
    quat9D[q + 2] = c * quat6D[q + 2]! + s * quat6D[q + 1]!;
    quat9D[q + 3] = c * quat6D[q + 3]! + s * quat6D[q]!;
  }
}

const wrapped = (angle: number): number =>
  angle > Math.PI ? angle - 2 * Math.PI : angle < -Math.PI ? angle + 2 * Math.PI : angle;

/** First-order filter on the heading offset, in place, in one direction; disturbed rows count less, the first rows more. */
function filterHeading(
  delta: Float64Array,
  disturbed: Uint8Array,
  periodS: number,
  p: VqfParameters,
  backward: boolean,
): void {
  const count = delta.length;
  const gain = gainOf(p.tauMag, periodS);
  let value = delta[backward ? count - 1 : 0] ?? 0;
  let first = 1;
  let rejected = 0;
  for (let i = 0; i < count; i++) {
    const row = backward ? count - 1 - i : i;
    let k = gain;
    if (disturbed[row] === 0) rejected = Math.max(rejected - p.magRejectionFactor * periodS, 0);
    else if (rejected <= p.magMaxRejectionTime) {
      rejected += periodS;
      k = 0;
    } else k /= p.magRejectionFactor;
    k = Math.max(k, first);
    first = first / (first + 1);
    if (first * p.tauMag < periodS) first = 0;
    value = wrapped(value + k * wrapped(delta[row]! - value));
    delta[row] = value;
  }
}
