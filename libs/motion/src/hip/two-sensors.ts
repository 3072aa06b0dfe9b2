import { offlineVqf } from '../orientation/offline.js';
import { unwrapDegrees } from '../angles/unwrap.js';
import { ownScale, rescaled } from '../quality/own-scale.js';
import type { Grid } from '../recording/grid.js';
import { resampleOrientation } from '../recording/resample.js';
import type { Quaternion, Span } from '../recording/sensor-stream.js';
import { hipAngles, type HipAngles, type Side } from './hip-angles.js';
import { type Closing, closings, headingErrorDeg, relativeHeadingDoubt } from './heading-error.js';
import type { OutputGrid } from './output-grid.js';
import { steadied } from './pose-bias.js';
import { type HeadingNode, headingNodes, turnByHeading } from './relative-heading.js';
import { alignedMounting, meanUp, rowsOf, segmentOrientation } from './segment-orientation.js';

export interface WornSensor {
  readonly grid: Grid;
  readonly mounting: Quaternion;
}

export interface HipMeasurement extends HipAngles {
  /** Sensor to earth, on each sensor's own grid. */
  readonly quats: { readonly pelvis: Float64Array; readonly thigh: Float64Array };
  /** What the neutral poses tell of the drift of the relative heading. */
  readonly closings: readonly Closing[];
  /** One standard error of the relative heading at each row, °, apart from what the poses and the skin leave. */
  readonly headingErrorDeg: Float64Array;
  /** How far the pelvis faces from where it faced in the neutral poses, °: what an error of the gyroscope's scale grows with. */
  readonly turnedDeg: Float64Array;
}

/**
 * Hip angles from a pelvis and a thigh sensor (gyroscope and accelerometer), zero in every neutral pose: gravity there sets the mountings
 * upright, and the relative heading is set to zero; between two poses its drift is taken out along a straight line. `withOwnScale`: the gyroscopes' scales
 * are found from the recording where it tells them.
 */
export function hipFromTwoSensors(
  pelvis: WornSensor,
  thigh: WornSensor,
  side: Side,
  neutralPoses: readonly Span[],
  { periodS, count }: OutputGrid,
  withOwnScale = false,
): HipMeasurement {
  const orient = ({ grid }: WornSensor) => orientation(grid, neutralPoses, withOwnScale);
  const quats = { pelvis: orient(pelvis), thigh: orient(thigh) };
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
  const doubt = relativeHeadingDoubt([pelvis.grid, thigh.grid], { periodS, count });
  turnByHeading(thighTrack, nodes, doubt);
  return {
    ...hipAngles(pelvisTrack, thighTrack, side),
    quats,
    closings: closings(nodes, doubt),
    headingErrorDeg: headingErrorDeg(nodes, doubt),
    turnedDeg: turnedSincePoses(pelvisTrack, nodes),
  };
}

function orientation(
  { samples: { acc, gyr, rows }, periodS }: Grid,
  poses: readonly Span[],
  withOwnScale: boolean,
): Float64Array {
  const { samples, parameters } = steadied({ acc, gyr, ...(rows ? { rows } : {}) }, periodS, poses);
  const scale = withOwnScale ? ownScale(samples, periodS) : undefined;
  return offlineVqf(scale ? rescaled(samples, scale) : samples, periodS, parameters).quat6D;
}

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

/** Heading of a segment against its mean over the nodes' rows, unwrapped, degrees. */
function turnedSincePoses(track: Float64Array, nodes: readonly HeadingNode[]): Float64Array {
  const turned = new Float64Array(track.length / 4);
  for (let row = 0; row < turned.length; row++) {
    const [w, x, y, z] = track.subarray(row * 4, row * 4 + 4) as unknown as [number, number, number, number];
    turned[row] = (Math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)) * 180) / Math.PI;
  }
  const unwrapped = unwrapDegrees(turned);
  const at = nodes.map(({ row }) => unwrapped[Math.round(row)] ?? 0);
  const middle = at.reduce((sum, value) => sum + value, 0) / Math.max(1, at.length);
  return unwrapped.map((value) => value - middle);
}
