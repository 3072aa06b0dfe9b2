import type { VqfCoefficients } from './coefficients.js';
import { lowPassStep } from './low-pass.js';
import { rotateInPlace } from './rotate-in-place.js';
import * as at from './state.js';

/** Corrects the heading towards magnetic north, unless the field is disturbed. A sample of zeros is no measurement. */
export function magnetometerStep(state: Float64Array, c: VqfCoefficients): void {
  if (state[at.mag] === 0 && state[at.mag + 1] === 0 && state[at.mag + 2] === 0) return;
  rotateInPlace(state, at.quat6D, at.mag, at.vector);
  const x = state[at.vector]!;
  const y = state[at.vector + 1]!;
  const z = state[at.vector + 2]!;
  const norm = Math.sqrt(x * x + y * y + z * z);
  state[at.field] = norm;
  state[at.field + 1] = -Math.asin(Math.max(-1, Math.min(1, z / norm)));
  lowPassStep(state, at.fieldMemory, 2, c.fieldLowPass, at.field, at.field);
  compareWithReference(state, c);
  considerNewField(state, c);
  const disagreement = wrapped(Math.atan2(x, y) - state[at.delta]!);
  state[at.delta] = wrapped(state[at.delta]! + headingGain(state, c) * disagreement);
}

const wrapped = (angle: number): number =>
  angle > Math.PI ? angle - 2 * Math.PI : angle < -Math.PI ? angle + 2 * Math.PI : angle;

function compareWithReference(state: Float64Array, c: VqfCoefficients): void {
  const normOff = state[at.field]! - state[at.magReferenceNorm]!;
  const dipOff = state[at.field + 1]! - state[at.magReferenceDip]!;
  if (Math.abs(normOff) >= c.magNormTh * state[at.magReferenceNorm]! || !(Math.abs(dipOff) < c.magDipTh)) {
    state[at.magUndisturbedTime] = 0;
    state[at.magDisturbed] = 1;
    return;
  }
  const time = state[at.magUndisturbedTime]! + c.periodS;
  state[at.magUndisturbedTime] = time;
  if (time < c.magMinUndisturbedTime) return;
  state[at.magDisturbed] = 0;
  state[at.magReferenceNorm] = state[at.magReferenceNorm]! + c.magReferenceGain * normOff;
  state[at.magReferenceDip] = state[at.magReferenceDip]! + c.magReferenceGain * dipOff;
}

/** A field that stays the same while the sensor turns becomes the new reference. */
function considerNewField(state: Float64Array, c: VqfCoefficients): void {
  const normOff = state[at.field]! - state[at.magCandidateNorm]!;
  const dipOff = state[at.field + 1]! - state[at.magCandidateDip]!;
  if (!(Math.abs(normOff) < c.magNormTh * state[at.magCandidateNorm]!) || !(Math.abs(dipOff) < c.magDipTh)) {
    state[at.magCandidateTime] = 0;
    state[at.magCandidateNorm] = state[at.field]!;
    state[at.magCandidateDip] = state[at.field + 1]!;
    return;
  }
  const gx = state[at.gyrLow]!;
  const gy = state[at.gyrLow + 1]!;
  const gz = state[at.gyrLow + 2]!;
  if (Math.sqrt(gx * gx + gy * gy + gz * gz) >= c.magNewMinGyr)
    state[at.magCandidateTime] = state[at.magCandidateTime]! + c.periodS;
  state[at.magCandidateNorm] = state[at.magCandidateNorm]! + c.magReferenceGain * normOff;
  state[at.magCandidateDip] = state[at.magCandidateDip]! + c.magReferenceGain * dipOff;
  const needed = state[at.magReferenceNorm] === 0 ? c.magNewFirstTime : c.magNewTime;
  const time = state[at.magCandidateTime]!;
  if (state[at.magDisturbed] === 0 || (time < c.magNewTime && time < needed)) return;
  state[at.magReferenceNorm] = state[at.magCandidateNorm]!;
  state[at.magReferenceDip] = state[at.magCandidateDip]!;
  state[at.magDisturbed] = 0;
  state[at.magUndisturbedTime] = c.magMinUndisturbedTime;
}

/** Share of the disagreement that is taken: none while disturbed, at least 1/N of the first N samples. */
function headingGain(state: Float64Array, c: VqfCoefficients): number {
  let gain = c.magGain;
  const rejected = state[at.magRejectTime]!;
  if (state[at.magDisturbed] === 0)
    state[at.magRejectTime] = Math.max(rejected - c.magRejectionFactor * c.periodS, 0);
  else if (rejected <= c.magMaxRejectionTime) {
    state[at.magRejectTime] = rejected + c.periodS;
    gain = 0;
  } else gain /= c.magRejectionFactor;
  const first = state[at.magInitGain]!;
  if (first === 0) return gain;
  const following = first / (first + 1);
  state[at.magInitGain] = following * c.tauMag < c.periodS ? 0 : following;
  return Math.max(gain, first);
}
