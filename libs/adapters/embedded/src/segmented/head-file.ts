import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { crc32c } from '@node-rs/crc32';

/** How far a lane is known to be durable. */
export interface Head {
  /** First offset of the segment. */
  readonly base: number;
  /** Bytes of it that are durable. */
  readonly bytes: number;
}

/** The head in the bytes of its file. */
export function headOf(bytes: Buffer): Head | undefined {
  if (bytes.length < 20 || crc32c(bytes.subarray(0, 16)) !== bytes.readUInt32LE(16)) return undefined;
  return { base: bytes.readDoubleLE(0), bytes: bytes.readDoubleLE(8) };
}

/**
 * Written after each commit's fdatasync and never synced itself: after `kill -9` it is exact, after a power cut it may be old.
 * So damage before it is damage of something acknowledged, and what is broken behind it was never acknowledged.
 */
export class HeadFile {
  private readonly fd: number;
  private readonly bytes = Buffer.alloc(20);

  constructor(path: string) {
    this.fd = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  }

  /** Undefined when it was never written, or not wholly. */
  read(): Head | undefined {
    return readSync(this.fd, this.bytes, 0, 20, 0) < 20 ? undefined : headOf(this.bytes);
  }

  write({ base, bytes }: Head): void {
    this.bytes.writeDoubleLE(base, 0);
    this.bytes.writeDoubleLE(bytes, 8);
    this.bytes.writeUInt32LE(crc32c(this.bytes.subarray(0, 16)), 16);
    try {
      writeSync(this.fd, this.bytes, 0, 20, 0);
    } catch {
      // On a full disk the first write finds no room; an old head is only less sharp.
    }
  }

  close(): void {
    closeSync(this.fd);
  }
}
