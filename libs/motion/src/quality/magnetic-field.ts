import type { ImuSamples } from '../orientation/samples.js';
import type { Span } from '../recording/sensor-stream.js';
import { mergeRows } from './saturation.js';

/** Time over which the field's strength is averaged, s. */
const averageS = 0.5;
/** Share by which the strength may vary between its 1st and 99th percentile; undisturbed rooms stay below 0.08. */
const allowedSpread = 0.11;
const mergeS = 2;

/**
 * Times at which the strength of the magnetic field is not that of the room, when it varies so much in the recording that there must be a
 * magnet or iron near the sensor. Strength needs no orientation, so nothing else can spoil it.
 */
export function disturbedFieldSpans({ mag, rows }: ImuSamples, periodS: number): Span[] {
  if (mag === undefined) return [];
  const count = mag.length / 3;
  const size = Math.max(1, Math.round(averageS / periodS));
  const strength: number[] = [];
  const at: number[] = [];
  let sum = 0;
  let held: number[] = [];
  for (let row = 0; row < count; row++) {
    const value = Math.hypot(mag[row * 3]!, mag[row * 3 + 1]!, mag[row * 3 + 2]!);
    if (!(value > 0) || (rows !== undefined && rows[row] !== 0)) continue;
    held.push(value);
    sum += value;
    if (held.length > size) sum -= held[held.length - size - 1]!;
    if (held.length > 4 * size) held = held.slice(-size);
    if (held.length < size) continue;
    strength.push(sum / size);
    at.push(row);
  }
  if (strength.length < size * 4) return [];
  const sorted = Float64Array.from(strength).sort();
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  const middle = quantile(0.5);
  if (quantile(0.99) - quantile(0.01) <= allowedSpread * middle) return [];
  const off = at.filter((_, i) => Math.abs(strength[i]! - middle) > (allowedSpread / 2) * middle);
  const early = off.map((row) => Math.max(0, row - (size >> 1)));
  return mergeRows(early, periodS, mergeS);
}
