import { headingNodes, turnByHeading } from '../hip/relative-heading.js';
import { alignedMounting, meanUp, rowsOf, segmentOrientation } from '../hip/segment-orientation.js';
import { conjugate } from '../hip/quaternion.js';
import { type ImuSamples, measured } from '../orientation/samples.js';
import { Vqf } from '../orientation/vqf.js';
import type { Quaternion, Span } from '../recording/sensor-stream.js';

/** A sensor's rows under one reading of its gyroscope. */
export interface Reading {
  readonly samples: ImuSamples;
  /** Segment to earth, heading arbitrary. */
  readonly segment: Float64Array;
  /** Sensor to segment, with gravity set upright in the first neutral pose. */
  readonly mounting: Quaternion;
}

/** Time over which forces are averaged before they are compared, s: the skin's wobble is faster. */
const averageS = 0.3;
/** Holds the lever arms to some decimetres where the movement says nothing of them, (m/s²)² / m². */
const ridge = 1e-3;
/** Unknowns: a lever arm for each sensor. The last column is the difference of the forces. */
const unknowns = 6;
const width = unknowns + 1;

export function readingOf(samples: ImuSamples, periodS: number, mounting: Quaternion, pose: Span): Reading {
  const { quat6D } = new Vqf(periodS).process(samples);
  const { from, to } = rowsOf(pose, periodS, quat6D.length / 4);
  const upright = to > from ? alignedMounting(mounting, meanUp(quat6D, from, to), [0, 0, 1]) : mounting;
  return { samples, segment: segmentOrientation(quat6D, upright), mounting: upright };
}

/**
 * How badly the two sensors agree on the acceleration of the hip joint, which both carry along: root mean square of the difference of the two, m/s², with the
 * lever arms from joint to sensor that fit best (least squares; the idea is that of T. Seel, T. Schauer, J. Raisch, "Joint axis and position estimation from
 * inertial measurement data", 2012). NaN where too few rows can be compared.
 */
export function jointDisagreement(
  pelvis: Reading,
  thigh: Reading,
  periodS: number,
  poses: readonly Span[],
  doubt: Float64Array,
  usable: Uint8Array,
): number {
  const count = usable.length;
  const facing = thigh.segment.slice();
  turnByHeading(facing, headingNodes(pelvis.segment, thigh.segment, poses, periodS), doubt);
  const tracks = [
    {
      track: segmentOrientation(pelvis.segment, conjugate(pelvis.mounting)),
      samples: pelvis.samples,
      sign: 1,
    },
    { track: segmentOrientation(facing, conjugate(thigh.mounting)), samples: thigh.samples, sign: -1 },
  ];
  const size = Math.max(1, Math.round(averageS / periodS));
  const normal = new Float64Array(width * width);
  const mean = new Float64Array(3 * width);
  let averages = 0;
  for (let start = 1; start + size < count; start += size) {
    mean.fill(0);
    let whole = true;
    for (let row = start; row < start + size && whole; row++) {
      whole = usable[row - 1] === 1 && usable[row] === 1 && usable[row + 1] === 1;
      tracks.forEach(({ track, samples, sign }, which) =>
        addForces(track, samples, row, periodS, sign / size, which * 3, mean),
      );
    }
    if (!whole) continue;
    averages++;
    for (let axis = 0; axis < 3; axis++)
      for (let a = 0; a < width; a++)
        for (let b = 0; b < width; b++)
          normal[a * width + b] = normal[a * width + b]! + mean[axis * width + a]! * mean[axis * width + b]!;
  }
  if (averages === 0) return NaN;
  for (let a = 0; a < unknowns; a++) normal[a * width + a] = normal[a * width + a]! + ridge * averages;
  return Math.sqrt(Math.max(0, leftOver(normal)) / averages);
}

/** Which rows of both sensors are measured. */
export function usableRows(pelvis: ImuSamples, thigh: ImuSamples): Uint8Array {
  return Uint8Array.from({ length: Math.min(pelvis.gyr.length, thigh.gyr.length) / 3 }, (_, row) =>
    (pelvis.rows?.[row] ?? measured) === measured && (thigh.rows?.[row] ?? measured) === measured ? 1 : 0,
  );
}

/** Adds one row's force in the earth's frame (last column) and what a lever arm makes of the turning (three columns from `column` on): R (ω̇× + ω×ω×). */
function addForces(
  track: Float64Array,
  { acc, gyr }: ImuSamples,
  row: number,
  periodS: number,
  weight: number,
  column: number,
  mean: Float64Array,
): void {
  const q = row * 4;
  const [w, x, y, z] = [track[q]!, track[q + 1]!, track[q + 2]!, track[q + 3]!];
  const i = row * 3;
  const [p, r, s] = [gyr[i]!, gyr[i + 1]!, gyr[i + 2]!];
  const rate = (k: number) => (gyr[i + 3 + k]! - gyr[i - 3 + k]!) / (2 * periodS);
  const [dp, dr, ds] = [rate(0), rate(1), rate(2)];
  const columns: [number, number, number][] = [
    [-r * r - s * s, p * r + ds, p * s - dr],
    [p * r - ds, -p * p - s * s, r * s + dp],
    [p * s + dr, r * s - dp, -p * p - r * r],
    [acc[i]!, acc[i + 1]!, acc[i + 2]!],
  ];
  columns.forEach(([a, b, c], k) => {
    const tx = 2 * (y * c - z * b);
    const ty = 2 * (z * a - x * c);
    const tz = 2 * (x * b - y * a);
    const to = k < 3 ? column + k : unknowns;
    mean[to] = mean[to]! + weight * (a + w * tx + y * tz - z * ty);
    mean[width + to] = mean[width + to]! + weight * (b + w * ty + z * tx - x * tz);
    mean[2 * width + to] = mean[2 * width + to]! + weight * (c + w * tz + x * ty - y * tx);
  });
}

/** Sum of squares that is left of the last column when the others have explained what they can: elimination without exchange, the matrix being positive. */
function leftOver(normal: Float64Array): number {
  for (let k = 0; k < unknowns; k++) {
    const pivot = normal[k * width + k]!;
    for (let row = k + 1; row < width; row++) {
      const factor = normal[row * width + k]! / pivot;
      for (let col = k; col < width; col++)
        normal[row * width + col] = normal[row * width + col]! - factor * normal[k * width + col]!;
    }
  }
  return normal[width * width - 1]!;
}
