import { type FrameHeader, frameHeaderBytes } from './frame.js';
import { ReadMessage } from './read-message.js';
import type { WantedRecords } from './wanted.js';

/** The first form of records: lengths of key, headers and value (3 × uint32), then their bytes; headers are JSON. Only read. */
const recordHeaderBytes = 12;

const noValue = Buffer.alloc(0);

/** Adds the records of a checked frame, from `from` on and `limit` in all, to `into`. */
export function readOldRecords(
  frames: Buffer,
  at: number,
  { count, firstOffset, appendedAt }: FrameHeader,
  lane: { readonly topic: string; readonly partition: number },
  { from, limit, headersOnly, into }: WantedRecords,
): void {
  let place = at + frameHeaderBytes;
  for (let i = 0; i < count && into.length < limit; i++) {
    const keyEnd = place + recordHeaderBytes + frames.readUInt32LE(place);
    const headersEnd = keyEnd + frames.readUInt32LE(place + 4);
    const end = headersEnd + frames.readUInt32LE(place + 8);
    const offset = firstOffset + i;
    if (offset >= from) {
      const key = frames.toString('utf8', place + recordHeaderBytes, keyEnd);
      const headers = JSON.parse(frames.toString('utf8', keyEnd, headersEnd)) as Record<string, string>;
      const value = headersOnly ? noValue : frames.subarray(headersEnd, end);
      into.push(new ReadMessage(lane.topic, lane.partition, offset, key, value, headers, appendedAt));
    }
    place = end;
  }
}

/** Where the values of a frame's records lie. */
export function oldValueSpans(
  frames: Buffer,
  at: number,
  count: number,
): { readonly start: number; readonly end: number }[] {
  let place = at + frameHeaderBytes;
  return Array.from({ length: count }, () => {
    const start = place + recordHeaderBytes + frames.readUInt32LE(place) + frames.readUInt32LE(place + 4);
    place = start + frames.readUInt32LE(place + 8);
    return { start, end: place };
  });
}
