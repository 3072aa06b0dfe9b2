import { lost } from '../orientation/samples.js';
import type { Grid } from '../recording/grid.js';
import type { Span } from '../recording/sensor-stream.js';
import type { OutputGrid } from './output-grid.js';
import { doubtAt, type HeadingNode } from './relative-heading.js';

/** Variance of the relative heading that comes with each second: 1.4° after a minute without a neutral pose, °²/s. */
const driftDeg2PerS = 2 / 60;
/** Over rows that were lost nothing is known of the heading, °². */
const lostDeg2 = 1e8;

/** Running sum over the output rows of the variance of the relative heading, °²: drift with time, and what bridged and lost rows add. */
export function relativeHeadingDoubt(grids: readonly Grid[], { periodS, count }: OutputGrid): Float64Array {
  const doubt = new Float64Array(count).fill(driftDeg2PerS * periodS);
  const add = ({ startS, endS }: Span, variance: number) => {
    const from = Math.min(count - 1, Math.max(0, Math.round(startS / periodS)));
    const to = Math.min(count, Math.max(from + 1, Math.round(endS / periodS)));
    for (let row = from; row < to; row++) doubt[row] = doubt[row]! + variance / (to - from);
  };
  for (const { bridges, samples, periodS: ownS } of grids) {
    for (const bridge of bridges) add(bridge, bridge.sigmaDeg ** 2);
    samples.rows?.forEach((kind, row, all) => {
      if (kind === lost && all[row - 1] !== lost) add({ startS: row * ownS, endS: row * ownS }, lostDeg2);
    });
  }
  for (let row = 1; row < count; row++) doubt[row] = doubt[row]! + doubt[row - 1]!;
  return doubt;
}

/**
 * One standard error of the relative heading at each row, °, given that it is known at the nodes: a random walk held at both ends. After the last node it grows;
 * before the first it counts from there.
 */
export function headingErrorDeg(nodes: readonly HeadingNode[], doubt: Float64Array): Float64Array {
  const out = new Float64Array(doubt.length).fill(Infinity);
  if (nodes.length === 0) return out;
  let next = 0;
  for (let row = 0; row < doubt.length; row++) {
    while (next < nodes.length && nodes[next]!.row < row) next++;
    const here = doubt[row]!;
    const before = nodes[next - 1] && here - doubtAt(doubt, nodes[next - 1]!.row);
    const after = nodes[next] && doubtAt(doubt, nodes[next]!.row) - here;
    if (before !== undefined && after !== undefined)
      out[row] = Math.sqrt(before + after > 0 ? (before * after) / (before + after) : 0);
    else out[row] = Math.sqrt(Math.max(0, before ?? after ?? Infinity));
  }
  return out;
}

/** Change of the relative heading from one neutral pose to the next, and one standard error of what drift and gaps explain of it; degrees. */
export interface Closing {
  /** Which pose it leads to. */
  readonly pose: number;
  readonly changeDeg: number;
  readonly explainedDeg: number;
}

export function closings(nodes: readonly HeadingNode[], doubt: Float64Array): Closing[] {
  const found: Closing[] = [];
  for (let i = 2; i < nodes.length; i += 2) {
    const [before, after] = [nodes[i - 1]!, nodes[i]!];
    found.push({
      pose: i / 2,
      changeDeg: Math.abs(after.heading - before.heading) * (180 / Math.PI),
      explainedDeg: Math.sqrt(doubtAt(doubt, after.row) - doubtAt(doubt, before.row)),
    });
  }
  return found;
}
