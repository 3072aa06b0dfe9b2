import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LogMessage, LogRecord, Retention } from '@coxa/eventing';
import { Tail } from '../tail.js';
import { Wakeups } from '../wakeups.js';
import { ActiveSegment } from './active-segment.js';
import { type EncodedRecord, frameHeaderBytes, fullFrameBytes, recordBytes, writeFrame } from './frame.js';
import { HeadFile } from './head-file.js';
import { Preparation } from './preparation.js';
import { damaged, readMessages } from './read-messages.js';
import { baseOf, SealedSegment, segmentPath } from './sealed-segment.js';

/** A reader gets no more than this at once, but for one message that is larger. */
const readBytes = 4 * 1024 * 1024;
const firstSegmentBytes = 256 * 1024;
const recentBytes = 2 * 1024 * 1024;

export interface LaneOptions {
  readonly folder: string;
  readonly topic: string;
  readonly partition: number;
  readonly maxSegmentBytes: number;
}

/** One partition of one topic: a row of segments, of which the newest is written. */
export class Lane {
  readonly wakeups = new Wakeups();
  private readonly tail = new Tail<LogMessage>(
    ({ offset }) => offset,
    ({ value }) => value.length + 200,
    recentBytes,
  );
  private readonly head: HeadFile;
  private sealed: SealedSegment[] = [];
  private active: ActiveSegment;
  private next: Preparation | undefined;
  /** Written, not durable yet. */
  private fresh: LogMessage[] = [];
  private durable: ActiveSegment['filled'];
  private toCut = false;
  /** Bytes that were cut off the end on opening, because they were never wholly written. */
  readonly cut: string | undefined;

  constructor(private readonly options: LaneOptions) {
    const { folder } = options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.head = new HeadFile(join(folder, 'head'));
    rmSync(this.preparedPath, { force: true });
    const bases = readdirSync(folder)
      .map(baseOf)
      .filter((base) => base !== undefined)
      .sort((a, b) => a - b);
    const newest = bases.pop();
    if (newest === undefined) {
      this.active = ActiveSegment.create(folder, 0, Math.min(firstSegmentBytes, options.maxSegmentBytes));
      syncFolder(folder);
    } else {
      this.sealed = bases.map((base) => new SealedSegment(folder, base));
      const { segment, cut } = ActiveSegment.open(folder, newest, this.head.read());
      this.active = segment;
      if (cut) this.cut = `${segment.path} from byte ${segment.filled.bytes} on`;
    }
    this.durable = this.active.filled;
  }

  get topic(): string {
    return this.options.topic;
  }

  get partition(): number {
    return this.options.partition;
  }

  /** Oldest offset still there. */
  get start(): number {
    return (this.sealed[0] ?? this.active).base;
  }

  /** Offset after the newest durable record. */
  get end(): number {
    return this.durable.nextOffset;
  }

  /** Writes records behind the last; answers the offset of the first. To be followed by `sync` and `settle`. */
  stage(records: readonly LogRecord[], encoded: readonly EncodedRecord[], at: number): number {
    if (this.toCut) this.active.cutTo(this.durable);
    this.toCut = false;
    const bytes = framesBytes(encoded);
    const { filled } = this.active;
    if (filled.bytes > 0 && filled.bytes + bytes > this.active.capacity) this.roll();
    const first = this.active.filled.nextOffset;
    // A clock that steps back does not make the log run backwards.
    const appendedAt = Math.max(at, this.active.filled.newestAt);
    this.active.write(this.frames(encoded, bytes, appendedAt), first + records.length, appendedAt);
    const { topic, partition } = this.options;
    records.forEach(({ key, value, headers }, i) =>
      this.fresh.push({ topic, partition, offset: first + i, key, value, headers, appendedAt }),
    );
    return first;
  }

  sync(): Promise<void> {
    return this.active.sync();
  }

  /** What is durable may be read; what failed has never been there. */
  settle(done: boolean): void {
    if (done) {
      this.durable = this.active.filled;
      this.head.write({ base: this.active.base, bytes: this.durable.bytes });
      this.tail.push(this.fresh);
      this.prepareNext();
    } else this.cutBack();
    this.fresh = [];
    this.wakeups.wake();
  }

  /** Up to `limit` messages and about 4 MiB, from `from` or the oldest on. @throws EngineError `corrupt` */
  async read(from: number, limit: number): Promise<LogMessage[]> {
    const first = Math.max(from, this.start);
    const recent = this.tail.read(first, limit, readBytes);
    if (recent) return recent;
    try {
      return await this.readFiles(first, limit);
    } catch (error) {
      // Retention has just taken the segment away.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' && first < this.start)
        return this.read(from, limit);
      throw error;
    }
  }

