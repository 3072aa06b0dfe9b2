import { type ImuSamples, measured } from '../orientation/samples.js';
import type { Span } from '../recording/sensor-stream.js';

/** Slower peaks are never a limit of the device, rad/s. */
const slowestLimit = 0.3;
/** Above this a value met twice in a row is proof; below it a coarse device may repeat itself at a slow peak, and more is asked, rad/s. */
const fastLimit = 1;
const mergeS = 1;
/** Two values are the same when they differ by less than this share: single precision keeps no more. */
const sameShare = 2e-6;

/**
 * Times at which the gyroscope stood at its limit: the largest value of an axis, in one direction, held over neighbouring samples and met at
 * least three times. A moving body never turns equally fast twice to the last digit.
 */
export function saturatedSpans(samples: ImuSamples, periodS: number): Span[] {
  const at = new Set<number>(anyAxis(samples));
  for (let axis = 0; axis < 3; axis++)
    for (const sign of [1, -1]) for (const row of oneWay(samples, axis, sign)) at.add(row);
  return mergeRows([...at], periodS, mergeS);
}

/** Rows at the limit of one axis in one direction. */
function oneWay({ gyr, rows }: ImuSamples, axis: number, sign: number): number[] {
  const count = gyr.length / 3;
  let limit = 0;
  for (let row = 0; row < count; row++) limit = Math.max(limit, sign * gyr[row * 3 + axis]!);
  if (limit < slowestLimit) return [];
  const level = limit * (1 - sameShare);
  const held: number[] = [];
  let run = 0;
  let longest = 0;
  for (let row = 0; row < count; row++) {
    if (sign * gyr[row * 3 + axis]! < level || (rows !== undefined && rows[row] !== measured)) {
      run = 0;
      continue;
    }
    held.push(row);
    longest = Math.max(longest, ++run);
  }
  const [inRow, inAll] = limit >= fastLimit ? [2, 3] : [3, 6];
  return longest >= inRow && held.length >= inAll ? held : [];
}

/** Rows at the largest value of all axes and directions, when four or more share it: one limit for all, met by short blows. */
function anyAxis({ gyr, rows }: ImuSamples): number[] {
  let limit = 0;
  for (let i = 0; i < gyr.length; i++) limit = Math.max(limit, Math.abs(gyr[i]!));
  if (limit < fastLimit) return [];
  const held: number[] = [];
  for (let i = 0; i < gyr.length; i++) {
    const row = Math.floor(i / 3);
    if (Math.abs(gyr[i]!) >= limit * (1 - sameShare) && (rows === undefined || rows[row] === measured))
      held.push(row);
  }
  return held.length >= 4 ? held : [];
}

/** Rows as spans of time; those closer than `mergeS` become one. */
export function mergeRows(rows: number[], periodS: number, mergeS: number): Span[] {
  const spans: { startS: number; endS: number }[] = [];
  for (const row of rows.sort((a, b) => a - b)) {
    const t = row * periodS;
    const last = spans.at(-1);
    if (last && t - last.endS <= mergeS) last.endS = Math.max(last.endS, t + periodS);
    else spans.push({ startS: t, endS: t + periodS });
  }
  return spans;
}
