import type { Quaternion } from '../recording/sensor-stream.js';

export type Vector = readonly [number, number, number];

export const conjugate = ([w, x, y, z]: Quaternion): Quaternion => [w, -x, -y, -z];

/** Hamilton product a ⊗ b. */
export const multiply = (a: Quaternion, b: Quaternion): Quaternion => [
  a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
  a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
  a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
  a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
];

/** v turned by the unit quaternion q. */
export function rotate([w, x, y, z]: Quaternion, [a, b, c]: Vector): Vector {
  const tx = 2 * (y * c - z * b);
  const ty = 2 * (z * a - x * c);
  const tz = 2 * (x * b - y * a);
  return [a + w * tx + y * tz - z * ty, b + w * ty + z * tx - x * tz, c + w * tz + x * ty - y * tx];
}

export const norm = (v: Vector): number => Math.hypot(v[0], v[1], v[2]);
export const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const cross = (a: Vector, b: Vector): Vector => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

/** Unit length; the vector itself when it has no length. */
export function unit(v: Vector): Vector {
  const size = norm(v);
  return size > 0 ? [v[0] / size, v[1] / size, v[2] / size] : v;
}

export function unitQuaternion([w, x, y, z]: Quaternion): Quaternion {
  const size = Math.hypot(w, x, y, z);
  return size > 0 ? [w / size, x / size, y / size, z / size] : [1, 0, 0, 0];
}

/** The shortest turn that brings unit vector `from` onto unit vector `to`. */
export function shortestTurn(from: Vector, to: Vector): Quaternion {
  const [x, y, z] = cross(from, to);
  const w = 1 + dot(from, to);
  if (w < 1e-9) {
    const aside: Vector = Math.abs(from[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0];
    const [a, b, c] = unit(cross(from, aside));
    return [0, a, b, c];
  }
  return unitQuaternion([w, x, y, z]);
}

/** Angle between two vectors, degrees. */
export function angleBetweenDeg(a: Vector, b: Vector): number {
  return (Math.atan2(norm(cross(a, b)), dot(a, b)) * 180) / Math.PI;
}

/** Row `row` of an array of quaternions. */
export const quaternionAt = (track: Float64Array, row: number): Quaternion => [
  track[row * 4]!,
  track[row * 4 + 1]!,
  track[row * 4 + 2]!,
  track[row * 4 + 3]!,
];

/** Row `row` of an array of vectors. */
export const vectorAt = (track: Float64Array, row: number): Vector => [
  track[row * 3]!,
  track[row * 3 + 1]!,
  track[row * 3 + 2]!,
];
