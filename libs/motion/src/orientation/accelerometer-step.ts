import { biasStep } from './bias-step.js';
import type { VqfCoefficients } from './coefficients.js';
import { composeQuat6D } from './gyroscope-step.js';
import { lowPassStep } from './low-pass.js';
import { rotateInPlace } from './rotate-in-place.js';
import * as at from './state.js';

/** Corrects the inclination so that the low-passed acceleration points up; then the bias. A sample of zeros is no measurement. */
export function accelerometerStep(state: Float64Array, c: VqfCoefficients): void {
  const x = state[at.acc]!;
  const y = state[at.acc + 1]!;
  const z = state[at.acc + 2]!;
  if (x === 0 && y === 0 && z === 0) {
    composeQuat6D(state);
    return;
  }
  detectRest(state, c, x, y, z);
  rotateInPlace(state, at.gyrQuat, at.acc, at.vector);
  lowPassStep(state, at.accMemory, 3, c.accLowPass, at.vector, at.vector);
  rotateInPlace(state, at.accQuat, at.vector, at.vector);
  tiltToVertical(state);
  composeQuat6D(state);
  biasStep(state, c);
}

function detectRest(state: Float64Array, c: VqfCoefficients, x: number, y: number, z: number): void {
  lowPassStep(state, at.accRestMemory, 3, c.restLowPass, at.acc, at.vector);
  const dx = x - state[at.vector]!;
  const dy = y - state[at.vector + 1]!;
  const dz = z - state[at.vector + 2]!;
  if (dx * dx + dy * dy + dz * dz >= c.restThAccSquared) {
    state[at.restTime] = 0;
    state[at.atRest] = 0;
    return;
  }
  const restTime = state[at.restTime]! + c.periodS;
  state[at.restTime] = restTime;
  if (restTime >= c.restMinT) state[at.atRest] = 1;
}

/** Makes the force at state[vector] unit length; accQuat = its shortest turn to the vertical ⊗ accQuat. */
export function tiltToVertical(state: Float64Array): void {
  const ex = state[at.vector]!;
  const ey = state[at.vector + 1]!;
  const ez = state[at.vector + 2]!;
  const size = Math.sqrt(ex * ex + ey * ey + ez * ez);
  if (size < Number.EPSILON) return;
  state[at.vector] = ex / size;
  state[at.vector + 1] = ey / size;
  state[at.vector + 2] = ez / size;
  const half = Math.sqrt(Math.max(0, (state[at.vector + 2]! + 1) / 2));
  // Upside down there is no shortest turn: half a turn about x.
  const c0 = half > 1e-6 ? half : 0;
  const c1 = half > 1e-6 ? (0.5 * state[at.vector + 1]!) / half : 1;
  const c2 = half > 1e-6 ? (-0.5 * state[at.vector]!) / half : 0;
  const q0 = state[at.accQuat]!;
  const q1 = state[at.accQuat + 1]!;
  const q2 = state[at.accQuat + 2]!;
  const q3 = state[at.accQuat + 3]!;
  const w = c0 * q0 - c1 * q1 - c2 * q2;
  const i = c0 * q1 + c1 * q0 + c2 * q3;
  const j = c0 * q2 - c1 * q3 + c2 * q0;
  const k = c0 * q3 + c1 * q2 - c2 * q1;
  const norm = Math.sqrt(w * w + i * i + j * j + k * k);
  state[at.accQuat] = w / norm;
  state[at.accQuat + 1] = i / norm;
  state[at.accQuat + 2] = j / norm;
  state[at.accQuat + 3] = k / norm;
}