  private async readFiles(first: number, limit: number): Promise<LogMessage[]> {
    const messages: LogMessage[] = [];
    for (const [i, segment] of this.sealed.entries()) {
      const next = this.sealed[i + 1]?.base ?? this.active.base;
      if (first >= next) continue;
      const { end } = segment;
      if (end.nextOffset < next) throw damaged(segment.path, end.bytes);
      await this.readSegment(segment, end, { first, limit }, messages);
      if (messages.length > 0) return messages;
    }
    if (first < this.durable.nextOffset)
      await this.readSegment(this.active, this.durable, { first, limit }, messages);
    return messages;
  }

  /** Deletes finished segments that are too old or too much, but none that holds something from `needed` on. */
  retain({ maxAgeMs = Infinity, maxBytes = Infinity }: Retention, now: number, needed: number): void {
    let bytes = this.sealed.reduce((sum, { end }) => sum + end.bytes, this.durable.bytes);
    let dropped = 0;
    for (const segment of this.sealed) {
      const { end } = segment;
      if (end.nextOffset > needed || (bytes <= maxBytes && end.newestAt >= now - maxAgeMs)) break;
      segment.delete();
      bytes -= end.bytes;
      dropped++;
    }
    this.sealed = this.sealed.slice(dropped);
  }

  async close(): Promise<void> {
    await this.next?.abandon();
    this.active.close();
    this.head.close();
  }

  /** Takes back what was refused. Where even that fails, nothing is written before it has succeeded. */
  private cutBack(): void {
    this.toCut = true;
    try {
      this.active.cutTo(this.durable);
      this.toCut = false;
    } catch {
      // Tried again by the next append, which is refused when it fails again.
    }
  }

  private async readSegment(
    segment: SealedSegment | ActiveSegment,
    end: ActiveSegment['filled'],
    { first, limit }: { readonly first: number; readonly limit: number },
    into: LogMessage[],
  ): Promise<void> {
    const mean = end.bytes / Math.max(1, end.nextOffset - segment.base);
    const expectedBytes = Math.min(readBytes, Math.ceil(mean * limit * 1.2));
    const position = segment.floor(first);
    const { path } = segment;
    await readMessages(
      { path, lane: this.options, position, end: end.bytes, from: first, limit, expectedBytes },
      into,
    );
  }

  private frames(encoded: readonly EncodedRecord[], bytes: number, appendedAt: number): Buffer {
    const target = scratch(bytes);
    const { bytes: before, nextOffset } = this.active.filled;
    let position = 0;
    let begun = 0;
    for (let i = 0, size = 0; i < encoded.length; i++) {
      size += recordBytes(encoded[i]!);
      if (i + 1 < encoded.length && size < fullFrameBytes) continue;
      this.active.note(nextOffset + begun, before + position);
      position = writeFrame(target, position, encoded.slice(begun, i + 1), nextOffset + begun, appendedAt);
      begun = i + 1;
      size = 0;
    }
    return target.subarray(0, position);
  }

  private roll(): void {
    const { folder, maxSegmentBytes } = this.options;
    const base = this.active.filled.nextOffset;
    const capacity = Math.min(this.active.capacity * 4, maxSegmentBytes);
    if (this.next?.done) {
      renameSync(this.preparedPath, segmentPath(folder, base));
      this.next = undefined;
    }
    const following = ActiveSegment.create(folder, base, capacity);
    syncFolder(folder);
    this.sealed.push(this.active.seal());
    this.active = following;
    this.durable = following.filled;
  }

  private prepareNext(): void {
    if (this.next || this.durable.bytes * 2 < this.active.capacity) return;
    const bytes = Math.min(this.active.capacity * 4, this.options.maxSegmentBytes);
    this.next = new Preparation(this.preparedPath, bytes);
  }

  private get preparedPath(): string {
    return join(this.options.folder, 'next');
  }
}

function framesBytes(encoded: readonly EncodedRecord[]): number {
  const records = encoded.reduce((sum, each) => sum + recordBytes(each), 0);
  return records + frameHeaderBytes * (1 + Math.ceil(records / fullFrameBytes));
}

let shared = Buffer.allocUnsafeSlow(256 * 1024);

/** Room to put frames together in; used up before anybody else can ask. */
function scratch(bytes: number): Buffer {
  if (shared.length < bytes) shared = Buffer.allocUnsafeSlow(bytes);
  return shared;
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  fsyncSync(fd);
  closeSync(fd);
}
