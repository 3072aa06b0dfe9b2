import { closeSync, constants, fdatasync, openSync, renameSync, rmSync, write } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DirectWriter } from './direct-writer.js';
import { blockBytes, openPastCache, slabBytes, zeroSlab } from './past-cache.js';
import { segmentPath } from './sealed-segment.js';

const writeAt = promisify(write);
const sync = promisify(fdatasync);

/** Written at once: so little that a commit which meets it at the disk waits for a tenth of a millisecond, and more only for a log that fills up faster. */
const leastPiece = 128 * 1024;
const mostPiece = slabBytes;
/** One piece at a time is written, of all lanes: commits need the disk and the threads more. */
let line: Promise<unknown> = Promise.resolve();

/** Where the next segment is made ready; worth nothing to whoever opens the lane anew. */
export const nextPath = (folder: string): string => join(folder, 'next');

/** A segment's file, opened. */
interface Taken {
  readonly fd: number;
  /** Where it can be written past the cache of pages. */
  readonly direct: DirectWriter | undefined;
}

/**
 * The file that will be the next segment, filled with zeros while the one before is written: a commit there changes no metadata, and waits for no journal.
 * In a file of its own, because writing zeros keeps the commits of the same file waiting, and past the cache of pages, because nobody reads them.
 */
export class NextSegment {
  private readonly path: string;
  private pastCache = true;
  private fd: number | undefined;
  private made = 0;
  private wanted = 0;
  private working: Promise<void> | undefined;
  private failed = false;

  constructor(
    private readonly folder: string,
    /** What it is to hold. */
    private capacity: number,
    /** What it may hold where the disk has no room for more. */
    private readonly least: number,
  ) {
    this.path = nextPath(folder);
  }

  /** Goes on, beside the event loop, until this part of it (0 to 1) is there. What fails is given back, and tried again by `take` alone. */
  upTo(part: number): void {
    this.wanted = Math.max(this.wanted, Math.min(part, 1) * this.capacity);
    if (this.working || this.failed || !this.isDue) return;
    this.working = this.work()
      .catch(() => {
        this.failed = true;
        this.giveBack();
      })
      .finally(() => (this.working = undefined));
  }

  /** Makes the rest, and gives the file its name as a segment, which is durable only after the folder is synced. @throws what the file system said */
  async take(base: number): Promise<Taken> {
    await this.working;
    for (;;)
      try {
        this.wanted = this.capacity;
        await this.work();
        return this.named(base);
      } catch (error) {
        this.giveBack();
        if (this.capacity <= this.least) throw error;
        this.capacity = this.least;
      }
  }

  private named(base: number): Taken {
    const fd = openSync(this.path, 'r+');
    let direct: DirectWriter | undefined;
    try {
      if (this.pastCache) direct = DirectWriter.open(this.path);
      renameSync(this.path, segmentPath(this.folder, base));
    } catch (error) {
      closeSync(fd);
      direct?.close();
      throw error;
    }
    this.close();
    return { fd, direct };
  }

  /** It is not needed any more. */
  async drop(): Promise<void> {
    this.wanted = 0;
    await this.working;
    this.giveBack();
  }

  private get isDue(): boolean {
    return this.wanted >= this.made + leastPiece || this.wanted === this.capacity;
  }

  private async work(): Promise<void> {
    while (this.made < this.capacity && this.isDue) {
      const piece = line.then(() => this.writePiece());
      line = piece.catch(() => undefined);
      await piece;
      if (this.made >= this.capacity) await sync(this.fd!);
    }
  }

  private async writePiece(): Promise<void> {
    const missing = Math.min(
      Math.max(this.wanted - this.made, leastPiece),
      this.capacity - this.made,
      mostPiece,
    );
    const bytes = Math.ceil(missing / blockBytes) * blockBytes;
    this.fd ??= this.open();
    try {
      this.made += (await writeAt(this.fd, zeroSlab, 0, bytes, this.made)).bytesWritten;
    } catch (error) {
      if (!this.pastCache || (error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
      // Larger blocks, or a file system that takes the flag and not the write.
      this.close();
      this.made = 0;
      this.pastCache = false;
    }
  }

  private open(): number {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC;
    const fd = this.pastCache ? openPastCache(this.path, flags) : undefined;
    this.pastCache = fd !== undefined;
    return fd ?? openSync(this.path, flags, 0o600);
  }

  private giveBack(): void {
    this.made = 0;
    try {
      this.close();
      rmSync(this.path, { force: true });
    } catch {
      // What is left lying is written over, or removed at the next start.
    }
  }

  private close(): void {
    const { fd } = this;
    this.fd = undefined;
    if (fd !== undefined) closeSync(fd);
  }
}
