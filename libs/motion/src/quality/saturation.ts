import type { ImuSamples } from '../orientation/samples.js';
import type { Span } from '../recording/sensor-stream.js';

/** Slower peaks are never a limit of the device, rad/s. */
const slowestLimit = 0.3;
/** Above this a value met twice in a row is proof; below it a coarse device may repeat itself at a slow peak, and more is asked, rad/s. */
const fastLimit = 1;
const mergeS = 1;

/**
 * Times at which the gyroscope stood at its limit: the largest value of an axis, in one direction, held over neighbouring samples and met at
 * least three times. A moving body never turns equally fast twice to the last digit.
 */
export function saturatedSpans({ gyr, rows }: ImuSamples, periodS: number): Span[] {
  const at: number[] = [];
  const count = gyr.length / 3;
  for (let axis = 0; axis < 3; axis++)
    for (const sign of [1, -1]) {
      let limit = 0;
      for (let row = 0; row < count; row++) limit = Math.max(limit, sign * gyr[row * 3 + axis]!);
      if (limit < slowestLimit) continue;
      const level = limit * (1 - 2e-6);
      const held: number[] = [];
      let run = 0;
      let longest = 0;
      for (let row = 0; row < count; row++) {
        if (sign * gyr[row * 3 + axis]! < level || (rows !== undefined && rows[row] !== 0)) {
          run = 0;
          continue;
        }
        held.push(row);
        longest = Math.max(longest, ++run);
      }
      const [inRow, inAll] = limit >= fastLimit ? [2, 3] : [3, 6];
      if (longest >= inRow && held.length >= inAll) at.push(...held);
    }
  return mergeRows(at, periodS, mergeS);
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
