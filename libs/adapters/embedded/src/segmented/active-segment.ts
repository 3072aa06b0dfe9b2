import {
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import type { Head } from './head-file.js';
import { damaged } from './read-messages.js';
import { scanFrames } from './scan.js';
import { SealedSegment, segmentPath } from './sealed-segment.js';
import { SparseIndex } from './sparse-index.js';

const sync = promisify(fdatasync);
const zeros = Buffer.alloc(256 * 1024);

/** How far a segment is filled. */
interface Fill {
  readonly bytes: number;
  readonly nextOffset: number;
  readonly newestAt: number;
}

/** The segment that is written: room is there before it is needed, so that a commit changes no metadata of the file. */
export class ActiveSegment {
  private fill: Fill;

  private constructor(
    private readonly folder: string,
    readonly base: number,
    private readonly fd: number,
    readonly capacity: number,
    private readonly index: SparseIndex,
    fill: Fill,
  ) {
    this.fill = fill;
  }

  /** Makes a segment of `capacity` zeros; a file that is there already, prepared, is taken as it is. */
  static create(folder: string, base: number, capacity: number): ActiveSegment {
    const fd = openSync(segmentPath(folder, base), constants.O_RDWR | constants.O_CREAT, 0o600);
    const there = fstatSync(fd).size;
    try {
      for (let position = there; there === 0 && position < capacity; position += zeros.length)
        writeSync(fd, zeros, 0, Math.min(zeros.length, capacity - position), position);
      fdatasyncSync(fd);
    } catch (error) {
      closeSync(fd);
      throw error;
    }
    const empty = { bytes: 0, nextOffset: base, newestAt: 0 };
    return new ActiveSegment(folder, base, fd, Math.max(there, capacity), new SparseIndex(), empty);
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
    return { segment: new ActiveSegment(folder, base, fd, size, index, fill), cut: !clean };
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

  sync(): Promise<void> {
    return sync(this.fd);
  }

  /** Forgets what was written behind `fill`, in the file too: a frame that was refused must not come back at the next start. */
  cutTo(fill: Fill): void {
    this.fill = fill;
    this.index.dropFrom(fill.bytes);
    ftruncateSync(this.fd, fill.bytes);
  }

  /** Ends the segment: what is left of its room is given back. */
  seal(): SealedSegment {
    ftruncateSync(this.fd, this.fill.bytes);
    fdatasyncSync(this.fd);
    closeSync(this.fd);
    return SealedSegment.save(this.folder, this.base, false, { index: this.index, end: this.fill });
  }

  close(): void {
    closeSync(this.fd);
  }
}
