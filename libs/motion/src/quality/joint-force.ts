import { headingAt, headingNodes } from '../hip/relative-heading.js';
import { alignedMounting, meanUp, rowsOf, segmentOrientation } from '../hip/segment-orientation.js';
import { type ImuSamples, measured } from '../orientation/samples.js';
import type { VqfParameters } from '../orientation/parameters.js';
import { Vqf } from '../orientation/vqf.js';
import type { Quaternion, Span } from '../recording/sensor-stream.js';

/** What is compared: rows averaged over short times, between the first and the last row that counts. */
export interface Averaging {
  readonly periodS: number;
  readonly poses: readonly Span[];
  /** Running sum of the variance of the relative heading, °², see `relativeHeadingDoubt`. */
  readonly doubt: Float64Array;
  /** First rows of the averages, each `size` rows long. */
  readonly starts: readonly number[];
  readonly size: number;
}

/** A sensor's rows under one reading of its gyroscope. */
export interface Reading {
  /** Segment to earth, heading arbitrary. */
  readonly segment: Float64Array;
  /** For each average and each axis of that earth: what a lever arm of 1 m along each axis of the sensor makes of the turning, and the force, m/s². */
  readonly averages: Float64Array;
}

/** Time over which forces are averaged before they are compared, s: the skin's wobble is faster. */
const averageS = 0.3;
/** Holds the lever arms to some decimetres where the movement says nothing of them, (m/s²)² / m². */
const ridge = 1e-3;
/** Columns of a reading: a lever arm and the force. */
const own = 4;
/** Unknowns: a lever arm for each sensor. Then come the forces of pelvis and thigh; all that is the thigh's with the sign turned. */
const unknowns = 6;
const width = unknowns + 2;

/** What both sensors say of the joint: for each average and each axis of the earth one row of `width` columns. */
export interface JointAverages {
  /** s, the middle of each. */
  readonly timesS: readonly number[];
  readonly rows: Float64Array;
}

/** Averages over rows that all count, with those beside them. */
export function averagingOf(
  usable: Uint8Array,
  periodS: number,
  poses: readonly Span[],
  doubt: Float64Array,
): Averaging {
  const size = Math.max(1, Math.round(averageS / periodS));
  const starts: number[] = [];
  for (let start = 1; start + size < usable.length; start += size)
    if (usable.subarray(start - 1, start + size + 1).every((value) => value === 1)) starts.push(start);
  return { periodS, poses, doubt, starts, size };
}

export function readingOf(
  samples: ImuSamples,
  mounting: Quaternion,
  { periodS, poses, starts, size }: Averaging,
  parameters: Partial<VqfParameters> = {},
): Reading {
  const { quat6D } = new Vqf(periodS, parameters).process(samples);
  const { from, to } = rowsOf(poses[0]!, periodS, quat6D.length / 4);
  const upright = to > from ? alignedMounting(mounting, meanUp(quat6D, from, to), [0, 0, 1]) : mounting;
  const averages = new Float64Array(starts.length * 3 * own);
  starts.forEach((start, i) => {
    const mean = averages.subarray(i * 3 * own, (i + 1) * 3 * own);
    for (let row = start; row < start + size; row++) addForces(quat6D, samples, row, periodS, 1 / size, mean);
  });
  return { segment: segmentOrientation(quat6D, upright), averages };
}

/** Two readings side by side, the thigh's turned about the vertical so that it faces as the pelvis in the neutral poses. */
export function jointAverages(
  pelvis: Reading,
  thigh: Reading,
  { periodS, poses, doubt, starts, size }: Averaging,
): JointAverages {
  const nodes = headingNodes(pelvis.segment, thigh.segment, poses, periodS);
  const middles = starts.map((start) => start + (size - 1) / 2);
  const heading = headingAt(middles, nodes, doubt);
  const rows = new Float64Array(starts.length * 3 * width);
  for (let i = 0; i < starts.length; i++) {
    const c = Math.cos(heading[i]!);
    const s = Math.sin(heading[i]!);
    for (let k = 0; k < own; k++) {
      const from = i * 3 * own + k;
      const to = i * 3 * width;
      const [onPelvis, onThigh] = k < 3 ? [k, 3 + k] : [unknowns, unknowns + 1];
      const [x, y, z] = [thigh.averages[from]!, thigh.averages[from + own]!, thigh.averages[from + 2 * own]!];
      for (let axis = 0; axis < 3; axis++)
        rows[to + axis * width + onPelvis] = pelvis.averages[from + axis * own]!;
      rows[to + onThigh] = -(c * x - s * y);
      rows[to + width + onThigh] = -(s * x + c * y);
      rows[to + 2 * width + onThigh] = -z;
    }
  }
  return { timesS: middles.map((row) => row * periodS), rows };
}

export interface JointFit {
  /** Root mean square of what the two sensors say differently of the joint's acceleration, m/s²; NaN without anything to compare. */
  readonly misfit: number;
  /** From joint to sensor in the sensor's axes, m: pelvis, then thigh. */
  readonly arms: Float64Array;
}

/**
 * How well the two sensors agree on the acceleration of the hip joint, which both carry along, with the lever arms from joint to sensor that fit best (least
 * squares; the idea is that of T. Seel, T. Schauer, J. Raisch, "Joint axis and position estimation from inertial measurement data", 2012).
 */
