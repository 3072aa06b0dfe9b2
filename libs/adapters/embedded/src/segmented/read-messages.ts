import { closeSync, openSync, read } from 'node:fs';
import { promisify } from 'node:util';
import type { LogMessage } from '@coxa/eventing';
import { EngineError } from '@coxa/eventing/errors';
import { readFrameRecords } from './frame-records.js';
import { endOfWhole, type FrameHeader, fullFrameBytes, readFrameHeader } from './frame.js';
import { type Ahead, aheadBytes, type ReadOn, type Stop } from './read-on.js';
import type { Portion, WantedRecords } from './wanted.js';

const readAt = promisify(read);
const leastBytes = 64 * 1024;
const mostBytes = 4 * 1024 * 1024;
const nothing = Buffer.alloc(0);
/** Of a frame that is full, with records as large as backfill makes them. */
const roomBytes = fullFrameBytes + 128 * 1024;
const mostSpare = 4;

/** What is wanted of one segment. */
export interface Wanted extends Portion {
  readonly path: string;
  readonly lane: { readonly topic: string; readonly partition: number };
  /** A frame begins here. */
  readonly position: number;
  /** Bytes that may be read; behind them nothing is durable. */
  readonly end: number;
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

/** Adds messages of one segment to `into`, about 4 MiB of them, each frame checked. @throws EngineError `corrupt` with the place */
export async function readMessages(wanted: Wanted, into: LogMessage[]): Promise<void> {
  const { path, end, from, limit, headersOnly } = wanted;
  if (wanted.position >= end) return;
  // Little is wanted of what is read: that is taken out of it, and the room is used again.
  const passing = headersOnly === true || limit === 1;
  const readOn = passing ? undefined : wanted.readOn;
  const before = readOn?.from(path, from);
  const part = new Part(wanted, before, passing ? Rooms.take() : undefined);
  let position: number;
  try {
    position = await readFrames(part, { ...wanted, ...before, into });
    if (limit === 1) takeOut(into);
  } finally {
    part.close();
  }
  // Of large records a portion is more than is read ahead: nothing would be saved, and much kept.
  if (into.length > 0 && position < end && part.chunk.length <= aheadBytes)
    readOn?.stopped({ path, nextOffset: into.at(-1)!.offset + 1, position, ...part.left });
}

/** Answers where the frame begins that whoever goes on needs first. */
async function readFrames(part: Part, wanted: Wanted & WantedRecords): Promise<number> {
  const { end, from, limit, headersOnly, into } = wanted;
  let { position } = wanted;
  for (let taken = 0; position < end && into.length < limit && taken < mostBytes;) {
    const frame = part.frame(position) ?? (await part.load(position));
    const next = frame.firstOffset + frame.count;
    if (next > from) {
      readFrameRecords(part.chunk, position - part.at, frame, wanted.lane, wanted);
      if (!headersOnly) taken += frame.bytes;
    }
    // Stopped within the frame.
    if (into.length >= limit && into.at(-1)!.offset + 1 < next) break;
    position += frame.bytes;
  }
  return position;
}

/** Values of their own instead of such that point into what was read. */
function takeOut(into: LogMessage[]): void {
  for (const [i, message] of into.entries()) into[i] = { ...message, value: Buffer.from(message.value) };
}

/** Room to read into for those who keep nothing of it; as much as some need at the same time stays. */
const Rooms = {
  spare: [] as Buffer[],
  take: (): Buffer => Rooms.spare.pop() ?? Buffer.allocUnsafeSlow(roomBytes),
  give: (room: Buffer): void => {
    if (Rooms.spare.length < mostSpare) Rooms.spare.push(room);
  },
};

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
  /** Whether its reader has come back before, and will again. */
  private readonly goesOn: boolean;
  private ahead: Ahead | undefined;

  constructor(
    { path, position, end, expectedBytes, headersOnly }: Wanted,
    before: Stop | undefined,
    /** For chunks that follow one after the other; undefined where messages point into them. */
    private readonly room: Buffer | undefined,
  ) {
    this.path = path;
    this.end = end;
    this.chunk = before?.chunk ?? nothing;
    this.at = before?.at ?? position;
    this.goesOn = before !== undefined;
    this.ahead = before?.ahead;
    this.more = this.goesOn ? aheadBytes : leastBytes;
    this.need = Math.max(expectedBytes, this.more);
    if (headersOnly) this.need = this.more = roomBytes;
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

  /** What whoever goes on finds in memory. */
  get left(): Pick<Stop, 'chunk' | 'at' | 'ahead'> {
    return { chunk: this.chunk, at: this.at, ahead: this.ahead };
  }

  /** Reads from there on until the frame that begins there is in memory. @throws EngineError `corrupt` */
  async load(position: number): Promise<FrameHeader> {
    for (;;) {
      this.chunk = (await this.takeAhead(position)) ?? (await this.readFrom(position));
      this.at = position;
      const frame = this.frame(position);
      if (!frame) continue;
      if (this.goesOn) this.readAhead(position + endOfWhole(this.chunk));
      return frame;
    }
  }

  private async takeAhead(position: number): Promise<Buffer | undefined> {
    const { ahead } = this;
    this.ahead = undefined;
    return ahead?.at === position ? ahead.chunk : undefined;
  }

  private async readFrom(position: number): Promise<Buffer> {
    const most = Math.max(mostBytes, this.short);
    const size = Math.min(Math.max(this.need, this.short), most, this.end - position);
    this.need = this.more;
    // Opening and closing touch no data of the file: done here they cost a tenth of what the way to another thread and back does.
    this.fd ??= openSync(this.path, 'r');
    const chunk = this.roomFor(size);
    const { bytesRead } = await readAt(this.fd, chunk, 0, size, position);
    if (bytesRead < size) throw damaged(this.path, position + bytesRead);
    return chunk;
  }

  private readAhead(at: number): void {
    const size = Math.min(aheadBytes, this.end - at);
    if (size > 0) this.ahead = { at, chunk: chunkOf(this.path, at, size) };
  }

  private roomFor(bytes: number): Buffer {
    if (!this.room || this.room.length < bytes) return Buffer.allocUnsafeSlow(bytes);
    return this.room.subarray(0, bytes);
  }

  close(): void {
    if (this.room) Rooms.give(this.room);
    if (this.fd !== undefined) closeSync(this.fd);
  }
}

/** So many bytes of a file; undefined when that cannot be read: whoever needs it tries again, and is told why. */
async function chunkOf(path: string, position: number, size: number): Promise<Buffer | undefined> {
  try {
    const fd = openSync(path, 'r');
    try {
      const chunk = Buffer.allocUnsafeSlow(size);
      return (await readAt(fd, chunk, 0, size, position)).bytesRead === size ? chunk : undefined;
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
