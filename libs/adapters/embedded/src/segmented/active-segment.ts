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
import type { Head } from './head-file.js';
import { damaged } from './read-messages.js';
import { Room } from './room.js';
import { scanFrames } from './scan.js';
import { SealedSegment, segmentPath } from './sealed-segment.js';
import { SparseIndex } from './sparse-index.js';

const sync = promisify(fdatasync);
const truncate = promisify(ftruncate);
const zeros = Buffer.alloc(256 * 1024);

/** How far a segment is filled. */
export interface Fill {
  readonly bytes: number;
  readonly nextOffset: number;
  readonly newestAt: number;
}

/** The segment that is written: room is there before it is needed, so that most commits change no metadata of the file. */
export class ActiveSegment {
  private fill: Fill;
  /** Open for syncing, not in use now. Each sync under way has a descriptor of its own: a failed write is told to each of them once. */
  private readonly idle: number[];
  private readonly opened: number[];
  private readonly room: Room;
  private makingRoom: Promise<void> = Promise.resolve();

  private constructor(
    private readonly folder: string,
    readonly base: number,
    private readonly fd: number,
    /** What it is to hold. */
    readonly capacity: number,
    private readonly index: SparseIndex,
    fill: Fill,
  ) {
    this.room = new Room(fstatSync(fd).size, capacity);
    this.fill = fill;
    this.idle = [fd];
    this.opened = [fd];
  }

  /** Makes a segment; its name in the folder is durable only after the folder is synced. */
  static create(folder: string, base: number, capacity: number): ActiveSegment {
    const fd = openSync(segmentPath(folder, base), constants.O_RDWR | constants.O_CREAT, 0o600);
    const fill = { bytes: 0, nextOffset: base, newestAt: 0 };
    const segment = new ActiveSegment(folder, base, fd, capacity, new SparseIndex(), fill);
    segment.makeRoom();
    return segment;
  }

  /**
   * Opens the newest segment. Damage before `head` is refused; what is broken behind it was never acknowledged and is cut off.
   * @throws EngineError `corrupt` with the place
   */
  static open(
    folder: string,
    base: number,
    head: Head | undefined,
    capacity: number,
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
      segment: new ActiveSegment(folder, base, fd, Math.max(size, capacity), index, fill),
      cut: !clean,
    };
  }

  get filled(): Fill {
    return this.fill;
  }

  get path(): string {
    return segmentPath(this.folder, this.base);
  }

  floor(offset: number): number {
    return this.index.floor(offset);
  }

  /** Notes a frame that is in the bytes written next. */
  note(firstOffset: number, position: number): void {
    this.index.add(firstOffset, position);
  }

  /** Writes frames behind the last; durable only after `sync`. */
  write(frames: Buffer, nextOffset: number, newestAt: number): void {
    let done = 0;
    while (done < frames.length)
      done += writeSync(this.fd, frames, done, frames.length - done, this.fill.bytes + done);
    this.fill = { bytes: this.fill.bytes + frames.length, nextOffset, newestAt };
  }

  /** Writes zeros where records will soon be, when it is time. Where that cannot be done, the write that needs the place is told. */
  makeRoom(): void {
    const place = this.room.needed(this.fill.bytes);
    if (!place) return;
    try {
      for (let at = place.from; at < place.to; at += zeros.length)
        writeSync(this.fd, zeros, 0, Math.min(zeros.length, place.to - at), at);
    } catch {
      return;
    }
    this.room.madeTo(place.to);
    const made = this.sync().catch(() => undefined);
    this.makingRoom = Promise.all([this.makingRoom, made]).then(() => undefined);
  }

  /** Resolves when all that is written is durable; several may be under way. */
  async sync(): Promise<void> {
    const fd = this.idle.pop() ?? this.openAgain();
    try {
      await sync(fd);
    } finally {
      this.idle.push(fd);
    }
  }

  /** Forgets what was written behind `fill`, in the file too: a frame that was refused must not come back at the next start. */
  cutTo(fill: Fill): void {
    this.fill = fill;
    this.index.dropFrom(fill.bytes);
    ftruncateSync(this.fd, fill.bytes);
    this.room.madeTo(fill.bytes);
  }

  /** Ends the segment; nothing may be under way. What is left of its room is given back while it can be read already. */
  seal(): { readonly segment: SealedSegment; readonly done: Promise<void> } {
    const known = { index: this.index, end: this.fill };
    return { segment: new SealedSegment(this.folder, this.base, false, known), done: this.giveBack() };
  }

  async close(): Promise<void> {
    await this.makingRoom;
    this.closeAll();
  }

  private closeAll(): void {
    for (const fd of this.opened) closeSync(fd);
  }

  private async giveBack(): Promise<void> {
    try {
      await this.makingRoom;
      await truncate(this.fd, this.fill.bytes);
      await sync(this.fd);
    } catch {
      // All in it is durable; only the room is not given back.
    } finally {
      this.closeAll();
    }
    SealedSegment.save(this.folder, this.base, false, { index: this.index, end: this.fill });
  }

  private openAgain(): number {
    const fd = openSync(this.path, 'r');
    this.opened.push(fd);
    return fd;
  }
}
