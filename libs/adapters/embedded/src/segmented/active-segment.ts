import {
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncate,
  ftruncateSync,
  openSync,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { CachedWriter } from './cached-writer.js';
import type { Head } from './head-file.js';
import { damaged } from './read-messages.js';
import type { DirectWriter } from './direct-writer.js';
import { scanFrames } from './scan.js';
import { SealedSegment, segmentPath } from './sealed-segment.js';
import { SparseIndex } from './sparse-index.js';

const sync = promisify(fdatasync);
const truncate = promisify(ftruncate);
const zeros = Buffer.alloc(64 * 1024);

/** How far a segment is filled. */
export interface Fill {
  readonly bytes: number;
  readonly nextOffset: number;
  readonly newestAt: number;
}

/** The segment that is written: its file is filled with zeros beforehand, so that commits change no metadata of it. */
export class ActiveSegment {
  private fill: Fill;
  private readonly cached: CachedWriter;

  private constructor(
    private readonly folder: string,
    readonly base: number,
    private readonly fd: number,
    /** Bytes that lie ready. */
    private room: number,
    private readonly index: SparseIndex,
    fill: Fill,
    /** Where the file can be written past the cache of pages. */
    private readonly direct?: DirectWriter,
  ) {
    this.fill = fill;
    this.cached = new CachedWriter(fd, this.path);
  }

  /** Makes the first segment of a lane; its name in the folder is durable only after the folder is synced. */
  static create(folder: string, capacity: number): ActiveSegment {
    const fd = openSync(segmentPath(folder, 0), constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      for (let at = 0; at < capacity; at += zeros.length)
        writeSync(fd, zeros, 0, Math.min(zeros.length, capacity - at), at);
    } catch {
      // The write that needs the place is told.
    }
    return ActiveSegment.begin(folder, { base: 0, newestAt: 0 }, fd);
  }

  /** The segment whose file was made ready, and is open as `fd`; the newest record before it is of `newestAt`. */
  static begin(
    folder: string,
    { base, newestAt }: { readonly base: number; readonly newestAt: number },
    fd: number,
    direct?: DirectWriter,
  ): ActiveSegment {
    const fill = { bytes: 0, nextOffset: base, newestAt };
    return new ActiveSegment(folder, base, fd, fstatSync(fd).size, new SparseIndex(), fill, direct);
  }

  /**
   * Opens the newest segment. Damage before `head` is refused; what is broken behind it was never acknowledged and is cut off.
   * @throws EngineError `corrupt` with the place
   */
  static open(
    folder: string,
    base: number,
    head: Head | undefined,
  ): { readonly segment: ActiveSegment; readonly cut: boolean } {
    const path = segmentPath(folder, base);
    const fd = openSync(path, 'r+');
    const size = fstatSync(fd).size;
    const index = new SparseIndex();
    let fill: Fill = { bytes: 0, nextOffset: base, newestAt: 0 };
    const { end, clean } = scanFrames(fd, size, base, (frame, position) => {
      index.add(frame.firstOffset, position);
      const nextOffset = frame.firstOffset + frame.count;
      fill = { bytes: position + frame.bytes, nextOffset, newestAt: frame.appendedAt };
    });
    if (head && (head.base > base || (head.base === base && head.bytes > end))) {
      closeSync(fd);
      throw damaged(path, end);
    }
    if (!clean) ftruncateSync(fd, end);
    fdatasyncSync(fd);
    return {
      segment: new ActiveSegment(folder, base, fd, clean ? size : end, index, fill),
      cut: !clean,
    };
  }

  get filled(): Fill {
    return this.fill;
  }

  /** Bytes that lie ready for records in all. */
  get capacity(): number {
    return this.room;
  }

  get path(): string {
    return segmentPath(this.folder, this.base);
  }

  /** Whether it is better to end a large write where a block ends. */
  get inBlocks(): boolean {
    return this.direct !== undefined;
  }

  floor(offset: number): number {
    return this.index.floor(offset);
  }

  /** Notes a frame that is in the bytes written next. */
  note(firstOffset: number, position: number): void {
    this.index.add(firstOffset, position);
  }

  /** Writes frames behind the last; resolves when they are durable. Several may be under way. */
  write(frames: Buffer, nextOffset: number, newestAt: number): Promise<void> {
    const at = this.fill.bytes;
    const end = at + frames.length;
    const written =
      this.direct && end <= this.room
        ? this.direct.write(frames, at)
        : this.cached.write(frames, at, this.room);
    this.fill = { bytes: end, nextOffset, newestAt };
    return written;
  }

  /** Forgets what was written behind `fill`, in the file too: a frame that was refused must not come back at the next start. */
  cutTo(fill: Fill): void {
    this.fill = fill;
    this.index.dropFrom(fill.bytes);
    ftruncateSync(this.fd, fill.bytes);
    // Or a power cut brings it back though its sender was told otherwise.
    fdatasyncSync(this.fd);
    this.room = fill.bytes;
  }

  /** Ends the segment; nothing may be under way. What is left of its room is given back while it can be read already. */
  seal(): { readonly segment: SealedSegment; readonly done: Promise<void> } {
    const known = { index: this.index, end: this.fill };
    return { segment: new SealedSegment(this.folder, this.base, false, known), done: this.giveBack() };
  }

  close(): void {
    this.direct?.close();
    this.cached.close();
  }

  private async giveBack(): Promise<void> {
    try {
      await truncate(this.fd, this.fill.bytes);
      await sync(this.fd);
    } catch {
      // All in it is durable; only the room is not given back.
    } finally {
      this.close();
    }
    SealedSegment.save(this.folder, this.base, false, { index: this.index, end: this.fill });
  }
}
