import { decodeCbor } from './cbor-decode.js';
import { encodeCbor } from './cbor-encode.js';
import type { Column, ReadingBatch } from './reading.js';

/** Decodes what lies in the readings topic. @throws MalformedError */
export const decodeReadingBatch = (bytes: Uint8Array): ReadingBatch => decodeCbor(bytes) as ReadingBatch;

/** The log's form of a batch: arrays of numbers become float64 columns. */
export function encodeReadingBatch(batch: ReadingBatch): Uint8Array {
  const channels = Object.fromEntries(
    Object.entries(batch.channels).map(([name, column]) => [name, typed(column)]),
  );
  const extra = {
    ...(batch.offsetsMs ? { offsetsMs: typed(batch.offsetsMs) } : {}),
    ...(batch.packets ? { packets: typed(batch.packets) } : {}),
  };
  return encodeCbor({ ...batch, ...extra, channels });
}

const typed = (column: Column) => (Array.isArray(column) ? new Float64Array(column as number[]) : column);
