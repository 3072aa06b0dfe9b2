import { angleBetweenDeg, type Vector } from '../hip/quaternion.js';
import { tiltErrorDeg } from '../hip/one-sensor.js';
import { meanUp, rowsOf } from '../hip/segment-orientation.js';
import type { Quaternion, Span } from '../recording/sensor-stream.js';
import type { Flag } from './flag.js';

/** A mounting may be off by this and is set right in the neutral pose, degrees. */
const allowedDeg = 40;
const upsideDownDeg = 140;
/** Two neutral poses may differ by this, degrees: people do not stand alike twice. */
const poseRepeatDeg = 7;

export interface PoseView {
  readonly sensor: string;
  readonly quats: Float64Array;
  readonly periodS: number;
  readonly mounting: Quaternion;
  /** Where up lies in the segment in the neutral pose. */
  readonly up: Vector;
}

/** How far gravity in the first neutral pose is from where the mounting says, degrees; NaN without a pose. */
export function neutralTiltDeg({ quats, periodS, mounting, up }: PoseView, poses: readonly Span[]): number {
  const { from, to } = rowsOf(poses[0] ?? { startS: 0, endS: -1 }, periodS, quats.length / 4);
  return to > from ? tiltErrorDeg(quats, from, to, mounting, up) : NaN;
}

/** A sensor worn upside-down, or with a mounting that cannot be. */
export function mountingFlags(view: PoseView, poses: readonly Span[]): Flag[] {
  const tilt = neutralTiltDeg(view, poses);
  if (!(tilt > allowedDeg)) return [];
  return [{ code: tilt > upsideDownDeg ? 'upside-down' : 'axis-fault', sensor: view.sensor }];
}

/** A sensor that sits otherwise in a later neutral pose than in the first. */
export function poseSlips({ sensor, quats, periodS }: PoseView, poses: readonly Span[]): Flag[] {
  const ups = poses.flatMap((pose) => {
    const { from, to } = rowsOf(pose, periodS, quats.length / 4);
    return to > from ? [{ pose, up: meanUp(quats, from, to) }] : [];
  });
  for (let i = 1; i < ups.length; i++)
    if (angleBetweenDeg(ups[0]!.up, ups[i]!.up) > poseRepeatDeg)
      return [{ code: 'mounting-slip', startS: ups[i - 1]!.pose.endS, endS: ups[i]!.pose.startS, sensor }];
  return [];
}
