import { Wakeups } from '@coxa/eventing';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LogMessage, LogRecord, Retention } from '@coxa/eventing';
import { ActiveSegment, type Fill } from './active-segment.js';
import { expected, FinishedSegments, readBytes } from './finished-segments.js';
import { framesOf } from './frames-of.js';
import { HeadFile } from './head-file.js';
import { laneFiles, syncFolder, syncFolderBeside } from './lane-files.js';
import { NextSegment, nextPath } from './next-segment.js';
import type { PackedSegment, ToPack } from './packed/pack-segment.js';
import { damaged, readMessages } from './read-messages.js';
import { ReadOn } from './read-on.js';
import { Recent } from './recent.js';
import { segmentPath } from './sealed-segment.js';
import type { Portion } from './wanted.js';

/** The first segments are small, so that a topic is soon packed; each is to hold twice as much as the one before. */
const firstSegmentBytes = 256 * 1024;

export interface LaneOptions {
  readonly folder: string;
  readonly topic: string;
  readonly partition: number;
  readonly maxSegmentBytes: number;
}

/** Records that are written, and where they end. */
export interface Staged {
  /** Offset of the first. */
  readonly first: number;
  readonly fill: Fill;
  /** Resolves when they are durable. */
  readonly written: Promise<void>;
}

/** One partition of one topic: a row of segments, of which the newest is written. */
export class Lane {
  readonly wakeups = new Wakeups();
  private readonly recent: Recent;
  private readonly readOn = new ReadOn();
  private readonly head: HeadFile;
  private readonly finished: FinishedSegments;
  private active: ActiveSegment;
  /** Made ready while the one that is written fills up. */
  private next: NextSegment | undefined;
  /** Its file has its name: nothing goes behind what it follows any more. */
  private following: ActiveSegment | undefined;
  private durable: Fill;
  /** What is left to do for the segment that was finished last. */
  private sealing: Promise<void> = Promise.resolve();
  private toCut = false;
  /** Told when a segment is finished. */
  onSealed: () => void = () => undefined;
  /** Bytes that were cut off the end on opening, because they were never wholly written. */
  readonly cut: string | undefined;

