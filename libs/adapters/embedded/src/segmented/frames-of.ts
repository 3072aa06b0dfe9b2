import type { LogRecord } from '@coxa/eventing';
import { closeFrame, frameHeaderBytes, fullFrameBytes } from './frame.js';
import { mostRecordBytes, RecordWriter } from './records.js';

let shared = Buffer.allocUnsafeSlow(256 * 1024);
const writer = new RecordWriter();

/** What records come to in frames, at most. */
export function mostFramesBytes(records: readonly LogRecord[]): number {
  let bytes = 0;
  for (const record of records) bytes += mostRecordBytes(record);
  return bytes + frameHeaderBytes * (1 + Math.ceil(bytes / fullFrameBytes));
}

/**
 * Records in frames, of which none is much larger than a full one. `onFrame` is told where each begins.
 * The bytes are to be written before this is called again: all frames are put together in the same place.
 */
export function framesOf(
  records: readonly LogRecord[],
  { firstOffset, appendedAt }: { readonly firstOffset: number; readonly appendedAt: number },
  onFrame: (firstOffset: number, position: number) => void,
): Buffer {
  const most = mostFramesBytes(records);
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
