import { type ImuSamples, measured } from '../orientation/samples.js';
import type { VqfParameters } from '../orientation/parameters.js';
import type { Span } from '../recording/sensor-stream.js';
import { rowsOf } from './segment-orientation.js';
import type { Vector } from './quaternion.js';

/** Shorter poses tell no offset, s. */
const shortestS = 1;
/** A person who stands still sways no more than this (standard deviation about each axis), rad/s. */
const sway = 0.03;
/** No gyroscope of a device for people is off by more, rad/s. */
const mostBias = 0.09;
/**
 * For the filter, once the poses have told the offset. Less is left of it (°/s): standing people sway, devices grow warm. And it changes slowly (s until it is
 * 0.1 °/s off), so that a slow turn that still passes for rest counts little. Both chosen on made sessions of still, swaying and slow people, and on `hybrid/`.
 */
const parameters: Partial<VqfParameters> = { biasClip: 1.3, biasForgettingTime: 1000 };

export interface Steadied {
  readonly samples: ImuSamples;
  /** What the filter may still take for an offset. */
  readonly parameters: Partial<VqfParameters>;
}

/**
 * Takes out of the gyroscope what it read while the person was said to stand still. The filter finds its offset from rest, and takes a slow turn (under 2 °/s)
 * for rest: such turns, as people make who exercise slowly, would be lost, and a rotation of 25° in 12 s came out 2° wrong. Without a pose that is still, nothing is
 * changed.
 */
export function steadied(samples: ImuSamples, periodS: number, poses: readonly Span[]): Steadied {
  const bias = poseBias(samples, periodS, poses);
  if (bias === undefined) return { samples, parameters: {} };
  const gyr = samples.gyr.map((rate, i) => rate - bias[i % 3]!);
  return { samples: { ...samples, gyr }, parameters };
}

/** Mean of the gyroscope over all poses that are still, rad/s. */
function poseBias({ gyr, rows }: ImuSamples, periodS: number, poses: readonly Span[]): Vector | undefined {
  const sum: [number, number, number] = [0, 0, 0];
  let all = 0;
  for (const pose of poses) {
    const { from, to } = rowsOf(pose, periodS, gyr.length / 3);
    const mean: [number, number, number] = [0, 0, 0];
    const square: [number, number, number] = [0, 0, 0];
    let known = 0;
    for (let row = from; row < to; row++) {
      if (rows !== undefined && rows[row] !== measured) continue;
      known++;
      for (const k of [0, 1, 2] as const) {
        mean[k] += gyr[row * 3 + k]!;
        square[k] += gyr[row * 3 + k]! ** 2;
      }
    }
    if (known * periodS < shortestS) continue;
    const still = [0, 1, 2].every((k) => {
      const middle = mean[k]! / known;
      return Math.abs(middle) < mostBias && square[k]! / known - middle ** 2 < sway ** 2;
    });
    if (!still) continue;
    for (const k of [0, 1, 2] as const) sum[k] += mean[k];
    all += known;
  }
  return all > 0 ? [sum[0] / all, sum[1] / all, sum[2] / all] : undefined;
}
