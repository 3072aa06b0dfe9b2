import type { VqfCoefficients } from './coefficients.js';
import { lowPassSize } from './low-pass.js';

let next = 0;
const take = (size: number): number => {
  const at = next;
  next += size;
  return at;
};

// Places in the one Float64Array that is the filter's whole memory. Order matters only to saved states: append, never insert.
export const gyrQuat = take(4);
export const accQuat = take(4);
export const quat6D = take(4);
export const delta = take(1);
export const atRest = take(1);
export const restTime = take(1);
export const magDisturbed = take(1);
export const bias = take(3);
/** Upper half of the bias's covariance: 00 01 02 11 12 22. */
export const covariance = take(6);
export const gyrLow = take(3);
export const gyrRestMemory = take(lowPassSize(3));
export const accRestMemory = take(lowPassSize(3));
export const accMemory = take(lowPassSize(3));
export const rotationMemory = take(lowPassSize(9));
export const turnedBiasMemory = take(lowPassSize(2));
export const fieldMemory = take(lowPassSize(2));
export const magInitGain = take(1);
export const magReferenceNorm = take(1);
export const magReferenceDip = take(1);
export const magUndisturbedTime = take(1);
export const magRejectTime = take(1);
export const magCandidateNorm = take(1);
export const magCandidateDip = take(1);
export const magCandidateTime = take(1);
/** The sample in hand. */
export const gyr = take(3);
export const acc = take(3);
export const mag = take(3);
/** Work space. */
export const vector = take(3);
export const rotation = take(9);
export const turnedBias = take(2);
export const field = take(2);
/** 1 after rows that were lost: the filters of the force begin anew, since their frame no longer holds. */
export const interrupted = take(1);

export const stateSize = next;

/** Memory of a filter that has seen nothing. */
export function initialState({ biasP0, magMaxRejectionTime }: VqfCoefficients): Float64Array {
  const state = new Float64Array(stateSize);
  state[gyrQuat] = state[accQuat] = state[quat6D] = 1;
  state[covariance] = state[covariance + 3] = state[covariance + 5] = biasP0;
  state[magDisturbed] = 1;
  state[magInitGain] = 1;
  // As if a disturbance had lasted the longest: the first field is followed, slowly, until one is accepted.
  state[magRejectTime] = magMaxRejectionTime;
  state[magCandidateNorm] = -1;
  return state;
}

/** Forgets what the low-passes hold in a frame that was lost; orientation, bias and field stay. */
export function forgetForces(state: Float64Array): void {
  for (const [from, size] of [
    [accMemory, 3],
    [rotationMemory, 9],
    [turnedBiasMemory, 2],
    [gyrRestMemory, 3],
    [accRestMemory, 3],
  ] as const)
    state.fill(0, from, from + lowPassSize(size));
  state[restTime] = 0;
  state[atRest] = 0;
  state[interrupted] = 0;
}
