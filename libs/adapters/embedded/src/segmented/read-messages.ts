import { closeSync, openSync, read } from 'node:fs';
import { promisify } from 'node:util';
import type { LogMessage } from '@coxa/eventing';
import { EngineError } from '@coxa/eventing/errors';
import { readFrameRecords } from './frame-records.js';
import { type FrameHeader, readFrameHeader } from './frame.js';
import { aheadBytes, type ReadOn, type Stop } from './read-on.js';

const readAt = promisify(read);
const leastBytes = 64 * 1024;
const mostBytes = 4 * 1024 * 1024;
const nothing = Buffer.alloc(0);

/** What is wanted of one segment. */
export interface Wanted {
  readonly path: string;
  readonly lane: { readonly topic: string; readonly partition: number };
  /** A frame begins here. */
  readonly position: number;
  /** Bytes that may be read; behind them nothing is durable. */
  readonly end: number;
  readonly from: number;
  readonly limit: number;
  /** About how large the answer will be. */
  readonly expectedBytes: number;
  /** For readers who come back for more. */
  readonly readOn?: ReadOn;
}

export const damaged = (path: string, position: number): EngineError =>
  new EngineError(
    'corrupt',
    `${path}: what lies at byte ${position} is damaged; it is not served. Restore the file from a backup`,
  );

/** Adds messages of one segment to `into`, each frame checked. @throws EngineError `corrupt` with the place */
export async function readMessages(wanted: Wanted, into: LogMessage[]): Promise<void> {
  const { path, lane, end, from, limit, readOn } = wanted;
  if (wanted.position >= end) return;
  const before = readOn?.from(path, from);
  let { position } = before ?? wanted;
  const part = new Part(wanted, before);
  try {
    while (position < end && into.length < limit) {
      const frame = part.frame(position) ?? (await part.load(position));
      const next = frame.firstOffset + frame.count;
      if (next > from) readFrameRecords(part.chunk, position - part.at, frame, lane, { from, limit, into });
      // Stopped within the frame: whoever goes on begins with it again.
      if (into.length >= limit && into.at(-1)!.offset + 1 < next) break;
      position += frame.bytes;
    }
  } finally {
    part.close();
  }
  // Of large records a portion is more than is read ahead: nothing would be saved, and much kept.
  if (into.length >= limit && position < end && part.chunk.length <= aheadBytes)
    readOn?.stopped({ path, nextOffset: into.at(-1)!.offset + 1, position, chunk: part.chunk, at: part.at });
}

/** What is in memory of a segment, and its file, opened when more is read. */
class Part {
  chunk: Buffer;
  /** Where in the file it begins. */
  at: number;
  private readonly path: string;
  private readonly end: number;
  private need: number;
  private readonly more: number;
  private fd: number | undefined;
  private short = 0;

  constructor({ path, position, end, expectedBytes }: Wanted, before: Stop | undefined) {
    this.path = path;
    this.end = end;
    this.chunk = before?.chunk ?? nothing;
    this.at = before?.at ?? position;
    this.more = before ? aheadBytes : leastBytes;
    this.need = Math.max(expectedBytes, this.more);
  }

  /** The frame that begins there; undefined when it is not, or not all, in memory. @throws EngineError `corrupt` */
  frame(position: number): FrameHeader | undefined {
    const frame = readFrameHeader(this.chunk, position - this.at);
    if (frame === 'none') throw damaged(this.path, position);
    if (!('short' in frame)) return frame;
    this.short = frame.short;
    if (position + frame.short > this.end) throw damaged(this.path, position);
    return undefined;
  }

  /** Reads from there on until the frame that begins there is in memory. @throws EngineError `corrupt` */
  async load(position: number): Promise<FrameHeader> {
    for (;;) {
      const most = Math.max(mostBytes, this.short);
      const size = Math.min(Math.max(this.need, this.short), most, this.end - position);
      this.need = this.more;
      // Opening and closing touch no data of the file: done here they cost a tenth of what the way to another thread and back does.
      this.fd ??= openSync(this.path, 'r');
      const chunk = Buffer.allocUnsafeSlow(size);
      const { bytesRead } = await readAt(this.fd, chunk, 0, size, position);
      if (bytesRead < size) throw damaged(this.path, position + bytesRead);
      this.chunk = chunk;
      this.at = position;
      const frame = this.frame(position);
      if (frame) return frame;
    }
  }

  close(): void {
    if (this.fd !== undefined) closeSync(this.fd);
  }
}