  constructor(private readonly options: LaneOptions) {
    const { folder } = options;
    this.recent = new Recent(options);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.head = new HeadFile(join(folder, 'head'));
    rmSync(nextPath(folder), { force: true });
    const { sealed, newest } = laneFiles(folder);
    this.finished = new FinishedSegments(folder, newest === undefined ? [] : sealed);
    const head = this.head.read();
    if (newest === undefined) {
      // A log that was never written has no head, or one that says so.
      if (head && head.base + head.bytes > 0) throw damaged(segmentPath(folder, head.base), 0);
      this.active = ActiveSegment.create(folder, this.capacityOf(firstSegmentBytes));
      syncFolder(folder);
    } else {
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
    return (this.finished.oldest ?? this.active).base;
  }

  /** Offset after the newest durable record. */
  get end(): number {
    return this.durable.nextOffset;
  }

  /** True when so many bytes still go into the segment that is written. */
  hasRoom(bytes: number): boolean {
    const { filled, capacity } = this.active;
    if (this.following) return false;
    return filled.bytes === 0 || filled.bytes + bytes <= this.capacityOf(capacity);
  }

  /** Begins the next segment; nothing may be under way. @throws what the file system said */
  async roll(): Promise<void> {
    const { folder } = this.options;
    this.cutWhatFailed();
    const { bytes, nextOffset: base, newestAt } = this.active.filled;
    // What it held was cut off meanwhile; the next would have its name.
    if (bytes === 0) return;
    if (!this.following) {
      const { fd, direct } = await this.nextSegment.take(base);
      this.following = ActiveSegment.begin(folder, { base, newestAt }, fd, direct);
      this.next = undefined;
    }
    await syncFolderBeside(folder);
    await this.sealing;
    const { segment, done } = this.active.seal();
    this.sealing = done.catch(() => undefined);
    this.finished.push(segment);
    this.active = this.following;
    this.following = undefined;
    this.durable = this.active.filled;
    this.onSealed();
  }

  private get nextSegment(): NextSegment {
    const { filled, capacity } = this.active;
    const bytes = Math.max(firstSegmentBytes, 2 * Math.max(filled.bytes, capacity));
    return (this.next ??= new NextSegment(
      this.options.folder,
      this.capacityOf(bytes),
      this.capacityOf(firstSegmentBytes),
    ));
  }

  /** Writes records behind the last, into a segment that has room for `most` bytes. To be followed by `settle` when they are written, or by `cutBack`. */
  stage(records: readonly LogRecord[], most: number, at: number): Staged {
    this.cutWhatFailed();
    const { bytes, nextOffset: first, newestAt } = this.active.filled;
    // A clock that steps back does not make the log run backwards.
    const appendedAt = Math.max(at, newestAt);
    const position = this.active.inBlocks ? bytes : undefined;
    const frames = framesOf(records, { most, firstOffset: first, appendedAt, position }, (offset, place) =>
      this.active.note(offset, bytes + place),
    );
    const written = this.active.write(frames, first + records.length, appendedAt);
    this.recent.push(records, frames, { first, appendedAt, most });
    return { first, fill: this.active.filled, written };
  }

  /** What is durable may be read. To be called in the order of staging. */
  settle({ fill }: Staged): void {
    this.durable = fill;
    this.head.write({ base: this.active.base, bytes: fill.bytes });
    // As much of the next segment as is written of this one.
    this.nextSegment.upTo(fill.bytes / this.active.capacity);
    this.wakeups.wake();
  }

  /** Takes back all that was staged and not settled; nothing of it may be under way. Where even that fails, nothing is written before it has succeeded. */
  cutBack(): void {
    this.toCut = true;
    try {
      this.cutWhatFailed();
    } catch {
      // Tried again by the next append, which is refused when it fails again.
    }
  }

  private cutWhatFailed(): void {
    if (!this.toCut) return;
    this.recent.dropFrom(this.durable.nextOffset);
    this.active.cutTo(this.durable);
    this.toCut = false;
  }

  /** What is wanted, from its first offset or the oldest on, about 4 MiB of it. @throws EngineError `corrupt` */
  async read(portion: Portion): Promise<LogMessage[]> {
    const from = Math.max(portion.from, this.start);
    const wanted = { ...portion, from };
    const limit = Math.min(portion.limit, this.durable.nextOffset - from);
    const recent = this.recent.read({ ...wanted, limit }, readBytes);
    if (recent) return recent;
    const { changes } = this.finished;
    try {
      return await this.readFiles(wanted);
    } catch (error) {
      // The file has just been packed, or taken away by retention.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' && changes !== this.finished.changes)
        return this.read(portion);
      throw error;
    }
  }

  private async readFiles(portion: Portion): Promise<LogMessage[]> {
    const messages: LogMessage[] = [];
    const { active, durable, readOn, options: lane } = this;
    const { from: first, limit } = portion;
    await this.finished.read({ ...portion, lane, readOn }, active.base, messages);
    if (messages.length > 0) return messages;
    if (first >= durable.nextOffset) return messages;
    const place = { path: active.path, position: active.floor(first), end: durable.bytes };
    const expectedBytes = expected(durable, active.base, limit);
    await readMessages({ ...portion, ...place, lane, expectedBytes, readOn }, messages);
    return messages;
  }

  /** Deletes finished segments that are too old or too much, but none that holds something from `needed` on. */
  async retain(retention: Retention, now: number, needed: number): Promise<void> {
    await this.sealing;
    await this.finished.retain(retention, now, needed, this.durable.bytes);
  }

  /** See `FinishedSegments`. */
  async packOne(pack: (segment: ToPack, target: string) => Promise<PackedSegment>): Promise<boolean> {
    await this.sealing;
    return this.finished.packOne(pack);
  }

  async close(): Promise<void> {
    await this.sealing;
    await this.next?.drop();
    this.following?.close();
    this.active.close();
    this.head.close();
  }

  private capacityOf(bytes: number): number {
    return Math.min(bytes, this.options.maxSegmentBytes);
  }
}
