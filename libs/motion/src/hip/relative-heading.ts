import type { Span } from '../recording/sensor-stream.js';
import { rowsOf } from './segment-orientation.js';

/** Heading difference pelvis - thigh at a row, rad. */
export interface HeadingNode {
  readonly row: number;
  readonly heading: number;
}

/** A running sum read off between two rows. */
export function doubtAt(doubt: Float64Array, row: number): number {
  const i = Math.max(0, Math.min(doubt.length - 1, Math.floor(row)));
  const j = Math.min(doubt.length - 1, i + 1);
  return doubt[i]! + (row - i) * (doubt[j]! - doubt[i]!);
}

/** Mean heading of pelvis ⊗ conj(thigh) over rows, rad: what the thigh must be turned by, about the vertical, to face as the pelvis does. */
export function headingDifference(
  pelvis: Float64Array,
  thigh: Float64Array,
  from: number,
  to: number,
): number {
  let sin = 0;
  let cos = 0;
  for (let q = from * 4; q < to * 4; q += 4) {
    const w =
      pelvis[q]! * thigh[q]! +
      pelvis[q + 1]! * thigh[q + 1]! +
      pelvis[q + 2]! * thigh[q + 2]! +
      pelvis[q + 3]! * thigh[q + 3]!;
    const z =
      -pelvis[q]! * thigh[q + 3]! -
      pelvis[q + 1]! * thigh[q + 2]! +
      pelvis[q + 2]! * thigh[q + 1]! +
      pelvis[q + 3]! * thigh[q]!;
    sin += 2 * w * z;
    cos += w * w - z * z;
  }
  return Math.atan2(sin, cos);
}

/** Two nodes for each neutral pose, at a quarter and three quarters of it: so drift within a long pose is taken along. */
export function headingNodes(
  pelvis: Float64Array,
  thigh: Float64Array,
  poses: readonly Span[],
  periodS: number,
): HeadingNode[] {
  const nodes: HeadingNode[] = [];
  for (const pose of poses) {
    const { from, to } = rowsOf(pose, periodS, pelvis.length / 4);
    if (to - from < 2) continue;
    const middle = (from + to) >> 1;
    for (const [a, b] of [
      [from, middle],
      [middle, to],
    ] as const) {
      const raw = headingDifference(pelvis, thigh, a, b);
      const last = nodes.at(-1)?.heading ?? raw;
      const heading = raw + 2 * Math.PI * Math.round((last - raw) / (2 * Math.PI));
      nodes.push({ row: (a + b - 1) / 2, heading });
    }
  }
  return nodes;
}

/**
 * Heading at each of the rows (ascending), rad: that of the nodes, constant outside. Between two nodes the difference is shared out as `doubt` grows: where the
 * heading could have gone wrong (a gap), there most of it is put right. `doubt`: running sum of the variance of the relative heading for each row; without it
 * a straight line.
 */
export function headingAt(
  rows: ArrayLike<number>,
  nodes: readonly HeadingNode[],
  doubt?: Float64Array,
): Float64Array {
  const out = new Float64Array(rows.length);
  if (nodes.length === 0) return out;
  let next = 0;
  const at = (row: number) => (doubt === undefined ? row : doubtAt(doubt, row));
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    while (next < nodes.length && nodes[next]!.row < row) next++;
    const before = nodes[next - 1] ?? nodes[0]!;
    const after = nodes[next] ?? before;
    const span = at(after.row) - at(before.row);
    const share = span > 0 ? (at(row) - at(before.row)) / span : 0;
    out[i] = before.heading + share * (after.heading - before.heading);
  }
  return out;
}

/** Turns the thigh about the vertical, in place, by the heading of `headingAt`. */
export function turnByHeading(
  thigh: Float64Array,
  nodes: readonly HeadingNode[],
  doubt?: Float64Array,
): void {
  if (nodes.length === 0) return;
  const rows = Float64Array.from({ length: thigh.length / 4 }, (_, row) => row);
  const heading = headingAt(rows, nodes, doubt);
  for (let row = 0; row < rows.length; row++) {
    const half = heading[row]! / 2;
    const c = Math.cos(half);
    const s = Math.sin(half);
    const q = row * 4;
    const w = thigh[q]!;
    const x = thigh[q + 1]!;
    const y = thigh[q + 2]!;
    const z = thigh[q + 3]!;
    thigh[q] = c * w - s * z;
    thigh[q + 1] = c * x - s * y;
    thigh[q + 2] = c * y + s * x;
    thigh[q + 3] = c * z + s * w;
  }
}
