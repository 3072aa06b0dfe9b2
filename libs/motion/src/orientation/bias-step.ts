import type { VqfCoefficients } from './coefficients.js';
import { lowPassStep } from './low-pass.js';
import * as at from './state.js';

/**
 * Kalman filter for the gyroscope's bias. At rest the low-passed rate is the bias itself; in motion the inclination corrections tell
 * the part of the bias that is horizontal (Laidig and Seel 2023, section 3.4). The unit acceleration lies at state[vector].
 */
export function biasStep(state: Float64Array, c: VqfCoefficients): void {
  const b0 = state[at.bias]!;
  const b1 = state[at.bias + 1]!;
  const b2 = state[at.bias + 2]!;
  const R = at.rotation;
  writeRotation(state);
  state[at.turnedBias] = state[R]! * b0 + state[R + 1]! * b1 + state[R + 2]! * b2;
  state[at.turnedBias + 1] = state[R + 3]! * b0 + state[R + 4]! * b1 + state[R + 5]! * b2;
  lowPassStep(state, at.rotationMemory, 9, c.accLowPass, R, R);
  lowPassStep(state, at.turnedBiasMemory, 2, c.accLowPass, at.turnedBias, at.turnedBias);
  for (let i = at.covariance; i <= at.covariance + 5; i += i === at.covariance ? 3 : 2)
    if (state[i]! < c.biasP0) state[i] = state[i]! + c.biasV;
  if (state[at.atRest] === 1) {
    const e0 = clip(state[at.gyrLow]! - b0, c.biasClip);
    const e1 = clip(state[at.gyrLow + 1]! - b1, c.biasClip);
    const e2 = clip(state[at.gyrLow + 2]! - b2, c.biasClip);
    state[R] = state[R + 4] = state[R + 8] = 1;
    state[R + 1] = state[R + 2] = state[R + 3] = state[R + 5] = state[R + 6] = state[R + 7] = 0;
    correct(state, c.biasRestW, c.biasRestW, e0, e1, e2);
  } else {
    const r0 = state[R]! * b0 + state[R + 1]! * b1 + state[R + 2]! * b2;
    const r1 = state[R + 3]! * b0 + state[R + 4]! * b1 + state[R + 5]! * b2;
    const r2 = state[R + 6]! * b0 + state[R + 7]! * b1 + state[R + 8]! * b2;
    const e0 = clip(-state[at.vector + 1]! / c.periodS + state[at.turnedBias]! - r0, c.biasClip);
    const e1 = clip(state[at.vector]! / c.periodS + state[at.turnedBias + 1]! - r1, c.biasClip);
    correct(state, c.biasMotionW, c.biasVerticalW, e0, e1, clip(-r2, c.biasClip));
  }
  state[at.bias] = clip(state[at.bias]!, c.biasClip);
  state[at.bias + 1] = clip(state[at.bias + 1]!, c.biasClip);
  state[at.bias + 2] = clip(state[at.bias + 2]!, c.biasClip);
}

const clip = (value: number, limit: number): number =>
  value < -limit ? -limit : value > limit ? limit : value;

/** Rotation matrix of quat6D, row by row. */
function writeRotation(state: Float64Array): void {
  const R = at.rotation;
  const w = state[at.quat6D]!;
  const x = state[at.quat6D + 1]!;
  const y = state[at.quat6D + 2]!;
  const z = state[at.quat6D + 3]!;
  state[R] = 1 - 2 * y * y - 2 * z * z;
  state[R + 1] = 2 * (y * x - w * z);
  state[R + 2] = 2 * (w * y + z * x);
  state[R + 3] = 2 * (w * z + y * x);
  state[R + 4] = 1 - 2 * x * x - 2 * z * z;
  state[R + 5] = 2 * (y * z - x * w);
  state[R + 6] = 2 * (z * x - w * y);
  state[R + 7] = 2 * (w * x + z * y);
  state[R + 8] = 1 - 2 * x * x - 2 * y * y;
}

