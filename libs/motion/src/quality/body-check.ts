import { angleBetweenDeg, cross, dot, unit, type Vector } from '../hip/quaternion.js';
import { rowsOf } from '../hip/segment-orientation.js';
import type { Side } from '../hip/hip-angles.js';
import type { Grid } from '../recording/grid.js';
import type { Span } from '../recording/sensor-stream.js';
import type { Flag } from './flag.js';

/** Axes of a sensor as the wearer declared them. */
export interface DeclaredAxes {
  readonly upAxis?: Vector;
  readonly outwardAxis?: Vector;
}

export interface BodyPoses {
  readonly standing: Span;
  readonly seated: Span;
}

/** No pelvis tilts so far in sitting down; a thigh does, degrees. */
const mostPelvisDeg = 58;

/** Mean specific force in a pose (unit length): up, in the sensor's axes. */
function upIn({ samples: { acc, rows }, periodS, count }: Grid, pose: Span): Vector {
  const { from, to } = rowsOf(pose, periodS, count);
  const sum: [number, number, number] = [0, 0, 0];
  for (let row = from; row < to; row++)
    if (rows === undefined || rows[row] === 0)
      for (const k of [0, 1, 2] as const) sum[k] += acc[row * 3 + k]!;
  return unit(sum);
}

/**
 * From a standing and a seated pose: a sensor upside-down (its up axis looks down), on the other leg (sitting down turns the right thigh's
 * sensor the other way about its outward axis than the left's), or pelvis and thigh exchanged (the thigh turns by a right angle, the pelvis little).
 */
export function bodyFlags(
  pelvis: Grid,
  thigh: Grid,
  side: Side,
  poses: BodyPoses,
  declared: { readonly pelvis?: DeclaredAxes; readonly thigh?: DeclaredAxes },
): Flag[] {
  const up = {
    pelvis: { standing: upIn(pelvis, poses.standing), seated: upIn(pelvis, poses.seated) },
    thigh: { standing: upIn(thigh, poses.standing), seated: upIn(thigh, poses.seated) },
  };
  const turned = {
    pelvis: angleBetweenDeg(up.pelvis.standing, up.pelvis.seated),
    thigh: angleBetweenDeg(up.thigh.standing, up.thigh.seated),
  };
  if (turned.pelvis > turned.thigh + 20 || turned.pelvis > mostPelvisDeg)
    return [{ code: 'streams-exchanged' }];
  const flags: Flag[] = [];
  for (const sensor of ['pelvis', 'thigh'] as const) {
    const axis = declared[sensor]?.upAxis;
    if (axis !== undefined && dot(up[sensor].standing, axis) < -0.3)
      flags.push({ code: 'upside-down', sensor });
  }
  const outward = declared.thigh?.outwardAxis;
  if (flags.length > 0 || outward === undefined || turned.thigh < 30) return flags;
  const found: Side = dot(cross(up.thigh.seated, up.thigh.standing), outward) > 0 ? 'right' : 'left';
  return found === side ? flags : [...flags, { code: 'wrong-side', sensor: 'thigh' }];
}
