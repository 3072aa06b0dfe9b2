import type { ImuSamples } from '../orientation/samples.js';
import { measured } from '../orientation/samples.js';
import { type SignedPermutation, signedPermutations } from './signed-permutations.js';

/** How far the specific force strays, in an earth-fixed frame, when the gyroscope is read in 48 ways. */
export interface Coherence {
  readonly windows: number;
  /** Degrees, median over the windows, one for each signed permutation of the gyroscope. */
  readonly errorsDeg: readonly number[];
}

const mostWindows = 60;
const blocks = 4;

/**
 * In a frame that the gyroscope holds still, the mean force over seconds is gravity, since nobody gains speed for long. If the gyroscope's axes
 * do not fit the accelerometer's, the frame is wrong and the mean force wanders. Windows of `windowS` (s) with at least `leastTurn` (rad)
 * of turning are cut in four blocks, whose mean forces should agree. `scale` multiplies the gyroscope.
 */
export function forceCoherence(
  samples: ImuSamples,
  periodS: number,
  windowS: number,
  scale = 1,
  hypotheses: readonly SignedPermutation[] = signedPermutations,
  leastTurn = 1,
): Coherence {
  const length = Math.round(windowS / periodS);
  const count = samples.gyr.length / 3;
  const starts = [];
  for (let row = 0; row + length <= count; row += Math.max(1, length >> 1)) starts.push(row);
  const stride = Math.max(1, Math.ceil(starts.length / (mostWindows * 3)));
  const errors: number[][] = [];
  for (let i = 0; i < starts.length && errors.length < mostWindows * 2; i += stride) {
    const window = blockForces(samples, periodS, starts[i]!, Math.floor(length / blocks), scale, leastTurn);
    if (window) errors.push(hypotheses.map((h) => spreadDeg(window[h.determinant > 0 ? 0 : 1]!, h)));
  }
  const errorsDeg = hypotheses.map((_, h) => medianOf(errors.map((window) => window[h]!)));
  return { windows: errors.length, errorsDeg };
}

const medianOf = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/**
 * Per direction of turning (as it is, reversed) and block the mean of R ⊗ a: 27 numbers, [earth axis][body axis][axis of the force], from which
 * the mean force under every permutation follows. Undefined when rows are missing or it hardly turns.
 */
function blockForces(
  { acc, gyr, rows }: ImuSamples,
  periodS: number,
  start: number,
  size: number,
  scale: number,
  leastTurn: number,
): Float64Array[][] | undefined {
  const means: Float64Array[][] = [[], []];
  let turned = 0;
  const turns = [new Float64Array([1, 0, 0, 0]), new Float64Array([1, 0, 0, 0])];
  const matrix = new Float64Array(9);
  for (let b = 0; b < blocks; b++) {
    const sums = [new Float64Array(27), new Float64Array(27)];
    for (let row = start + b * size; row < start + (b + 1) * size; row++) {
      if (rows !== undefined && rows[row] !== measured) return undefined;
      const x = gyr[row * 3]! * scale;
      const y = gyr[row * 3 + 1]! * scale;
      const z = gyr[row * 3 + 2]! * scale;
      const rate = Math.sqrt(x * x + y * y + z * z);
      turned += rate * periodS;
      for (let way = 0; way < 2; way++) {
        turnBy(turns[way]!, way === 0 ? periodS : -periodS, x, y, z, rate);
        toMatrix(turns[way]!, matrix);
        const sum = sums[way]!;
        for (let k = 0; k < 9; k++)
          for (let j = 0; j < 3; j++) sum[k * 3 + j] = sum[k * 3 + j]! + matrix[k]! * acc[row * 3 + j]!;
      }
    }
    for (let way = 0; way < 2; way++) means[way]!.push(sums[way]!.map((value) => value / size));
  }
  return turned >= leastTurn ? means : undefined;
}

function turnBy(q: Float64Array, time: number, x: number, y: number, z: number, rate: number): void {
  if (rate < 1e-12) return;
  const half = (rate * time) / 2;
  const c = Math.cos(half);
  const s = Math.sin(half) / rate;
  const [q0, q1, q2, q3] = q as unknown as [number, number, number, number];
  q[0] = q0 * c - (q1 * x + q2 * y + q3 * z) * s;
  q[1] = q1 * c + (q0 * x + q2 * z - q3 * y) * s;
  q[2] = q2 * c + (q0 * y - q1 * z + q3 * x) * s;
  q[3] = q3 * c + (q0 * z + q1 * y - q2 * x) * s;
}

function toMatrix(q: Float64Array, m: Float64Array): void {
  const w = q[0]!;
  const x = q[1]!;
  const y = q[2]!;
  const z = q[3]!;
  m[0] = 1 - 2 * (y * y + z * z);
  m[1] = 2 * (x * y - w * z);
  m[2] = 2 * (x * z + w * y);
  m[3] = 2 * (x * y + w * z);
  m[4] = 1 - 2 * (x * x + z * z);
  m[5] = 2 * (y * z - w * x);
  m[6] = 2 * (x * z - w * y);
  m[7] = 2 * (y * z + w * x);
  m[8] = 1 - 2 * (x * x + y * y);
}

/** Spread of the blocks' mean forces under one permutation S of the gyroscope: R(S ω) a = S R(± ω) Sᵀ a. Degrees. */
function spreadDeg(means: readonly Float64Array[], { axis, sign, determinant }: SignedPermutation): number {
  const forces = means.map((mean) => {
    const force = [0, 0, 0];
    for (let r = 0; r < 3; r++)
      for (let i = 0; i < 3; i++) {
        const j = axis.indexOf(i);
        force[r] = force[r]! + mean[r * 9 + i * 3 + j]! * sign[j]! * determinant;
      }
    return force;
  });
  let spread = 0;
  let size = 0;
  for (let k = 0; k < 3; k++) {
    const middle = forces.reduce((sum, force) => sum + force[k]!, 0) / forces.length;
    size += middle * middle;
    for (const force of forces) spread += (force[k]! - middle) ** 2 / forces.length;
  }
  return (Math.atan2(Math.sqrt(spread), Math.sqrt(size)) * 180) / Math.PI;
}
