import type { VqfCoefficients } from './coefficients.js';
import { lowPassStep } from './low-pass.js';
import * as at from './state.js';

/** Turns by the gyroscope less its bias (strapdown integration), and notes whether it speaks against rest. */
export function gyroscopeStep(state: Float64Array, c: VqfCoefficients): void {
  const x = state[at.gyr]!;
  const y = state[at.gyr + 1]!;
  const z = state[at.gyr + 2]!;
  lowPassStep(state, at.gyrRestMemory, 3, c.restLowPass, at.gyr, at.gyrLow);
  const lowX = state[at.gyrLow]!;
  const lowY = state[at.gyrLow + 1]!;
  const lowZ = state[at.gyrLow + 2]!;
  const deviation = (x - lowX) * (x - lowX) + (y - lowY) * (y - lowY) + (z - lowZ) * (z - lowZ);
  const clip = c.biasClip;
  if (
    deviation >= c.restThGyrSquared ||
    Math.abs(lowX) > clip ||
    Math.abs(lowY) > clip ||
    Math.abs(lowZ) > clip
  ) {
    state[at.restTime] = 0;
    state[at.atRest] = 0;
  }
  turnByRate(state, x - state[at.bias]!, y - state[at.bias + 1]!, z - state[at.bias + 2]!, c.periodS);
}

/** gyrQuat ⊗ turn by the rate over one period, made unit length. */
export function turnByRate(state: Float64Array, x: number, y: number, z: number, periodS: number): void {
  const rate = Math.sqrt(x * x + y * y + z * z);
  if (rate <= Number.EPSILON) return;
  const half = (rate * periodS) / 2;
  const c = Math.cos(half);
  const s = Math.sin(half) / rate;
  const tx = s * x;
  const ty = s * y;
  const tz = s * z;
  const q0 = state[at.gyrQuat]!;
  const q1 = state[at.gyrQuat + 1]!;
  const q2 = state[at.gyrQuat + 2]!;
  const q3 = state[at.gyrQuat + 3]!;
  const w = q0 * c - q1 * tx - q2 * ty - q3 * tz;
  const i = q0 * tx + q1 * c + q2 * tz - q3 * ty;
  const j = q0 * ty - q1 * tz + q2 * c + q3 * tx;
  const k = q0 * tz + q1 * ty - q2 * tx + q3 * c;
  const norm = Math.sqrt(w * w + i * i + j * j + k * k);
  state[at.gyrQuat] = w / norm;
  state[at.gyrQuat + 1] = i / norm;
  state[at.gyrQuat + 2] = j / norm;
  state[at.gyrQuat + 3] = k / norm;
}

/** quat6D = accQuat ⊗ gyrQuat. */
export function composeQuat6D(state: Float64Array): void {
  const a0 = state[at.accQuat]!;
  const a1 = state[at.accQuat + 1]!;
  const a2 = state[at.accQuat + 2]!;
  const a3 = state[at.accQuat + 3]!;
  const g0 = state[at.gyrQuat]!;
  const g1 = state[at.gyrQuat + 1]!;
  const g2 = state[at.gyrQuat + 2]!;
  const g3 = state[at.gyrQuat + 3]!;
  state[at.quat6D] = a0 * g0 - a1 * g1 - a2 * g2 - a3 * g3;
  state[at.quat6D + 1] = a0 * g1 + a1 * g0 + a2 * g3 - a3 * g2;
  state[at.quat6D + 2] = a0 * g2 - a1 * g3 + a2 * g0 + a3 * g1;
  state[at.quat6D + 3] = a0 * g3 + a1 * g2 - a2 * g1 + a3 * g0;
}
