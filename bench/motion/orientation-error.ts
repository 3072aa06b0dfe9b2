import type { Columns } from './recordings.js';

const degree = Math.PI / 180;

/** RMS errors in degrees against the optical orientation, over the moving rows. */
export interface OrientationError {
  readonly total: number;
  readonly heading: number;
  readonly inclination: number;
}

/** e = q ⊗ conj(optical); `aligned` takes the mean heading error of the first second of truth off first. `skip` leaves rows out. */
export function orientationError(
  quat: Float64Array,
  columns: Columns,
  periodS: number,
  aligned = false,
  skip: (row: number) => boolean = () => false,
): OrientationError {
  const { optW, optX, optY, optZ, movement } = columns as Record<string, Float64Array>;
  const error = (row: number) => {
    const [w, x, y, z] = [0, 1, 2, 3].map((k) => quat[row * 4 + k]!) as [number, number, number, number];
    const [a, b, c, d] = [optW![row]!, optX![row]!, optY![row]!, optZ![row]!];
    return {
      e0: w * a + x * b + y * c + z * d,
      e3: -w * d - x * c + y * b + z * a,
    };
  };
  let turn = 0;
  if (aligned) {
    let sin = 0;
    let cos = 0;
    let first = -1;
    for (let row = 0; row < optW!.length; row++) {
      if (!Number.isFinite(optW![row]!)) continue;
      if (first < 0) first = row;
      if ((row - first) * periodS >= 1) break;
      const { e0, e3 } = error(row);
      sin += 2 * e0 * e3;
      cos += e0 * e0 - e3 * e3;
    }
    turn = Math.atan2(sin, cos) / 2;
  }
  const square = { total: 0, heading: 0, inclination: 0 };
  let count = 0;
  for (let row = 0; row < optW!.length; row++) {
    if (movement![row] !== 1 || !Number.isFinite(optW![row]!) || skip(row)) continue;
    const raw = error(row);
    const e0 = Math.cos(turn) * raw.e0 + Math.sin(turn) * raw.e3;
    const e3 = Math.cos(turn) * raw.e3 - Math.sin(turn) * raw.e0;
    square.total += (2 * Math.acos(Math.min(1, Math.abs(e0)))) ** 2;
    square.heading += (2 * Math.atan(Math.abs(e3 / e0))) ** 2;
    square.inclination += (2 * Math.acos(Math.min(1, Math.hypot(e0, e3)))) ** 2;
    count++;
  }
  const rms = (value: number) => Math.sqrt(value / count) / degree;
  return { total: rms(square.total), heading: rms(square.heading), inclination: rms(square.inclination) };
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
