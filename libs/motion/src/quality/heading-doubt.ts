import type { OrientationTrack } from '../orientation/samples.js';
import type { Span } from '../recording/sensor-stream.js';
import { headingDifference } from '../hip/relative-heading.js';

/** Difference of the two headings from where it settled that is no longer ordinary, degrees. */
const allowedDeg = 6;
const settleS = 30;
const stepS = 1;

/**
 * Times at which the heading with and the heading without the magnetometer have come apart: one of them is wrong, and the recording
 * alone does not tell which. None without a magnetometer.
 */
export function headingDoubt({ quat6D, quat9D, magDisturbed }: OrientationTrack, periodS: number): Span[] {
  if (quat9D === undefined) return [];
  const count = quat6D.length / 4;
  const accepted = magDisturbed.indexOf(0);
  if (accepted < 0) return [];
  const begin = Math.max(accepted, Math.round(settleS / periodS));
  const step = Math.max(1, Math.round(stepS / periodS));
  const spans: { startS: number; endS: number }[] = [];
  let zero: number | undefined;
  for (let row = begin; row + step <= count; row += step) {
    const difference = headingDifference(quat9D, quat6D, row, row + step);
    zero ??= difference;
    const off = Math.abs(Math.atan2(Math.sin(difference - zero), Math.cos(difference - zero)));
    if ((off * 180) / Math.PI <= allowedDeg) continue;
    const last = spans.at(-1);
    if (last && row * periodS - last.endS < 2) last.endS = (row + step) * periodS;
    else spans.push({ startS: row * periodS, endS: (row + step) * periodS });
  }
  return spans;
}
