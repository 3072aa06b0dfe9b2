import { formatLike, parseInstant, type ReadingBatch } from '@coxa/contracts';
import type { SoundRows } from '@coxa/motion';

/** Samples a batch: far under the limit of a batch, and large enough that a recording is few. */
const rowsPerBatch = 5_000;

export interface BatchFrame {
  /** Everything that is the same in all batches of the recording. */
  readonly common: Omit<ReadingBatch, 'sequence' | 'startedAt' | 'channels' | 'offsetsMs' | 'marks' | 'last'>;
  /** Epoch ms of the first row. */
  readonly startedAt: number;
  /** The start as somebody told it, if they did. */
  readonly told: string | undefined;
  /** ms from the first row. */
  readonly neutral: readonly { readonly fromMs: number; readonly toMs: number }[];
}

/** How many batches a recording comes to. */
export const batchCount = ({ timeS }: SoundRows): number => Math.ceil(timeS.length / rowsPerBatch);

/** Epoch ms of the first row, as one of the recording's batches has it. */
export const startBy = ({ timeS }: SoundRows, batch: Pick<ReadingBatch, 'sequence' | 'startedAt'>): number =>
  parseInstant(batch.startedAt)! - beginOf(timeS, batch.sequence);

/** ms from the first row to that of a batch. Whole ms go into `startedAt`, the rest into the offsets: nothing is rounded away. */
const beginOf = (timeS: SoundRows['timeS'], sequence: number): number =>
  Math.floor(timeS[sequence * rowsPerBatch]! * 1000);

/** A recording as batches, as if the device had sent it live: numbered, timed row by row, the last one marked. */
export function recordingBatches(rows: SoundRows, frame: BatchFrame): ReadingBatch[] {
  const { timeS, channels } = rows;
  const { common, startedAt, told, neutral } = frame;
  const count = batchCount(rows);
  return Array.from({ length: count }, (_, sequence): ReadingBatch => {
    const from = sequence * rowsPerBatch;
    const to = Math.min(timeS.length, from + rowsPerBatch);
    const begin = beginOf(timeS, sequence);
    return {
      ...common,
      sequence,
      startedAt: formatLike(startedAt + begin, told),
      offsetsMs: Float64Array.from(timeS.subarray(from, to), (t) => t * 1000 - begin),
      channels: Object.fromEntries(
        Object.entries(channels).map(([name, column]) => [name, column.slice(from, to)]),
      ),
      // Marks count from their batch's beginning; all of them go with the first.
      ...(sequence === 0 && neutral.length > 0
        ? { marks: neutral.map((pose) => ({ kind: 'neutral' as const, ...pose })) }
        : {}),
      ...(sequence === count - 1 ? { last: true } : {}),
    };
  });
}
