import { lost } from '../orientation/samples.js';
import { offlineVqf } from '../orientation/offline.js';
import type { Grid } from '../recording/grid.js';
import { resampleOrientation } from '../recording/resample.js';
import type { Quaternion, Span } from '../recording/sensor-stream.js';
import { hipAngles, type HipAngles, type Side } from './hip-angles.js';
import { type HeadingNode, headingNodes, turnByHeading } from './relative-heading.js';
import { alignedMounting, meanUp, rowsOf, segmentOrientation } from './segment-orientation.js';

export interface WornSensor {
  readonly grid: Grid;
  readonly mounting: Quaternion;
}

/** Rows of the answer. */
export interface OutputGrid {
  readonly periodS: number;
  readonly count: number;
}

export interface HipMeasurement extends HipAngles {
  /** Sensor to earth, on each sensor's own grid. */
  readonly quats: { readonly pelvis: Float64Array; readonly thigh: Float64Array };
  /** Relative heading as the neutral poses tell it. */
  readonly nodes: readonly HeadingNode[];
}

/**
 * Hip angles from a pelvis and a thigh sensor (gyroscope and accelerometer), zero in every neutral pose: gravity there sets the mountings
 * upright, and the relative heading is set to zero; between two poses its drift is taken out along a straight line.
 */
export function hipFromTwoSensors(
  pelvis: WornSensor,
  thigh: WornSensor,
  side: Side,
  neutralPoses: readonly Span[],
  { periodS, count }: OutputGrid,
): HipMeasurement {
  const quats = { pelvis: orient(pelvis.grid), thigh: orient(thigh.grid) };
  const segment = ({ grid, mounting }: WornSensor, track: Float64Array) =>
    resampleOrientation(
      segmentOrientation(track, uprightMounting(track, grid, mounting, neutralPoses)),
      grid.periodS,
      periodS,
      count,
    );
  const pelvisTrack = segment(pelvis, quats.pelvis);
  const thighTrack = segment(thigh, quats.thigh);
  const nodes = headingNodes(pelvisTrack, thighTrack, neutralPoses, periodS);
  turnByHeading(thighTrack, nodes, breaksOf([pelvis.grid, thigh.grid], periodS));
  return { ...hipAngles(pelvisTrack, thighTrack, side), quats, nodes };
}

const orient = ({ samples: { acc, gyr, rows }, periodS }: Grid): Float64Array =>
  offlineVqf({ acc, gyr, ...(rows ? { rows } : {}) }, periodS).quat6D;

/** The mounting with the segment's long axis upright in the first neutral pose. */
function uprightMounting(
  quats: Float64Array,
  { periodS, count }: Grid,
  mounting: Quaternion,
  poses: readonly Span[],
): Quaternion {
  const pose = poses[0];
  if (pose === undefined) return mounting;
  const { from, to } = rowsOf(pose, periodS, count);
  return to > from ? alignedMounting(mounting, meanUp(quats, from, to), [0, 0, 1]) : mounting;
}

/** Output rows at which either stream stopped being integrated: the first of each run of lost rows. */
function breaksOf(grids: readonly Grid[], periodS: number): number[] {
  const rows = new Set<number>();
  for (const grid of grids)
    grid.samples.rows?.forEach((kind, row, all) => {
      if (kind === lost && all[row - 1] !== lost) rows.add(Math.round((row * grid.periodS) / periodS));
    });
  return [...rows].sort((a, b) => a - b);
}
