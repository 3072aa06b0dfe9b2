import { type FileHandle, open } from 'node:fs/promises';
import { frameValueSpans } from '../frame-records.js';
import { type FrameHeader, readFrameHeader } from '../frame.js';
import { damaged } from '../read-messages.js';
import { type SegmentEnd, SparseIndex } from '../sparse-index.js';
import { blockOf } from './block-file.js';
import { packBlock, unpackBlock, type ValueSpan } from './block.js';
import { indexPacked } from './read-packed.js';
import { Slices } from './slices.js';
import { Steps } from './whole-numbers.js';

/** Frames are gathered until they come to this: less packs worse, more takes longer to look into. */
const gatheredBytes = 256 * 1024;
const leastReadBytes = 512 * 1024;

/** A finished segment, and where it ends. */
export interface ToPack {
  readonly path: string;
  readonly base: number;
  readonly end: SegmentEnd;
}

/** What is known of a segment that was packed. */
export interface PackedSegment {
  readonly index: SparseIndex;
  readonly end: SegmentEnd;
}

interface Frames {
  readonly raw: Buffer;
  readonly headers: readonly FrameHeader[];
}

/**
 * Writes the frames of a finished segment, packed, into another file, durable when this resolves. `rest` is awaited every few milliseconds, so that
 * the work stays in the background. Each block is unpacked again and compared before it is believed: what does not come back bit for bit
 * is kept as it was.
 * @throws EngineError `corrupt` when the segment is damaged
 */
export async function packSegment(
  { path, base, end }: ToPack,
  target: string,
  rest: (tookMs: number) => Promise<void>,
): Promise<PackedSegment> {
  const index = new SparseIndex();
  const steps = new Steps();
  const slices = new Slices(rest);
  const room: Room = { buffer: Buffer.allocUnsafeSlow(leastReadBytes) };
  const source = await open(path, 'r');
  let into: FileHandle | undefined;
  let bytes = 0;
  let expected = base;
  try {
    into = await open(target, 'w', 0o600);
    for (let position = 0; position < end.bytes;) {
      const frames = await framesFrom({ source, path, room }, position, end.bytes);
      const block = await packed(frames, steps, slices);
      for (const { firstOffset, count } of frames.headers) {
        if (firstOffset !== expected) throw damaged(path, position);
        expected += count;
      }
      index.add(frames.headers[0]!.firstOffset, bytes);
      await writeWhole(into, block, bytes);
      bytes += block.length;
      position += frames.raw.length;
      await slices.pause();
    }
    if (expected !== end.nextOffset) throw damaged(path, end.bytes);
    await into.datasync();
  } finally {
    await source.close();
    await into?.close();
  }
  await readsBack(target, base, { bytes, nextOffset: expected });
  return { index, end: { ...end, bytes } };
}

/** All of it: on a disk that fills up a write takes what finds room, and says so by its number alone. @throws what the file system said */
async function writeWhole(into: FileHandle, block: Buffer, position: number): Promise<void> {
  for (let done = 0; done < block.length;)
    done += (await into.write(block, done, block.length - done, position + done)).bytesWritten;
}

/** The old form goes once the new one has been read, each block by its checksum, from the file and not from memory. @throws Error */
async function readsBack(
  target: string,
  base: number,
  meant: Pick<SegmentEnd, 'bytes' | 'nextOffset'>,
): Promise<void> {
  const { end } = await indexPacked(target, base);
  if (end.bytes !== meant.bytes || end.nextOffset !== meant.nextOffset) throw damaged(target, end.bytes);
}

/** What is read goes into the same buffer again: one of its own for each block is tens of megabytes before they are collected. */
interface Room {
  buffer: Buffer;
}

interface Source {
  readonly source: FileHandle;
  readonly path: string;
  readonly room: Room;
}

/** Whole frames from `position` on, about as many bytes as a block gathers. They are overwritten by the next. */
async function framesFrom({ source, path, room }: Source, position: number, end: number): Promise<Frames> {
  let need = Math.min(leastReadBytes, end - position);
  for (;;) {
    if (room.buffer.length < need) room.buffer = Buffer.allocUnsafeSlow(need);
    const chunk = room.buffer.subarray(0, need);
    const { bytesRead } = await source.read(chunk, 0, need, position);
    if (bytesRead < need) throw damaged(path, position + bytesRead);
    const headers: FrameHeader[] = [];
    let at = 0;
    while (at < need && at < gatheredBytes) {
      const frame = readFrameHeader(chunk, at);
      if (frame === 'none') throw damaged(path, position + at);
      if ('short' in frame) {
        need = Math.max(frame.short, need);
        break;
      }
      headers.push(frame);
      at += frame.bytes;
    }
    if (at > 0) return { raw: chunk.subarray(0, at), headers };
    if (position + need > end) throw damaged(path, position);
  }
}

async function packed({ raw, headers }: Frames, steps: Steps, slices: Slices): Promise<Buffer> {
  const [first, last] = [headers[0]!, headers.at(-1)!];
  const header = {
    rawBytes: raw.length,
    firstOffset: first.firstOffset,
    newestAt: last.appendedAt,
    count: last.firstOffset + last.count - first.firstOffset,
  };
  const body = await packBlock(raw, valuesIn(raw, headers), steps, slices);
  const same = body.length < raw.length && (await comesBack(body, raw, slices));
  return same ? blockOf({ ...header, packed: true }, body) : blockOf({ ...header, packed: false }, raw);
}

const comesBack = (body: Buffer, raw: Buffer, slices: Slices): Promise<boolean> =>
  unpackBlock(body, raw.length, slices).then(
    (again) => Buffer.compare(again, raw) === 0,
    () => false,
  );

/** Where the values of the records lie. */
function valuesIn(raw: Buffer, headers: readonly FrameHeader[]): ValueSpan[] {
  let at = 0;
  return headers.flatMap((frame) => {
    const spans = frameValueSpans(raw, at, frame);
    at += frame.bytes;
    return spans;
  });
}
