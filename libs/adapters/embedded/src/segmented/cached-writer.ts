import { closeSync, fdatasync, openSync, writeSync, writevSync } from 'node:fs';
import { promisify } from 'node:util';
import { blockBytes } from './past-cache.js';

const sync = promisify(fdatasync);
const zeros = Buffer.alloc(blockBytes);

/** Writes behind what a file holds already, through the cache of pages, and makes it durable beside the event loop. */
export class CachedWriter {
  /** Open for syncing, not in use now. Each sync under way has a descriptor of its own: a failed write is told to each of them once. */
  private readonly idle: number[];
  private readonly opened: number[];

  /** The file at `path` is open as `fd`, which is closed with this. */
  constructor(
    private readonly fd: number,
    private readonly path: string,
  ) {
    this.idle = [fd];
    this.opened = [fd];
  }

  /** Writes bytes at `at`; zeros lie ready up to `room`. The bytes may change when it returns; when it resolves, they are durable. @throws what the file system said */
  write(bytes: Buffer, at: number, room: number): Promise<void> {
    const end = at + bytes.length;
    // Up to the end of the block: a part of one would have to be read from the disk first.
    const rest = zeros.subarray(0, end < room ? -end & (blockBytes - 1) : 0);
    let done = writevSync(this.fd, [bytes, rest], at);
    while (done < bytes.length) done += writeSync(this.fd, bytes, done, bytes.length - done, at + done);
    return this.sync();
  }

  close(): void {
    for (const fd of this.opened) closeSync(fd);
  }

  private async sync(): Promise<void> {
    const fd = this.idle.pop() ?? this.openAgain();
    try {
      await sync(fd);
    } finally {
      this.idle.push(fd);
    }
  }

  private openAgain(): number {
    const fd = openSync(this.path, 'r');
    this.opened.push(fd);
    return fd;
  }
}
