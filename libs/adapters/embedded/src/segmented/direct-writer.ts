import { closeSync, constants, write } from 'node:fs';
import { promisify } from 'node:util';
import { alignedBuffer, blockBytes, openPastCache } from './past-cache.js';

const writeAt = promisify(write);

const leastSlab = 256 * 1024;
/** Larger ones are made for what needs them, and not kept. */
const mostSlab = 1024 * 1024;
const mostSpare = 4;

/** Memory that commits are written from, of all lanes; as much as some need at the same time stays. */
const Slabs = {
  spare: [] as Buffer[],
  take(bytes: number): Buffer {
    const found = Slabs.spare.findIndex(({ length }) => length >= bytes);
    if (found >= 0) return Slabs.spare.splice(found, 1)[0]!;
    let size = leastSlab;
    while (size < bytes) size *= 2;
    return alignedBuffer(size);
  },
  give(slab: Buffer): void {
    if (slab.length <= mostSlab && Slabs.spare.push(slab) > mostSpare) Slabs.spare.shift();
  },
};

/**
 * Writes behind what a file holds already, past the cache of pages and durable when told so, in one call beside the event loop.
 * Nobody reads it back soon: the newest frames are kept in memory, and a page in the cache costs more than the writing does.
 */
export class DirectWriter {
  /** The block in which the last write ended: the next one begins with what is there. */
  private readonly tail = Buffer.alloc(blockBytes);
  private last: Promise<void> = Promise.resolve();

  private constructor(private readonly fd: number) {}

  /** For a file into which nothing is written yet; undefined where that cannot be. @throws what the file system said */
  static open(path: string): DirectWriter | undefined {
    const fd = openPastCache(path, constants.O_WRONLY | constants.O_DSYNC);
    return fd === undefined ? undefined : new DirectWriter(fd);
  }

  /** Writes bytes at `at`, where the last write ended, and zeros up to the end of the block. They may change when it returns; when it resolves, they are durable. */
  write(bytes: Buffer, at: number): Promise<void> {
    const before = at % blockBytes;
    const end = before + bytes.length;
    const length = Math.ceil(end / blockBytes) * blockBytes;
    const slab = Slabs.take(length);
    this.tail.copy(slab, 0, 0, before);
    bytes.copy(slab, before);
    slab.fill(0, end, length);
    slab.copy(this.tail, 0, length - blockBytes, length);
    const put = () => this.put(slab, length, at - before);
    // Two writes of the same block must not overtake each other.
    this.last = (before === 0 ? put() : this.last.then(put)).finally(() => Slabs.give(slab));
    return this.last;
  }

  private async put(slab: Buffer, length: number, at: number): Promise<void> {
    for (let done = 0; done < length;)
      done += (await writeAt(this.fd, slab, done, length - done, at + done)).bytesWritten;
  }

  close(): void {
    closeSync(this.fd);
  }
}
