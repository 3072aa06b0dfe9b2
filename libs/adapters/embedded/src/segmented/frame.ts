import { type LogMessage, type LogRecord } from '@coxa/eventing';
import { crc32c } from '@node-rs/crc32';

/**
 * A frame holds the records of one lane that were committed together. All numbers are little-endian.
 *
 * | bytes | what |
 * | --- | --- |
 * | 0-3 | magic |
 * | 4-7 | CRC-32C (Castagnoli, RFC 3720 appendix B.4) of everything from byte 8 on |
 * | 8-11 | length of the body |
 * | 12-15 | number of records |
 * | 16-23 | offset of the first record (float64: exact up to 2^53) |
 * | 24-31 | receive time, epoch ms (float64) |
 * | 32- | records: lengths of key, headers and value (3 × uint32), then their bytes; headers are JSON |
 */
export const frameHeaderBytes = 32;
export const recordHeaderBytes = 12;
const magic = 0x66584f43; // "COXf"
/** A frame is closed when it has grown to this, so that reading a little never means reading a lot. */
export const fullFrameBytes = 1024 * 1024;
/** No record may be larger. */
export const maxRecordBytes = 8 * 1024 * 1024;
/** No frame is longer: a length beyond this is damage, not data. */
const maxFrameBytes = fullFrameBytes + maxRecordBytes;

export interface FrameHeader {
  /** Of the whole frame. */
  readonly bytes: number;
  readonly count: number;
  readonly firstOffset: number;
  readonly appendedAt: number;
}

/** A record made ready for a frame: its strings as bytes. */
export interface EncodedRecord {
  readonly key: Buffer;
  readonly headers: Buffer;
  readonly value: Uint8Array;
}

export const encodeRecord = ({ key, headers, value }: LogRecord): EncodedRecord => ({
  key: Buffer.from(key, 'utf8'),
  headers: Buffer.from(JSON.stringify(headers), 'utf8'),
  value,
});

export const recordBytes = ({ key, headers, value }: EncodedRecord): number =>
  recordHeaderBytes + key.length + headers.length + value.length;

/** Writes a frame into `target` from `at` on, where there must be room for it; answers where it ends. */
export function writeFrame(
  target: Buffer,
  at: number,
  records: readonly EncodedRecord[],
  firstOffset: number,
  appendedAt: number,
): number {
  let end = at + frameHeaderBytes;
  for (const { key, headers, value } of records) {
    target.writeUInt32LE(key.length, end);
    target.writeUInt32LE(headers.length, end + 4);
    target.writeUInt32LE(value.length, end + 8);
    end += recordHeaderBytes;
    for (const bytes of [key, headers, value]) {
      target.set(bytes, end);
      end += bytes.length;
    }
  }
  target.writeUInt32LE(magic, at);
  target.writeUInt32LE(end - at - frameHeaderBytes, at + 8);
  target.writeUInt32LE(records.length, at + 12);
  target.writeDoubleLE(firstOffset, at + 16);
  target.writeDoubleLE(appendedAt, at + 24);
  target.writeUInt32LE(crc32c(target.subarray(at + 8, end)), at + 4);
  return end;
}

/**
 * The frame that begins at `at`. `short`: it goes on beyond the bytes at hand, of which `bytes` in all are needed;
 * `none`: what lies there is no whole, undamaged frame.
 */
export function readFrameHeader(
  frames: Buffer,
  at: number,
): FrameHeader | { readonly short: number } | 'none' {
  if (frames.length - at < frameHeaderBytes) return { short: frameHeaderBytes };
  if (frames.readUInt32LE(at) !== magic) return 'none';
  const bytes = frameHeaderBytes + frames.readUInt32LE(at + 8);
  if (bytes > maxFrameBytes) return 'none';
  if (frames.length - at < bytes) return { short: bytes };
  if (crc32c(frames.subarray(at + 8, at + bytes)) !== frames.readUInt32LE(at + 4)) return 'none';
  return {
    bytes,
    count: frames.readUInt32LE(at + 12),
    firstOffset: frames.readDoubleLE(at + 16),
    appendedAt: frames.readDoubleLE(at + 24),
  };
}

/** Adds the records of a checked frame, from `from` on and `limit` in all, to `into`. */
export function readRecords(
  frames: Buffer,
  at: number,
  { count, firstOffset, appendedAt }: FrameHeader,
  lane: { readonly topic: string; readonly partition: number },
  { from, limit, into }: { readonly from: number; readonly limit: number; readonly into: LogMessage[] },
): void {
  let place = at + frameHeaderBytes;
  for (let i = 0; i < count && into.length < limit; i++) {
    const keyEnd = place + recordHeaderBytes + frames.readUInt32LE(place);
    const headersEnd = keyEnd + frames.readUInt32LE(place + 4);
    const end = headersEnd + frames.readUInt32LE(place + 8);
    const offset = firstOffset + i;
    if (offset >= from)
      into.push({
        topic: lane.topic,
        partition: lane.partition,
        offset,
        key: frames.toString('utf8', place + recordHeaderBytes, keyEnd),
        value: frames.subarray(headersEnd, end),
        headers: JSON.parse(frames.toString('utf8', keyEnd, headersEnd)) as Record<string, string>,
        appendedAt,
      });
    place = end;
  }
}
