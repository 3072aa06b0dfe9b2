import type { SessionBatch } from './session.js';
import { toSi } from './units.js';

/** Longest gap that is not integrated over, s. */
export const longestGapS = 0.5;

/** All samples of a session on one time axis (s from the first), channels in SI. */
export interface Timeline {
  readonly time: Float64Array;
  readonly channels: Readonly<Record<string, Float64Array>>;
  readonly neutral: readonly { readonly fromS: number; readonly toS: number }[];
  readonly faults: readonly string[];
}

/** Joins the batches, sorted by time; what overlaps or leaves holes is said. */
export function joinBatches(batches: readonly SessionBatch[], names: readonly string[]): Timeline {
  const sorted = [...batches].sort((a, b) => a.startedAtMs - b.startedAtMs);
  const first = sorted[0]?.startedAtMs ?? 0;
  const total = sorted.reduce((sum, batch) => sum + lengthOf(batch), 0);
  const time = new Float64Array(total);
  const channels = Object.fromEntries(names.map((name) => [name, new Float64Array(total)]));
  const faults = new Set<string>();
  let at = 0;
  for (const batch of sorted) {
    const length = lengthOf(batch);
    const start = (batch.startedAtMs - first) / 1000;
    for (let i = 0; i < length; i++)
      time[at + i] = start + (batch.offsetsMs ? batch.offsetsMs[i]! / 1000 : i / batch.sampleRateHz);
    for (const name of names) {
      const fault = copyChannel(batch, name, channels[name]!, at, length);
      if (fault) faults.add(fault);
    }
    at += length;
  }
  for (let i = 1; i < total; i++) {
    if (time[i]! - time[i - 1]! > longestGapS) faults.add('gap');
    if (time[i]! <= time[i - 1]!) faults.add('time-fault');
  }
  const neutral = sorted.flatMap((batch) =>
    (batch.marks ?? []).map(({ fromMs, toMs }) => {
      const start = (batch.startedAtMs - first) / 1000;
      return { fromS: start + fromMs / 1000, toS: start + toMs / 1000 };
    }),
  );
  return { time, channels, neutral, faults: [...faults] };
}

/** Copies one channel in SI; answers what is wrong with it. */
function copyChannel(
  batch: SessionBatch,
  name: string,
  into: Float64Array,
  at: number,
  length: number,
): string | null {
  const factor = toSi(batch.units?.[name], name);
  const column = batch.channels[name];
  if (!column) return 'missing-channel';
  const scale = (batch.scale?.[name] ?? 1) * (factor ?? 1);
  for (let i = 0; i < length; i++) into[at + i] = column[i]! * scale;
  return factor === undefined ? 'unit-fault' : null;
}

const lengthOf = ({ channels }: SessionBatch): number => Object.values(channels)[0]?.length ?? 0;
