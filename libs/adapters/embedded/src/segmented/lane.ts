import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LogMessage, LogRecord, Retention } from '@coxa/eventing';
import { Tail } from '../tail.js';
import { Wakeups } from '../wakeups.js';
import { ActiveSegment } from './active-segment.js';
import { type EncodedRecord, frameHeaderBytes, fullFrameBytes, recordBytes, writeFrame } from './frame.js';
import { HeadFile } from './head-file.js';
import { laneFiles, syncFolder } from './lane-files.js';
import { packSegment } from './packed/pack-segment.js';
import { Preparation } from './preparation.js';
import { damaged, readMessages } from './read-messages.js';
import { packedPath, SealedSegment, segmentPath } from './sealed-segment.js';

/** A reader gets no more than this at once, but for one message that is larger. */
const readBytes = 4 * 1024 * 1024;
const firstSegmentBytes = 256 * 1024;
const recentBytes = 1024 * 1024;

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
  /** Told when a segment is finished. */
  onSealed: () => void = () => undefined;
  /** Counts how often the files of finished segments have changed. */
  private changes = 0;
  private readonly unpackable = new WeakSet<SealedSegment>();
  /** Bytes that were cut off the end on opening, because they were never wholly written. */
  readonly cut: string | undefined;

  constructor(private readonly options: LaneOptions) {
    const { folder } = options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.head = new HeadFile(join(folder, 'head'));
    rmSync(this.preparedPath, { force: true });
    const { sealed, newest } = laneFiles(folder);
    const head = this.head.read();
    if (newest === undefined) {
      // A log that was never written has no head, or one that says so.
      if (head && head.base + head.bytes > 0) throw damaged(segmentPath(folder, head.base), 0);
      this.active = ActiveSegment.create(folder, 0, Math.min(firstSegmentBytes, options.maxSegmentBytes));
      syncFolder(folder);
    } else {
      this.sealed = sealed;
      const { segment, cut } = ActiveSegment.open(folder, newest, head);
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
    const { changes } = this;
    try {
      return await this.readFiles(first, limit);
    } catch (error) {
      // The file has just been packed, or taken away by retention.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' && changes !== this.changes)
        return this.read(from, limit);
      throw error;
    }
  }

  private async readFiles(first: number, limit: number): Promise<LogMessage[]> {
    const messages: LogMessage[] = [];
    const { active, durable } = this;
    for (const [i, segment] of [...this.sealed].entries()) {
      const next = this.sealed[i + 1]?.base ?? active.base;
      if (first >= next) continue;
      const end = await segment.end();
      if (end.nextOffset < next) throw damaged(segment.path, end.bytes);
      const expectedBytes = expected(end, segment.base, limit);
      await segment.read({ lane: this.options, from: first, limit, expectedBytes }, messages);
      if (messages.length > 0) return messages;
    }
    if (first >= durable.nextOffset) return messages;
    const place = { path: active.path, position: active.floor(first), end: durable.bytes };
    const expectedBytes = expected(durable, active.base, limit);
    await readMessages({ ...place, lane: this.options, from: first, limit, expectedBytes }, messages);
    return messages;
  }

  /** Deletes finished segments that are too old or too much, but none that holds something from `needed` on. */
  async retain(
    { maxAgeMs = Infinity, maxBytes = Infinity }: Retention,
    now: number,
    needed: number,
  ): Promise<void> {
    const ends = await Promise.all(
      this.sealed.map(async (segment) => ({ base: segment.base, end: await segment.end() })),
    );
    let bytes = ends.reduce((sum, { end }) => sum + end.bytes, this.durable.bytes);
    for (const { base, end } of ends) {
      if (end.nextOffset > needed || (bytes <= maxBytes && end.newestAt >= now - maxAgeMs)) break;
      if (this.sealed[0]?.base !== base) break;
      // Out of the row first: a reader that still finds it must not find half of it.
      const segment = this.sealed.shift()!;
      this.changes++;
      segment.delete();
      bytes -= end.bytes;
    }
  }

  /**
   * Packs the oldest finished segment that is not packed yet, but for the newest of them, which is read most. False when there is none.
   * Cut short at any moment, the segment is there in its old form or in the new, and a later start removes what is left of the other.
   */
  async packOne(rest: (tookMs: number) => Promise<void>): Promise<boolean> {
    const { folder } = this.options;
    const found = this.sealed.slice(0, -1).findIndex((each) => !each.packed && !this.unpackable.has(each));
    const segment = this.sealed[found];
    if (!segment) return false;
    const target = packedPath(folder, segment.base);
    const following = this.sealed[found + 1]!.base;
    try {
      const end = await segment.end();
      // Whole, or not at all: what lies behind damage would be lost with the old form.
      if (end.nextOffset !== following) throw damaged(segment.path, end.bytes);
      const known = await packSegment({ path: segment.path, base: segment.base, end }, `${target}ing`, rest);
      const place = this.sealed.indexOf(segment);
      if (place < 0) throw new Error('taken away by retention');
      renameSync(`${target}ing`, target);
      syncFolder(folder);
      this.sealed[place] = SealedSegment.save(folder, segment.base, true, known);
      this.changes++;
      segment.delete();
    } catch (error) {
      rmSync(`${target}ing`, { force: true });
      if (!this.sealed.includes(segment)) return true;
      // It stays as it is; whoever reads it is told.
      if ((error as { code?: unknown }).code === 'corrupt') this.unpackable.add(segment);
      throw error;
    }
    return true;
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
    this.onSealed();
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

/** About how many bytes so many messages of a segment take. */
const expected = (
  end: { readonly bytes: number; readonly nextOffset: number },
  base: number,
  limit: number,
): number => Math.min(readBytes, Math.ceil((end.bytes / Math.max(1, end.nextOffset - base)) * limit * 1.2));
