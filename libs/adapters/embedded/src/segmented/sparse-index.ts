import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { crc32c } from '@node-rs/crc32';

const everyBytes = 64 * 1024;

/** The same as plain data. */
export interface Places {
  readonly offsets: readonly number[];
  readonly positions: readonly number[];
}

/** Where the frame of an offset begins, to within 64 KiB. */
export class SparseIndex {
  private readonly offsets: number[] = [];
  private readonly positions: number[] = [];

  static of({ offsets, positions }: Places): SparseIndex {
    const index = new SparseIndex();
    index.offsets.push(...offsets);
    index.positions.push(...positions);
    return index;
  }

  get places(): Places {
    return { offsets: this.offsets, positions: this.positions };
  }

  /** Notes a frame; most are near enough to the one before to be passed over. */
  add(firstOffset: number, position: number): void {
    const last = this.positions.at(-1);
    if (last !== undefined && position - last < everyBytes) return;
    this.offsets.push(firstOffset);
    this.positions.push(position);
  }

  /** A position at or before that of the frame with `offset`. */
  floor(offset: number): number {
    let low = 0;
    let high = this.offsets.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.offsets[middle]! <= offset) low = middle + 1;
      else high = middle;
    }
    return this.positions[low - 1] ?? 0;
  }

  /** Forgets frames from `position` on. */
  dropFrom(position: number): void {
    while ((this.positions.at(-1) ?? -1) >= position) {
      this.positions.pop();
      this.offsets.pop();
    }
  }

  /** Saves the index with the end of its segment, if it can: it can be made again from the segment. */
  save(path: string, end: SegmentEnd): void {
    const numbers = [end.bytes, end.nextOffset, end.newestAt];
    this.offsets.forEach((offset, i) => numbers.push(offset, this.positions[i]!));
    const bytes = Buffer.from(Float64Array.from(numbers).buffer);
    const check = Buffer.alloc(8);
    check.writeUInt32LE(crc32c(bytes));
    try {
      writeFileSync(path, Buffer.concat([check, bytes]));
    } catch {
      rmSync(path, { force: true });
    }
  }

  /** The saved index; undefined when there is none that is whole. */
  static load(path: string): { readonly index: SparseIndex; readonly end: SegmentEnd } | undefined {
    let file: Buffer;
    try {
      file = readFileSync(path);
    } catch {
      return undefined;
    }
    const bytes = file.subarray(8);
    if (file.length < 32 || file.length % 8 !== 0 || crc32c(bytes) !== file.readUInt32LE(0)) return undefined;
    const numbers = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    const index = new SparseIndex();
    for (let i = 3; i + 1 < numbers.length; i += 2) {
      index.offsets.push(numbers[i]!);
      index.positions.push(numbers[i + 1]!);
    }
    return { index, end: { bytes: numbers[0]!, nextOffset: numbers[1]!, newestAt: numbers[2]! } };
  }
}

/** What a finished segment comes to. */
export interface SegmentEnd {
  readonly bytes: number;
  readonly nextOffset: number;
  /** Receive time of its last frame; 0 when it is empty. */
  readonly newestAt: number;
}