/** bias += K e and P -= K R P with K = P Rᵀ (W + R P Rᵀ)⁻¹, W = diag(w, w, wz); P is symmetric and kept as its upper half. */
function correct(state: Float64Array, w: number, wz: number, e0: number, e1: number, e2: number): void {
  const R = at.rotation;
  const C = at.covariance;
  const p00 = state[C]!;
  const p01 = state[C + 1]!;
  const p02 = state[C + 2]!;
  const p11 = state[C + 3]!;
  const p12 = state[C + 4]!;
  const p22 = state[C + 5]!;
  const r00 = state[R]!;
  const r01 = state[R + 1]!;
  const r02 = state[R + 2]!;
  const r10 = state[R + 3]!;
  const r11 = state[R + 4]!;
  const r12 = state[R + 5]!;
  const r20 = state[R + 6]!;
  const r21 = state[R + 7]!;
  const r22 = state[R + 8]!;
  // A = P Rᵀ
  const a00 = p00 * r00 + p01 * r01 + p02 * r02;
  const a10 = p01 * r00 + p11 * r01 + p12 * r02;
  const a20 = p02 * r00 + p12 * r01 + p22 * r02;
  const a01 = p00 * r10 + p01 * r11 + p02 * r12;
  const a11 = p01 * r10 + p11 * r11 + p12 * r12;
  const a21 = p02 * r10 + p12 * r11 + p22 * r12;
  const a02 = p00 * r20 + p01 * r21 + p02 * r22;
  const a12 = p01 * r20 + p11 * r21 + p12 * r22;
  const a22 = p02 * r20 + p12 * r21 + p22 * r22;
  // S = W + R A
  const s00 = w + r00 * a00 + r01 * a10 + r02 * a20;
  const s01 = r00 * a01 + r01 * a11 + r02 * a21;
  const s02 = r00 * a02 + r01 * a12 + r02 * a22;
  const s11 = w + r10 * a01 + r11 * a11 + r12 * a21;
  const s12 = r10 * a02 + r11 * a12 + r12 * a22;
  const s22 = wz + r20 * a02 + r21 * a12 + r22 * a22;
  const c00 = s11 * s22 - s12 * s12;
  const c01 = s02 * s12 - s01 * s22;
  const c02 = s01 * s12 - s02 * s11;
  const inverse = 1 / (s00 * c00 + s01 * c01 + s02 * c02);
  const i00 = c00 * inverse;
  const i01 = c01 * inverse;
  const i02 = c02 * inverse;
  const i11 = (s00 * s22 - s02 * s02) * inverse;
  const i12 = (s01 * s02 - s00 * s12) * inverse;
  const i22 = (s00 * s11 - s01 * s01) * inverse;
  // K = A S⁻¹
  const k00 = a00 * i00 + a01 * i01 + a02 * i02;
  const k01 = a00 * i01 + a01 * i11 + a02 * i12;
  const k02 = a00 * i02 + a01 * i12 + a02 * i22;
  const k10 = a10 * i00 + a11 * i01 + a12 * i02;
  const k11 = a10 * i01 + a11 * i11 + a12 * i12;
  const k12 = a10 * i02 + a11 * i12 + a12 * i22;
  const k20 = a20 * i00 + a21 * i01 + a22 * i02;
  const k21 = a20 * i01 + a21 * i11 + a22 * i12;
  const k22 = a20 * i02 + a21 * i12 + a22 * i22;
  state[at.bias] = state[at.bias]! + k00 * e0 + k01 * e1 + k02 * e2;
  state[at.bias + 1] = state[at.bias + 1]! + k10 * e0 + k11 * e1 + k12 * e2;
  state[at.bias + 2] = state[at.bias + 2]! + k20 * e0 + k21 * e1 + k22 * e2;
  state[C] = p00 - (k00 * a00 + k01 * a01 + k02 * a02);
  state[C + 1] = p01 - (k00 * a10 + k01 * a11 + k02 * a12);
  state[C + 2] = p02 - (k00 * a20 + k01 * a21 + k02 * a22);
  state[C + 3] = p11 - (k10 * a10 + k11 * a11 + k12 * a12);
  state[C + 4] = p12 - (k10 * a20 + k11 * a21 + k12 * a22);
  state[C + 5] = p22 - (k20 * a20 + k21 * a21 + k22 * a22);
}
