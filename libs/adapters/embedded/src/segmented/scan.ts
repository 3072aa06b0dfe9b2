import { readSync } from 'node:fs';
import { type FrameHeader, readFrameHeader } from './frame.js';

const chunkBytes = 1024 * 1024;

/**
 * Walks the whole, undamaged frames of a file from its beginning; `nextOffset` is what the first must begin with.
 * Answers where the first thing lies that is not one, and whether nothing but zeros is there (room that was never written).
 */
export function scanFrames(
  fd: number,
  fileBytes: number,
  nextOffset: number,
  onFrame: (frame: FrameHeader, position: number) => void,
): { readonly end: number; readonly clean: boolean } {
  let position = 0;
  let expected = nextOffset;
  let chunk = readAt(fd, 0, Math.min(chunkBytes, fileBytes));
  let start = 0;
  for (;;) {
    const frame = readFrameHeader(chunk, position - start);
    if (frame !== 'none' && 'short' in frame) {
      if (position + frame.short > fileBytes) break;
      start = position;
      chunk = readAt(fd, position, Math.min(Math.max(frame.short, chunkBytes), fileBytes - position));
      continue;
    }
    if (frame === 'none' || frame.firstOffset !== expected) break;
    onFrame(frame, position);
    expected += frame.count;
    position += frame.bytes;
  }
  return { end: position, clean: onlyZeros(fd, position, fileBytes) };
}

function onlyZeros(fd: number, from: number, to: number): boolean {
  const zeros = Buffer.alloc(Math.min(chunkBytes, to - from));
  for (let position = from; position < to; position += chunkBytes) {
    const chunk = readAt(fd, position, Math.min(chunkBytes, to - position));
    if (!chunk.equals(zeros.subarray(0, chunk.length))) return false;
  }
  return true;
}

function readAt(fd: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const read = readSync(fd, bytes, done, length - done, position + done);
    if (read === 0) break;
    done += read;
  }
  return bytes.subarray(0, done);
}
