import { unwrapCounter } from '../recording/row-index.js';
import { epochStart } from './file-start.js';
import type { PacketCount } from './recorded-session.js';

/** A clock of 32 bits in µs, made to run on; s. */
export function microseconds(clock: Float64Array | undefined): Float64Array | undefined {
  const out = clock && unwrapCounter(clock);
  for (let i = 0; i < (out?.length ?? 0); i++) out![i] = out![i]! * 1e-6;
  return out;
}

export interface Timing {
  readonly timeS: Float64Array;
  readonly sampleRateHz: number;
  readonly packets: PacketCount;
  /** RFC 3339, when the clock counts from 1970. */
  readonly startedAt?: string;
}

/** Times and lost packets from the device's counter, its clock (s), or the declared rate; whichever the file has. */
export function timingOf(
  rows: number,
  counter: Float64Array | undefined,
  clockS: Float64Array | undefined,
  declaredHz: number | undefined,
): Timing {
  const count = counter && unwrapCounter(counter);
  const clock = clockS && zeroed(clockS);
  const stepS = clock ? medianStep(clock) : 1 / (declaredHz ?? 100);
  const sampleRateHz = declaredHz ?? (stepS > 0 ? 1 / stepS : 100);
  const index = count ?? (clock ? clock.map((t) => Math.round(t / stepS)) : undefined);
  if (index === undefined)
    return {
      timeS: Float64Array.from({ length: rows }, (_, i) => i / sampleRateHz),
      sampleRateHz,
      packets: { expected: rows, received: rows, lost: 0, gaps: 0 },
    };
  const timeS = clock ?? zeroed(index).map((value) => value / sampleRateHz);
  const startedAt = epochStart(clockS?.find((value) => Number.isFinite(value)));
  return { timeS, sampleRateHz, packets: packetsOf(index), ...(startedAt ? { startedAt } : {}) };
}

function packetsOf(index: Float64Array): PacketCount {
  const sorted = ascending(index) ? index : index.filter((value) => Number.isFinite(value)).sort();
  if (sorted.length === 0) return { expected: 0, received: 0, lost: 0, gaps: 0 };
  let gaps = 0;
  let received = 1;
  for (let i = 1; i < sorted.length; i++) {
    const step = sorted[i]! - sorted[i - 1]!;
    if (step > 0.5) received++;
    if (step > 1.5) gaps++;
  }
  const expected = Math.round(sorted[sorted.length - 1]! - sorted[0]!) + 1;
  return { expected, received, lost: Math.max(0, expected - received), gaps };
}

function ascending(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (!(values[i]! > values[i - 1]!)) return false;
  return Number.isFinite(values[0] ?? NaN);
}

const zeroed = (values: Float64Array): Float64Array => {
  const first = values.find((value) => Number.isFinite(value)) ?? 0;
  const out = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = values[i]! - first;
  return out;
};

/** The first rows are enough to tell the usual step. */
const enough = 1000;

function medianStep(all: Float64Array): number {
  const times = all.subarray(0, enough);
  const steps = new Float64Array(times.length);
  let count = 0;
  for (let i = 1; i < times.length; i++) {
    const step = times[i]! - times[i - 1]!;
    if (step > 0) steps[count++] = step;
  }
  return count === 0 ? 0 : steps.subarray(0, count).sort()[count >> 1]!;
}
