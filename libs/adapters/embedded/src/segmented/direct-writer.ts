import { closeSync, constants, write } from 'node:fs';
import { promisify } from 'node:util';
import { blockBytes, openPastCache, slabBytes, Slabs } from './past-cache.js';

const writeAt = promisify(write);

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
    const length = Math.ceil((before + bytes.length) / blockBytes) * blockBytes;
    const slabs = this.filled(bytes, before, length);
    const put = () => this.put(slabs, length, at - before);
    // Two writes of the same block must not overtake each other.
    this.last = (before === 0 ? put() : this.last.then(put)).finally(() => slabs.forEach(Slabs.give));
    return this.last;
  }

  /** What goes to the file: what stands before the bytes in their first block, they, and zeros. */
  private filled(bytes: Buffer, before: number, length: number): Buffer[] {
    const slabs = Array.from({ length: Math.ceil(length / slabBytes) }, Slabs.take);
    this.tail.copy(slabs[0]!, 0, 0, before);
    let copied = bytes.copy(slabs[0]!, before);
    for (const slab of slabs.slice(1)) copied += bytes.copy(slab, 0, copied);
    const last = slabs.at(-1)!;
    const start = (slabs.length - 1) * slabBytes;
    last.fill(0, before + bytes.length - start, length - start);
    last.copy(this.tail, 0, length - start - blockBytes, length - start);
    return slabs;
  }

  private async put(slabs: readonly Buffer[], length: number, at: number): Promise<void> {
    for (let done = 0; done < length;) {
      const slab = slabs[Math.floor(done / slabBytes)]!;
      const from = done % slabBytes;
      const bytes = Math.min(slabBytes - from, length - done);
      done += (await writeAt(this.fd, slab, from, bytes, at + done)).bytesWritten;
    }
  }

  close(): void {
    closeSync(this.fd);
  }
}
