import type { Quaternion, Span } from '../recording/sensor-stream.js';
import { conjugate, multiply, quaternionAt, rotate, shortestTurn, unit, type Vector } from './quaternion.js';

/** Rows of a span of time, both ends included. */
export function rowsOf({ startS, endS }: Span, periodS: number, count: number): { from: number; to: number } {
  return {
    from: Math.max(0, Math.ceil(startS / periodS - 1e-6)),
    to: Math.min(count, Math.floor(endS / periodS + 1e-6) + 1),
  };
}

/** Mean direction "up" in the sensor's axes over the rows, from its orientation. */
export function meanUp(quats: Float64Array, from: number, to: number): Vector {
  let x = 0;
  let y = 0;
  let z = 0;
  for (let row = from; row < to; row++) {
    const [a, b, c] = rotate(conjugate(quaternionAt(quats, row)), [0, 0, 1]);
    if (!Number.isFinite(a + b + c)) continue;
    x += a;
    y += b;
    z += c;
  }
  return unit([x, y, z]);
}

/**
 * Mounting (sensor to segment) corrected so that in the neutral pose the segment's `axis` is exactly where gravity says; what turns about
 * the vertical is left to the declared mounting.
 */
export function alignedMounting(declared: Quaternion, upInSensor: Vector, axis: Vector): Quaternion {
  return multiply(shortestTurn(rotate(declared, upInSensor), axis), declared);
}

/** Segment to earth from sensor to earth. */
export function segmentOrientation(sensor: Float64Array, mounting: Quaternion): Float64Array {
  const [m0, m1, m2, m3] = conjugate(mounting);
  const out = new Float64Array(sensor.length);
  for (let q = 0; q < sensor.length; q += 4) {
    const a0 = sensor[q]!;
    const a1 = sensor[q + 1]!;
    const a2 = sensor[q + 2]!;
    const a3 = sensor[q + 3]!;
    out[q] = a0 * m0 - a1 * m1 - a2 * m2 - a3 * m3;
    out[q + 1] = a0 * m1 + a1 * m0 + a2 * m3 - a3 * m2;
    out[q + 2] = a0 * m2 - a1 * m3 + a2 * m0 + a3 * m1;
    out[q + 3] = a0 * m3 + a1 * m2 - a2 * m1 + a3 * m0;
  }
  return out;
}
