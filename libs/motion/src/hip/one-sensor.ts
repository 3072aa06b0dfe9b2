import type { Span } from '../recording/sensor-stream.js';
import { angleBetweenDeg, conjugate, quaternionAt, rotate, type Vector } from './quaternion.js';
import type { Side } from './hip-angles.js';
import { meanUp, rowsOf } from './segment-orientation.js';
import type { Quaternion } from '../recording/sensor-stream.js';
import { alignedMounting } from './segment-orientation.js';

export type SingleSegment = 'thigh' | 'shank';

const axesOf: Readonly<Record<'x' | 'z', Vector>> = { x: [1, 0, 0], z: [0, 0, 1] };
const toDeg = 180 / Math.PI;

/**
 * Where "up" lies in the segment while the knee is bent at 90° and the hip is in neutral rotation: seated the thigh's front and the
 * shank's upper end look up; prone both look down.
 */
export function expectedUp(segment: SingleSegment, prone: boolean): Vector {
  const axis = segment === 'thigh' ? axesOf.x : axesOf.z;
  return prone ? [-axis[0], 0, -axis[2]] : axis;
}

/**
 * Internal rotation from one sensor with the thigh horizontal and the knee bent, degrees from the neutral pose: the rotation is about the
 * thigh's long axis and so turns "up" within the thigh's x-y or the shank's z-y plane; an inclination, without drift.
 * Without a neutral pose the declared mounting gives the zero. Within ±180°: no hip turns that far, and what once lost its way must not go on counting whole turns.
 */
export function rotationFromOneSensor(
  quats: Float64Array,
  periodS: number,
  declared: Quaternion,
  segment: SingleSegment,
  prone: boolean,
  side: Side,
  neutralPoses: readonly Span[],
): Float64Array {
  const count = quats.length / 4;
  const pose = neutralPoses[0];
  const { from, to } = pose ? rowsOf(pose, periodS, count) : { from: 0, to: 0 };
  const mounting =
    to > from ? alignedMounting(declared, meanUp(quats, from, to), expectedUp(segment, prone)) : declared;
  const out = new Float64Array(count);
  const sign = (side === 'right' ? -1 : 1) * toDeg;
  const flip = prone ? -1 : 1;
  for (let row = 0; row < count; row++) {
    const quat = quaternionAt(quats, row);
    const [x, y, z] = rotate(mounting, rotate(conjugate(quat), [0, 0, 1]));
    out[row] = isNearlyUnit(Math.hypot(...quat))
      ? sign * Math.atan2(flip * y, flip * (segment === 'thigh' ? x : z))
      : NaN;
  }
  return out;
}

/** Whether a quaternion of that length is one: devices write 0, 0, 0, 0 for "none". */
export const isNearlyUnit = (length: number): boolean => Math.abs(length - 1) < 0.05;

/** How far the declared mounting is from what gravity says in a pose, degrees. */
export function tiltErrorDeg(
  quats: Float64Array,
  from: number,
  to: number,
  declared: Quaternion,
  up: Vector,
): number {
  return angleBetweenDeg(rotate(declared, meanUp(quats, from, to)), up);
}
