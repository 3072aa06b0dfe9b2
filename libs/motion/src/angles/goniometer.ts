import type { Span } from '../recording/sensor-stream.js';
import { unwrapDegrees } from './unwrap.js';

/** Angular acceleration that no hip exceeds, °/s²; with the device's own noise it tells a spike from a movement. */
const fastestDegPerS2 = 8000;
const noiseDeg = 3;
/** Most samples in a row that one spike may take. */
const longestSpike = 5;
/** Zeros for less than this may be a slow instrument's last value, s. */
const filledS = 0.2;
/** A hole up to this is bridged by a straight line, s. */
const bridgeS = 0.1;

export interface CleanSeries {
  readonly angleDeg: Float64Array;
  /** 0 where there is no measurement behind the value. */
  readonly measured: Uint8Array;
  /** Spikes taken out and holes, s. */
  readonly removed: readonly Span[];
}

/** A goniometer's series without whole turns, spikes and short holes. Degrees; holes over 0.1 s stay NaN. */
export function cleanGoniometer(raw: Float64Array, sampleRateHz: number): CleanSeries {
  const angleDeg = startNearZero(unwrapDegrees(raw.map((value) => (Number.isFinite(value) ? value : NaN))));
  const measured = new Uint8Array(raw.length).fill(1);
  const removed: Span[] = [];
  const periodS = 1 / sampleRateHz;
  for (let i = 1; i < raw.length; i++) {
    const length = spikeAt(angleDeg, i, periodS);
    if (length === 0) continue;
    angleDeg.fill(NaN, i, i + length);
  }
  dropEdge(angleDeg, periodS);
  dropEdge(angleDeg.reverse(), periodS);
  angleDeg.reverse();
  dropFilled(raw, angleDeg, periodS);
  for (let i = 0; i < raw.length; i++) {
    if (Number.isFinite(angleDeg[i]!)) continue;
    let end = i;
    while (end < raw.length && !Number.isFinite(angleDeg[end]!)) measured[end++] = 0;
    if (i > 0 && end < raw.length && (end - i) * periodS <= bridgeS + 1e-9)
      for (let k = i; k < end; k++)
        angleDeg[k] = angleDeg[i - 1]! + ((angleDeg[end]! - angleDeg[i - 1]!) * (k - i + 1)) / (end - i + 1);
    removed.push({ startS: i * periodS, endS: end * periodS });
    i = end;
  }
  return { angleDeg, measured, removed };
}

/** Length of the spike that begins at i: values far off the straight line between their neighbours on both sides. */
function spikeAt(angle: Float64Array, i: number, periodS: number): number {
  const before = angle[i - 1]!;
  if (!Number.isFinite(before)) return 0;
  for (let length = 1; length <= longestSpike; length++) {
    const after = angle[i + length];
    if (after === undefined || !Number.isFinite(after)) return 0;
    const limit = noiseDeg + (fastestDegPerS2 / 2) * (length * periodS) ** 2;
    let off = true;
    for (let k = 0; k < length && off; k++) {
      const line = before + ((after - before) * (k + 1)) / (length + 1);
      off = Math.abs(angle[i + k]! - line) > limit;
    }
    if (off && Math.abs(after - before) < limit + Math.abs(angle[i]! - before) / 4) return length;
  }
  return 0;
}

/** Takes out runs of exactly 0, with which devices fill what is lost: nothing that moves stops or starts within one sample, far from where it was. */
function dropFilled(raw: Float64Array, angle: Float64Array, periodS: number): void {
  const limit = noiseDeg + (fastestDegPerS2 / 2) * periodS ** 2;
  for (let i = 0; i < raw.length; i++) {
    if (raw[i] !== 0) continue;
    const first = i;
    while (i < raw.length && raw[i] === 0) i++;
    const jump = (a: number, b: number) => Math.abs(angle[a]! - angle[b]!) > limit;
    if ((i - first) * periodS >= filledS && (jump(first - 1, first) || jump(i - 1, i)))
      angle.fill(NaN, first, i);
  }
}

/** Takes out up to five samples at the beginning, where they are further from the straight line through the two behind them than any movement could be. */
function dropEdge(angle: Float64Array, periodS: number): void {
  const limit = 3 * noiseDeg + fastestDegPerS2 * periodS ** 2;
  for (let i = Math.min(longestSpike, angle.length - 2) - 1; i >= 0; i--)
    if (Math.abs(angle[i]! - 2 * angle[i + 1]! + angle[i + 2]!) > limit) {
      angle.fill(NaN, 0, i + 1);
      return;
    }
}

/** Whole turns off, so that most of the series lies between -180° and 180°. */
function startNearZero(angle: Float64Array): Float64Array {
  const sorted = angle.filter((value) => Number.isFinite(value)).sort();
  const middle = sorted[sorted.length >> 1] ?? 0;
  const turns = 360 * Math.round(middle / 360);
  return angle.map((value) => value - turns);
}

/** Whether a series jumps about more than any movement could: half of its second differences are beyond the fastest acceleration. */
export function isNoise(angleDeg: Float64Array, sampleRateHz: number): boolean {
  const bends = angleDeg
    .subarray(2)
    .map((value, i) => Math.abs(value - 2 * angleDeg[i + 1]! + angleDeg[i]!))
    .filter((value) => Number.isFinite(value))
    .sort();
  const usual = bends[bends.length >> 1] ?? 0;
  return usual > noiseDeg + fastestDegPerS2 / sampleRateHz ** 2;
}
