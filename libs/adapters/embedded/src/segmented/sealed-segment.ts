import { closeSync, fstatSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { scanFrames } from './scan.js';
import { type SegmentEnd, SparseIndex } from './sparse-index.js';

const digits = 16;

export const segmentPath = (folder: string, base: number): string =>
  join(folder, `${String(base).padStart(digits, '0')}.seg`);
export const indexPath = (folder: string, base: number): string =>
  join(folder, `${String(base).padStart(digits, '0')}.idx`);

/** First offset by a file's name; undefined for files of another kind. */
export function baseOf(fileName: string): number | undefined {
  const match = /^(\d{16})\.seg$/.exec(fileName);
  return match ? Number(match[1]) : undefined;
}

/** A finished segment: only read, in time deleted. Its index is read when first needed, and made again when it is lost. */
export class SealedSegment {
  private known: { readonly index: SparseIndex; readonly end: SegmentEnd } | undefined;

  constructor(
    private readonly folder: string,
    readonly base: number,
    known?: { readonly index: SparseIndex; readonly end: SegmentEnd },
  ) {
    this.known = known;
  }

  get path(): string {
    return segmentPath(this.folder, this.base);
  }

  get end(): SegmentEnd {
    return this.load().end;
  }

  floor(offset: number): number {
    return this.load().index.floor(offset);
  }

  delete(): void {
    rmSync(this.path, { force: true });
    rmSync(indexPath(this.folder, this.base), { force: true });
  }

  private load(): { readonly index: SparseIndex; readonly end: SegmentEnd } {
    return (this.known ??= SparseIndex.load(indexPath(this.folder, this.base)) ?? this.indexAnew());
  }

  private indexAnew() {
    const index = new SparseIndex();
    let nextOffset = this.base;
    let newestAt = 0;
    const fd = openSync(this.path, 'r');
    try {
      const { end } = scanFrames(fd, fstatSync(fd).size, this.base, (frame, position) => {
        index.add(frame.firstOffset, position);
        nextOffset = frame.firstOffset + frame.count;
        newestAt = frame.appendedAt;
      });
      const known = { index, end: { bytes: end, nextOffset, newestAt } };
      index.save(indexPath(this.folder, this.base), known.end);
      return known;
    } finally {
      closeSync(fd);
    }
  }
}
