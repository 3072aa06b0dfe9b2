import type { ByteReader } from './bytes.js';
import { ByteWriter } from './bytes.js';

/** Planes of numbers (lowest byte first), then those of plain doubles. */
const numberPlanes = 4;
export const planeCount = numberPlanes + 8;

/** Bytes of numbers gathered by their weight: the high ones are nearly always the same, and pack to nothing. */
export class Planes {
  private readonly writers = Array.from({ length: planeCount }, () => new ByteWriter());

  numbers(folded: Uint32Array, width: number): void {
    for (let b = 0; b < width; b++) {
      const plane = new Uint8Array(folded.length);
      for (let i = 0; i < folded.length; i++) plane[i] = folded[i]! >>> (8 * b);
      this.writers[b]!.push(plane);
    }
  }

  plain(doubles: Uint8Array): void {
    for (let b = 0; b < 8; b++) {
      const plane = new Uint8Array(doubles.length / 8);
      for (let i = 0; i < plane.length; i++) plane[i] = doubles[8 * i + b]!;
      this.writers[numberPlanes + b]!.push(plane);
    }
  }

  written(): Buffer[] {
    return this.writers.map((writer) => writer.written());
  }
}

/** Reads planes in the order they were written. */
export class PlaneReaders {
  constructor(private readonly readers: readonly ByteReader[]) {}

  numbers(width: number, count: number): Uint32Array {
    const folded = new Uint32Array(count);
    for (let b = 0; b < width; b++) {
      const plane = this.readers[b]!.take(count);
      for (let i = 0; i < count; i++) folded[i]! |= plane[i]! << (8 * b);
    }
    return folded;
  }

  plain(count: number): Buffer[] {
    return Array.from({ length: 8 }, (_, b) => this.readers[numberPlanes + b]!.take(count));
  }
}