export function fitJoint({ timesS, rows }: JointAverages): JointFit {
  const size = unknowns + 1;
  const normal = new Float64Array(size * size);
  const line = new Float64Array(size);
  for (let row = 0; row < rows.length; row += width) {
    for (let k = 0; k < unknowns; k++) line[k] = rows[row + k]!;
    line[unknowns] = rows[row + unknowns]! + rows[row + unknowns + 1]!;
    for (let a = 0; a < size; a++)
      for (let b = 0; b < size; b++) normal[a * size + b] = normal[a * size + b]! + line[a]! * line[b]!;
  }
  for (let k = 0; k < unknowns; k++) normal[k * size + k] = normal[k * size + k]! + ridge * timesS.length;
  if (timesS.length === 0) return { misfit: NaN, arms: new Float64Array(unknowns) };
  eliminate(normal, size);
  const arms = new Float64Array(unknowns);
  for (let k = unknowns - 1; k >= 0; k--) {
    let value = normal[k * size + unknowns]!;
    for (let j = k + 1; j < unknowns; j++) value -= normal[k * size + j]! * arms[j]!;
    arms[k] = value / normal[k * size + k]!;
  }
  return { misfit: Math.sqrt(Math.max(0, normal[size * size - 1]!) / timesS.length), arms };
}

/** The joint's acceleration as pelvis and thigh have it, in the earth's frame, m/s²: six values an average. */
export function jointForces({ timesS, rows }: JointAverages, arms: Float64Array): Float64Array {
  const out = new Float64Array(timesS.length * 6);
  for (let i = 0; i < timesS.length * 3; i++) {
    const row = i * width;
    let [pelvis, thigh] = [rows[row + unknowns]!, -rows[row + unknowns + 1]!];
    for (let k = 0; k < 3; k++) {
      pelvis -= arms[k]! * rows[row + k]!;
      thigh += arms[3 + k]! * rows[row + 3 + k]!;
    }
    const to = Math.floor(i / 3) * 6 + (i % 3);
    out[to] = pelvis;
    out[to + 3] = thigh;
  }
  return out;
}

/** Which rows of both sensors are measured. */
export function usableRows(pelvis: ImuSamples, thigh: ImuSamples): Uint8Array {
  return Uint8Array.from({ length: Math.min(pelvis.gyr.length, thigh.gyr.length) / 3 }, (_, row) =>
    (pelvis.rows?.[row] ?? measured) === measured && (thigh.rows?.[row] ?? measured) === measured ? 1 : 0,
  );
}

/** Adds one row: its force in the earth's frame, and what a lever arm makes of the turning, R (ω̇× + ω×ω×). */
function addForces(
  track: Float64Array,
  { acc, gyr }: ImuSamples,
  row: number,
  periodS: number,
  weight: number,
  mean: Float64Array,
): void {
  const q = row * 4;
  const i = row * 3;
  const p = gyr[i]!;
  const r = gyr[i + 1]!;
  const s = gyr[i + 2]!;
  const step = 2 * periodS;
  const dp = (gyr[i + 3]! - gyr[i - 3]!) / step;
  const dr = (gyr[i + 4]! - gyr[i - 2]!) / step;
  const ds = (gyr[i + 5]! - gyr[i - 1]!) / step;
  addTurned(track, q, weight, -r * r - s * s, p * r + ds, p * s - dr, mean, 0);
  addTurned(track, q, weight, p * r - ds, -p * p - s * s, r * s + dp, mean, 1);
  addTurned(track, q, weight, p * s + dr, r * s - dp, -p * p - r * r, mean, 2);
  addTurned(track, q, weight, acc[i]!, acc[i + 1]!, acc[i + 2]!, mean, 3);
}

/** Adds weight · (a, b, c), turned by the quaternion at `q`, to one column. */
function addTurned(
  track: Float64Array,
  q: number,
  weight: number,
  a: number,
  b: number,
  c: number,
  mean: Float64Array,
  column: number,
): void {
  const w = track[q]!;
  const x = track[q + 1]!;
  const y = track[q + 2]!;
  const z = track[q + 3]!;
  const tx = 2 * (y * c - z * b);
  const ty = 2 * (z * a - x * c);
  const tz = 2 * (x * b - y * a);
  mean[column] = mean[column]! + weight * (a + w * tx + y * tz - z * ty);
  mean[own + column] = mean[own + column]! + weight * (b + w * ty + z * tx - x * tz);
  mean[2 * own + column] = mean[2 * own + column]! + weight * (c + w * tz + x * ty - y * tx);
}

/** Gauss's elimination without exchange, the matrix being positive; below the diagonal nothing is left, in the last corner what the columns do not explain. */
function eliminate(normal: Float64Array, size: number): void {
  for (let k = 0; k < size - 1; k++) {
    const pivot = normal[k * size + k]!;
    for (let row = k + 1; row < size; row++) {
      const factor = normal[row * size + k]! / pivot;
      for (let col = k; col < size; col++)
        normal[row * size + col] = normal[row * size + col]! - factor * normal[k * size + col]!;
    }
  }
}
