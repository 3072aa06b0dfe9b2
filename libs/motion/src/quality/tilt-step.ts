import { measured, type ImuSamples } from '../orientation/samples.js';
import type { Quaternion } from '../recording/sensor-stream.js';
import { angleBetweenDeg, rotate, type Vector } from '../hip/quaternion.js';
import { quietBias } from './quiet-bias.js';

/** Time on either side over which the force is averaged, s. */
const sideS = 6;
const everyS = 0.5;

/** Angle by which "up" differs before and after a moment, though the gyroscope saw no such turn. */
export interface TiltStep {
  readonly atS: number;
  readonly angleDeg: number;
}

/**
 * Looks for a sensor that shifted on the body without turning as the gyroscope tells: the mean force of 6 s before and of 6 s after, both in
 * the frame that the gyroscope holds still, should point the same way.
 */
export function tiltSteps(samples: ImuSamples, periodS: number): TiltStep[] {
  const { acc, gyr, rows } = samples;
  const count = gyr.length / 3;
  const size = Math.round(sideS / periodS);
  const bias = quietBias(gyr, periodS);
  const turned = new Float64Array(count * 3);
  let q: Quaternion = [1, 0, 0, 0];
  // Rows that are missing up to each row, so that a stretch without any is found at once.
  const missing = new Int32Array(count + 1);
  for (let row = 0; row < count; row++) {
    const i = row * 3;
    const gone = rows !== undefined && rows[row] !== measured;
    missing[row + 1] = missing[row]! + (gone ? 1 : 0);
    if (gone) continue;
    q = turnedBy(q, gyr[i]! - bias[0], gyr[i + 1]! - bias[1], gyr[i + 2]! - bias[2], periodS);
    turned.set(rotate(q, [acc[i]!, acc[i + 1]!, acc[i + 2]!]), i);
  }
  const sums = new Float64Array((count + 1) * 3);
  for (let i = 0; i < count * 3; i++) sums[i + 3] = sums[i]! + turned[i]!;
  const between = (from: number, to: number): Vector => [
    sums[to * 3]! - sums[from * 3]!,
    sums[to * 3 + 1]! - sums[from * 3 + 1]!,
    sums[to * 3 + 2]! - sums[from * 3 + 2]!,
  ];
  const steps: TiltStep[] = [];
  for (let row = size; row + size <= count; row += Math.max(1, Math.round(everyS / periodS))) {
    if (missing[row + size]! > missing[row - size]!) continue;
    const angleDeg = angleBetweenDeg(between(row - size, row), between(row, row + size));
    steps.push({ atS: row * periodS, angleDeg });
  }
  return steps;
}

function turnedBy(q: Quaternion, x: number, y: number, z: number, periodS: number): Quaternion {
  const rate = Math.sqrt(x * x + y * y + z * z);
  if (rate < 1e-12) return q;
  const c = Math.cos((rate * periodS) / 2);
  const s = Math.sin((rate * periodS) / 2) / rate;
  const [w, i, j, k] = q;
  return [
    w * c - (i * x + j * y + k * z) * s,
    i * c + (w * x + j * z - k * y) * s,
    j * c + (w * y - i * z + k * x) * s,
    k * c + (w * z + i * y - j * x) * s,
  ];
}
