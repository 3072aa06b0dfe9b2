import type { LogRecord } from '@coxa/eventing';
import { closeFrame, frameHeaderBytes, fullFrameBytes, maxFrameBytes } from './frame.js';
import { blockBytes } from './past-cache.js';
import { RecordWriter } from './records.js';

let shared = Buffer.allocUnsafeSlow(256 * 1024);
const writer = new RecordWriter();
const nothing = Buffer.alloc(0);

/** From so much on, frames are lengthened to the end of a block: what follows need not wait until they are written. Two KiB of zeros are little beside it. */
const padFrom = 32 * 1024;

/** What records of so many bytes (see `mostRecordBytes`) come to in frames, at most. */
export const mostFramesBytes = (recordBytes: number): number =>
  recordBytes + frameHeaderBytes * (1 + Math.ceil(recordBytes / fullFrameBytes)) + blockBytes;

/**
 * Records in frames, at most `most` bytes, of which none is much larger than a full one. `onFrame` is told where each begins.
 * The bytes are to be written before this is called again: all frames are put together in the same place.
 */
export function framesOf(
  records: readonly LogRecord[],
  {
    most,
    firstOffset,
    appendedAt,
    position,
    headersOnly = false,
  }: {
    readonly most: number;
    readonly firstOffset: number;
    readonly appendedAt: number;
    /** Where in the file they begin, when they may end at the end of a block. */
    readonly position?: number | undefined;
    /** For those who want nothing else. */
    readonly headersOnly?: boolean;
  },
  onFrame?: (firstOffset: number, position: number) => void,
): Buffer {
  if (shared.length < most) shared = Buffer.allocUnsafeSlow(most);
  let frame = 0;
  let end = 0;
  let begun = 0;
  for (let i = 0; i < records.length; i++) {
    if (i === begun) {
      writer.begin();
      onFrame?.(firstOffset + begun, frame);
      end = frame + frameHeaderBytes;
    }
    end = writer.write(shared, end, records[i]!, headersOnly ? nothing : records[i]!.value);
    if (i + 1 < records.length && end - frame < fullFrameBytes) continue;
    if (i + 1 === records.length && position !== undefined && end >= padFrom) {
      const rest = -(position + end) & (blockBytes - 1);
      if (end + rest - frame <= maxFrameBytes) {
        shared.fill(0, end, end + rest);
        end += rest;
      }
    }
    const count = i + 1 - begun;
    closeFrame(shared, frame, end, { count, firstOffset: firstOffset + begun, appendedAt });
    begun = i + 1;
    frame = end;
  }
  return shared.subarray(0, end);
}
