import type { LogRecord } from '@coxa/eventing';
import { closeFrame, frameHeaderBytes, fullFrameBytes } from './frame.js';
import { RecordWriter } from './records.js';

let shared = Buffer.allocUnsafeSlow(256 * 1024);
const writer = new RecordWriter();

/** What records of so many bytes (see `mostRecordBytes`) come to in frames, at most. */
export const mostFramesBytes = (recordBytes: number): number =>
  recordBytes + frameHeaderBytes * (1 + Math.ceil(recordBytes / fullFrameBytes));

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
  }: { readonly most: number; readonly firstOffset: number; readonly appendedAt: number },
  onFrame: (firstOffset: number, position: number) => void,
): Buffer {
  if (shared.length < most) shared = Buffer.allocUnsafeSlow(most);
  let frame = 0;
  let end = 0;
  let begun = 0;
  for (let i = 0; i < records.length; i++) {
    if (i === begun) {
      writer.begin();
      onFrame(firstOffset + begun, frame);
      end = frame + frameHeaderBytes;
    }
    end = writer.write(shared, end, records[i]!);
    if (i + 1 < records.length && end - frame < fullFrameBytes) continue;
    const count = i + 1 - begun;
    closeFrame(shared, frame, end, { count, firstOffset: firstOffset + begun, appendedAt });
    begun = i + 1;
    frame = end;
  }
  return shared.subarray(0, end);
}
