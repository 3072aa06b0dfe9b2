import { headingErrorDeg, relativeHeadingDoubt } from '../hip/heading-error.js';
import { steadied } from '../hip/pose-bias.js';
import { doubtAt, type HeadingNode } from '../hip/relative-heading.js';
import { rowsOf } from '../hip/segment-orientation.js';
import type { Grid } from '../recording/grid.js';
import type { Quaternion, Span } from '../recording/sensor-stream.js';
import type { AxisVerdict } from './axis-check.js';
import { bestOfOthers, type BestReading, gyroReadings, readAs } from './gyro-reading.js';
import { averagingOf, fitJoint, jointAverages, type Reading, readingOf, usableRows } from './joint-force.js';
import { headingSlip } from './joint-heading.js';
import { meanRows } from './thinned.js';

export interface JointSensor {
  readonly grid: Grid;
  readonly mounting: Quaternion;
}

export interface JointVerdict {
  readonly pelvis: AxisVerdict;
  readonly thigh: AxisVerdict;
  /** When one of the two turned about the vertical on the body. */
  readonly slip?: Span;
}

const unsure: JointVerdict = { pelvis: 'insufficient-motion', thigh: 'insufficient-motion' };
/** Below this only the axes are judged, samples/s. */
const lowestRateHz = 45;
/** Rate that is enough, samples/s. */
const enoughHz = 30;
/** What is looked at behind the first neutral pose, s. */
const longestS = 180;
/** Less of it says nothing, s. */
const shortestS = 10;
/** A relative heading known less well than this is left out, degrees. */
const mostDoubtDeg = 4;
/**
 * How much better another reading must explain the recording. The right one was best in every recording tried, by 1.25 times (skin over muscle, running) to 10
 * times (rigid sensors).
 */
const clearly = 1.3;
const proven = 1.2;
/** The two sensors agree so well anyway that nothing can be told: they hardly moved, m/s². */
const hardlyMoved = 0.12;

/**
 * Whether the gyroscopes of a pelvis and a thigh sensor are read in the right axes and units, told by the joint that both move along: with the right
 * reading of both, the two sensors agree on its acceleration. Sees what a single sensor cannot: swings to and fro, which leave the mean force as it was.
 */
export function jointAgreement(
  pelvis: JointSensor,
  thigh: JointSensor,
  poses: readonly Span[],
): JointVerdict {
  const { periodS } = pelvis.grid;
  const first = poses[0];
  if (first === undefined || Math.abs(thigh.grid.periodS / periodS - 1) > 1e-6) return unsure;
  const factor = Math.max(1, Math.floor(1 / (periodS * enoughHz)));
  const stepS = periodS * factor;
  const from = Math.max(0, Math.floor(first.startS / stepS) - 2);
  const rows = Math.floor(Math.min(pelvis.grid.count, thigh.grid.count) / factor) - from;
  const count = Math.min(rows, Math.ceil((first.endS + longestS) / stepS) - from);
  if (count * stepS < shortestS) return unsure;
  const lateS = from * stepS;
  const near = poses
    .map(({ startS, endS }) => ({ startS: startS - lateS, endS: endS - lateS }))
    .filter(({ startS }) => startS < count * stepS);
  const whole = relativeHeadingDoubt([pelvis.grid, thigh.grid], { periodS: stepS, count: from + count });
  const doubt = whole.subarray(from);
  const thin = [pelvis, thigh].map(({ grid }) =>
    steadied(meanRows(grid.samples, from, count, factor), stepS, near),
  );
  const usable = usableRows(thin[0]!.samples, thin[1]!.samples);
  const error = headingErrorDeg(posesAsNodes(near, stepS, count), doubt);
  const start = Math.ceil(near[0]!.endS / stepS);
  error.forEach((value, row) => {
    if (!(value <= mostDoubtDeg) || row < start) usable[row] = 0;
  });
  if (usable.reduce((sum, value) => sum + value, 0) * stepS < shortestS) return unsure;
  const averaging = averagingOf(usable, stepS, near, doubt);
  const readings = ([pelvis, thigh] as const).map(({ mounting }, which) => {
    const { samples, parameters } = thin[which]!;
    return gyroReadings.map((one) =>
      readingOf({ ...samples, gyr: readAs(samples.gyr, one) }, mounting, averaging, parameters),
    );
  }) as [Reading[], Reading[]];
  const averages = (p: number, t: number) => jointAverages(readings[0][p]!, readings[1][t]!, averaging);
  const verdict = verdictOf((p, t) => fitJoint(averages(p, t)).misfit);
  if ([verdict.pelvis, verdict.thigh].some((axes) => axes.endsWith('fault'))) return verdict;
  // Too slow for the lever arms' part of the force.
  if (1 / periodS < lowestRateHz) return verdict;
  const found = headingSlip(averages(0, 0), (fromS, toS) =>
    Math.sqrt(doubtAt(doubt, toS / stepS) - doubtAt(doubt, fromS / stepS)),
  );
  return found ? { ...verdict, slip: { startS: found.startS + lateS, endS: found.endS + lateS } } : verdict;
}

function verdictOf(misfit: (pelvis: number, thigh: number) => number): JointVerdict {
  const own = misfit(0, 0);
  if (!(own > 0)) return unsure;
  const least = (of: (i: number) => number) =>
    bestOfOthers(gyroReadings.map((_, i) => (i === 0 ? own : of(i))));
  const pelvis = least((i) => misfit(i, 0));
  const thigh = least((i) => misfit(0, i));
  const both = least((i) => misfit(i, i));
  const best = [pelvis, thigh, both].reduce((a, b) => (b.error < a.error ? b : a));
  if (Math.max(own, best.error) < hardlyMoved) return unsure;
  if (own > clearly * best.error)
    return {
      pelvis: best === thigh ? 'insufficient-motion' : best.fault,
      thigh: best === pelvis ? 'insufficient-motion' : best.fault,
    };
  const sure = ({ error }: BestReading) => Math.min(error, both.error) > proven * own;
  return {
    pelvis: sure(pelvis) ? 'right' : 'insufficient-motion',
    thigh: sure(thigh) ? 'right' : 'insufficient-motion',
  };
}

/** The rows at which the poses hold the heading; its value does not matter here. */
const posesAsNodes = (poses: readonly Span[], periodS: number, count: number): HeadingNode[] =>
  poses.flatMap((pose) => {
    const { from, to } = rowsOf(pose, periodS, count);
    return to > from ? [from, to - 1].map((row) => ({ row, heading: 0 })) : [];
  });
