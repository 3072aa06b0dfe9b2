import type { ImuSamples } from '../orientation/samples.js';
import { measured } from '../orientation/samples.js';
import type { Quaternion, Span } from '../recording/sensor-stream.js';
import { cross, dot, norm, unit, unitQuaternion, type Vector, vectorAt } from './quaternion.js';
import { rowsOf } from './segment-orientation.js';

/** Least swing that shows an axis, rad. */
const leastSwing = 0.35;
/** Least share of the turning that must be about one axis. */
const oneAxisShare = 0.85;
const rounds = 60;

/**
 * Mounting (sensor to segment) found from movement instead of being told: the long axis is where gravity points in the upright neutral pose, and the
 * axis across the body is the one about which the segment turns while the hip is bent and straightened (the first and largest swing from the start is
 * flexion: leg forward and up). Undefined when the pose shows no gravity, the swing is under 20°, or it was not about one axis.
 */
export function functionalMounting(
  samples: ImuSamples,
  periodS: number,
  neutral: Span,
  flexion: Span,
): Quaternion | undefined {
  const count = samples.gyr.length / 3;
  const pose = rowsOf(neutral, periodS, count);
  const up = unit(mean(samples.acc, samples, pose.from, pose.to));
  const bias = mean(samples.gyr, samples, pose.from, pose.to);
  if (norm(up) < 0.5) return undefined;
  const { from, to } = rowsOf(flexion, periodS, count);
  const swing = mainAxis(samples, bias, from, to);
  if (swing === undefined) return undefined;
  // Across the body: horizontal in the neutral pose.
  const along = dot(swing, up);
  const across = unit([swing[0] - along * up[0], swing[1] - along * up[1], swing[2] - along * up[2]]);
  if (Math.abs(along) > 0.7) return undefined;
  const reached = largestExcursion(samples, bias, swing, from, to, periodS);
  if (Math.abs(reached) < leastSwing) return undefined;
  // Flexion turns the segment the negative way about the axis to the left.
  const sign = reached > 0 ? -1 : 1;
  const left: Vector = [across[0] * sign, across[1] * sign, across[2] * sign];
  return fromRows(cross(left, up), left, up);
}

function mean(values: Float64Array, { rows }: ImuSamples, from: number, to: number): Vector {
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let row = from; row < to; row++) {
    if (rows !== undefined && rows[row] !== measured) continue;
    for (const k of [0, 1, 2] as const) sum[k] += values[row * 3 + k]!;
    count++;
  }
  return count === 0 ? [0, 0, 0] : [sum[0] / count, sum[1] / count, sum[2] / count];
}

/** Direction about which most turning happens (largest eigenvector of Σ ω ωᵀ, by power iteration); undefined when that is not most of it. */
function mainAxis({ gyr }: ImuSamples, bias: Vector, from: number, to: number): Vector | undefined {
  const m = new Float64Array(9);
  for (let row = from; row < to; row++)
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++)
        m[i * 3 + j] = m[i * 3 + j]! + (gyr[row * 3 + i]! - bias[i]!) * (gyr[row * 3 + j]! - bias[j]!);
  const times = (v: Vector): Vector => {
    const at = (i: number) => m[i * 3]! * v[0] + m[i * 3 + 1]! * v[1] + m[i * 3 + 2]! * v[2];
    return [at(0), at(1), at(2)];
  };
  let axis: Vector = unit([1, 0.7, 0.4]);
  for (let i = 0; i < rounds; i++) axis = unit(times(axis));
  const all = m[0]! + m[4]! + m[8]!;
  return all > 0 && norm(times(axis)) >= oneAxisShare * all ? axis : undefined;
}

/** The farthest turn about the axis from the beginning, rad, with its sign. */
function largestExcursion(
  { gyr }: ImuSamples,
  bias: Vector,
  axis: Vector,
  from: number,
  to: number,
  periodS: number,
): number {
  let angle = 0;
  let reached = 0;
  for (let row = from; row < to; row++) {
    const [x, y, z] = vectorAt(gyr, row);
    angle += dot([x - bias[0], y - bias[1], z - bias[2]], axis) * periodS;
    if (Math.abs(angle) > Math.abs(reached)) reached = angle;
  }
  return reached;
}

/** Quaternion of the turn whose matrix has these unit rows. */
function fromRows(x: Vector, y: Vector, z: Vector): Quaternion {
  const trace = x[0] + y[1] + z[2];
  const candidates: Quaternion[] = [
    [1 + trace, z[1] - y[2], x[2] - z[0], y[0] - x[1]],
    [z[1] - y[2], 1 + x[0] - y[1] - z[2], y[0] + x[1], x[2] + z[0]],
    [x[2] - z[0], y[0] + x[1], 1 - x[0] + y[1] - z[2], z[1] + y[2]],
    [y[0] - x[1], x[2] + z[0], z[1] + y[2], 1 - x[0] - y[1] + z[2]],
  ];
  // The one farthest from zero loses least.
  return unitQuaternion(candidates.reduce((a, b) => (Math.hypot(...b) > Math.hypot(...a) ? b : a)));
}
