import { crc32c } from '@node-rs/crc32';

/**
 * A frame holds the records of one lane that were committed together. All numbers are little-endian.
 *
 * | bytes | what |
 * | --- | --- |
 * | 0-3 | magic, which tells the form of the records |
 * | 4-7 | CRC-32C (Castagnoli, RFC 3720 appendix B.4) of everything from byte 8 on, begun from the magic: a form is never taken for another |
 * | 8-11 | length of the body |
 * | 12-15 | number of records |
 * | 16-23 | offset of the first record (float64: exact up to 2^53) |
 * | 24-31 | receive time, epoch ms (float64) |
 * | 32- | records: see `records.ts`, and `old-records.ts` for the form that is only read |
 */
export const frameHeaderBytes = 32;
const magic = 0x32474f4c; // "LOG2"
const oldMagic = 0x66584f43; // "COXf"
/** A frame is closed when it has grown to this, so that reading a little never means reading a lot. */
export const fullFrameBytes = 1024 * 1024;
/** No record may be larger. */
export const maxRecordBytes = 8 * 1024 * 1024;
/** No frame is longer: a length beyond this is damage, not data. */
export const maxFrameBytes = fullFrameBytes + maxRecordBytes;

export interface FrameHeader {
  /** Of the whole frame. */
  readonly bytes: number;
  readonly count: number;
  readonly firstOffset: number;
  readonly appendedAt: number;
  /** Its records are in the form that is only read. */
  readonly old: boolean;
}

/** Completes the frame that begins at `at`, whose records lie in `target` up to `end`. */
export function closeFrame(
  target: Buffer,
  at: number,
  end: number,
  { count, firstOffset, appendedAt }: Pick<FrameHeader, 'count' | 'firstOffset' | 'appendedAt'>,
): void {
  target.writeUInt32LE(magic, at);
  target.writeUInt32LE(end - at - frameHeaderBytes, at + 8);
  target.writeUInt32LE(count, at + 12);
  target.writeDoubleLE(firstOffset, at + 16);
  target.writeDoubleLE(appendedAt, at + 24);
  target.writeUInt32LE(crc32c(target.subarray(at + 8, end), magic), at + 4);
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
  const found = frames.readUInt32LE(at);
  if (found !== magic && found !== oldMagic) return 'none';
  const bytes = frameHeaderBytes + frames.readUInt32LE(at + 8);
  if (bytes > maxFrameBytes) return 'none';
  if (frames.length - at < bytes) return { short: bytes };
  const sum = crc32c(frames.subarray(at + 8, at + bytes), found === oldMagic ? 0 : magic);
  return sum === frames.readUInt32LE(at + 4) ? frameAt(frames, at) : 'none';
}

/** Where the last frame ends that is all there, by what the frames say of their lengths. */
export function endOfWhole(frames: Buffer): number {
  for (let at = 0; ;) {
    if (frames.length - at < frameHeaderBytes) return at;
    const end = at + frameHeaderBytes + frames.readUInt32LE(at + 8);
    if (end > frames.length) return at;
    at = end;
  }
}

/** The frame that begins at `at`, which is known to be whole. */
export const frameAt = (frames: Buffer, at: number): FrameHeader => ({
  bytes: frameHeaderBytes + frames.readUInt32LE(at + 8),
  count: frames.readUInt32LE(at + 12),
  firstOffset: frames.readDoubleLE(at + 16),
  appendedAt: frames.readDoubleLE(at + 24),
  old: frames.readUInt32LE(at) === oldMagic,
});
