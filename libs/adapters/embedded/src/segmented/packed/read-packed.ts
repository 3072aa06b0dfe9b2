import { type FileHandle, open } from 'node:fs/promises';
import type { LogMessage } from '@coxa/eventing';
import { LRUCache } from 'lru-cache';
import { readFrameRecords } from '../frame-records.js';
import { readFrameHeader } from '../frame.js';
import { damaged, type Wanted } from '../read-messages.js';
import type { Portion } from '../wanted.js';
import type { SegmentEnd } from '../sparse-index.js';
import { SparseIndex } from '../sparse-index.js';
import { blockBytes, blockHeaderBytes, checkedHeader, type BlockHeader } from './block-file.js';
import { unpackBlock } from './block.js';

/** Blocks unpacked lately, by file, its last change and place: who reads on, or asks for neighbours, need not have them unpacked again. */
const lately = new LRUCache<string, { readonly raw: Buffer; readonly header: BlockHeader }>({
  maxSize: 4 * 1024 * 1024,
  sizeCalculation: ({ raw }) => raw.length + 1,
});

/** A reader gets no more than this at once, but for one block. */
const enoughBytes = 4 * 1024 * 1024;

/** Adds messages of a packed segment to `into`, each block and each frame checked. @throws EngineError `corrupt` with the place */
export async function readPacked(wanted: Wanted, into: LogMessage[]): Promise<void> {
  const { path, lane, end, from, limit, headersOnly } = wanted;
  if (wanted.position >= end) return;
  const file = await opened(path);
  try {
    let taken = 0;
    for (let position = wanted.position; position < end && into.length < limit && taken < enoughBytes;) {
      const { raw, header } = await blockAt(file, position);
      if (header.firstOffset + header.count > from) {
        takeFrames(raw, into, { path, position, lane, from, limit, headersOnly });
        taken += raw.length;
      }
      position += header.bytes;
    }
  } finally {
    await file.handle.close();
  }
}

function takeFrames(
  raw: Buffer,
  into: LogMessage[],
  { path, position, lane, ...portion }: Pick<Wanted, 'path' | 'position' | 'lane' | keyof Portion>,
): void {
  for (let at = 0; at < raw.length && into.length < portion.limit;) {
    const frame = readFrameHeader(raw, at);
    if (frame === 'none' || 'short' in frame) throw damaged(path, position);
    if (frame.firstOffset + frame.count > portion.from)
      readFrameRecords(raw, at, frame, lane, { ...portion, into });
    at += frame.bytes;
  }
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly path: string;
  readonly bytes: number;
  readonly changedAt: number;
}

async function opened(path: string): Promise<OpenFile> {
  const handle = await open(path, 'r');
  const { size, mtimeMs } = await handle.stat();
  return { handle, path, bytes: size, changedAt: mtimeMs };
}

async function blockAt(file: OpenFile, position: number) {
  const key = `${file.path}/${file.changedAt}/${position}`;
  const before = lately.get(key);
  if (before) return before;
  const { header, body } = await checkedBlock(file, position);
  try {
    const raw = header.packed ? await unpackBlock(body, header.rawBytes) : body;
    const block = { raw, header };
    lately.set(key, block);
    return block;
  } catch {
    throw damaged(file.path, position);
  }
}

/** Makes room to read into. */
type Rooms = (bytes: number) => Buffer;

const ownRoom: Rooms = (bytes) => Buffer.allocUnsafeSlow(bytes);

/** The same room again, for whoever keeps nothing of what was read: one for each block of a segment is tens of megabytes before they are collected. */
function sharedRoom(): Rooms {
  let room = Buffer.allocUnsafeSlow(blockHeaderBytes);
  return (bytes) => {
    if (room.length < bytes) room = Buffer.allocUnsafeSlow(2 * bytes);
    return room.subarray(0, bytes);
  };
}

async function checkedBlock(
  file: OpenFile,
  position: number,
  roomFor = ownRoom,
): Promise<{ readonly header: BlockHeader; readonly body: Buffer }> {
  const bytes = blockBytes(await readAt(file, position, blockHeaderBytes, roomFor));
  const block = bytes === undefined ? undefined : await readAt(file, position, bytes, roomFor);
  const header = block && checkedHeader(block);
  if (!header) throw damaged(file.path, position);
  return { header, body: block.subarray(blockHeaderBytes) };
}

/** As many of the bytes as there are. */
async function readAt(file: OpenFile, position: number, length: number, roomFor: Rooms): Promise<Buffer> {
  const bytes = roomFor(Math.max(0, Math.min(length, file.bytes - position)));
  const { bytesRead } = await file.handle.read(bytes, 0, bytes.length, position);
  return bytes.subarray(0, bytesRead);
}

/** Index and end of a packed segment, from its blocks. @throws EngineError `corrupt` */
export async function indexPacked(
  path: string,
  base: number,
): Promise<{ readonly index: SparseIndex; readonly end: SegmentEnd }> {
  const index = new SparseIndex();
  let end = { bytes: 0, nextOffset: base, newestAt: 0 };
  const file = await opened(path);
  const room = sharedRoom();
  try {
    while (end.bytes < file.bytes) {
      const { header } = await checkedBlock(file, end.bytes, room);
      index.add(header.firstOffset, end.bytes);
      end = {
        bytes: end.bytes + header.bytes,
        nextOffset: header.firstOffset + header.count,
        newestAt: header.newestAt,
      };
    }
    return { index, end };
  } finally {
    await file.handle.close();
  }
}
