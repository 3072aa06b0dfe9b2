import { closeSync, fstatSync, openSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogMessage } from '@coxa/eventing';
import { indexPacked, readPacked } from './packed/read-packed.js';
import { readMessages, type Wanted } from './read-messages.js';
import { scanFrames } from './scan.js';
import { type SegmentEnd, SparseIndex } from './sparse-index.js';

const digits = 16;
const named = (folder: string, base: number, end: string): string =>
  join(folder, `${String(base).padStart(digits, '0')}.${end}`);

export const segmentPath = (folder: string, base: number): string => named(folder, base, 'seg');
export const indexPath = (folder: string, base: number): string => named(folder, base, 'idx');
/** The same segment packed, and its index. */
export const packedPath = (folder: string, base: number): string => named(folder, base, 'pack');
export const packedIndexPath = (folder: string, base: number): string => named(folder, base, 'pack-idx');

/** First offset by a file's name; undefined for files of another kind, a copy that somebody laid beside it for one. */
export function baseOf(fileName: string, kind: 'seg' | 'pack'): number | undefined {
  const [digitsOfBase, end, more] = fileName.split('.');
  return end === kind && more === undefined && /^\d{16}$/.test(digitsOfBase!)
    ? Number(digitsOfBase)
    : undefined;
}

interface Known {
  readonly index: SparseIndex;
  readonly end: SegmentEnd;
}

/** A finished segment: only read, in time packed, in time deleted. Its index is read when first needed, and made again when it is lost. */
export class SealedSegment {
  private loading: Promise<Known> | undefined;

  constructor(
    private readonly folder: string,
    readonly base: number,
    readonly packed: boolean,
    known?: Known,
  ) {
    this.loading = known && Promise.resolve(known);
  }

  get path(): string {
    return (this.packed ? packedPath : segmentPath)(this.folder, this.base);
  }

  /** @throws EngineError `corrupt` */
  async end(): Promise<SegmentEnd> {
    return (await this.load()).end;
  }

  /** Adds messages from `from` on; what of `wanted` depends on the file is filled in here. @throws EngineError `corrupt` */
  async read(wanted: Omit<Wanted, 'path' | 'position' | 'end'>, into: LogMessage[]): Promise<void> {
    const { index, end } = await this.load();
    const place = { ...wanted, path: this.path, position: index.floor(wanted.from), end: end.bytes };
    await (this.packed ? readPacked(place, into) : readMessages(place, into));
  }

  /** Keeps what is known of a segment that was just made. */
  static save(folder: string, base: number, packed: boolean, known: Known): SealedSegment {
    known.index.save((packed ? packedIndexPath : indexPath)(folder, base), known.end);
    return new SealedSegment(folder, base, packed, known);
  }

  /** Beside the event loop: giving back a large file takes a millisecond a MiB. The file itself goes last: where that fails it is still all there. @throws what the file system said */
  async delete(): Promise<void> {
    await rm(this.indexFile, { force: true });
    await rm(this.path, { force: true });
  }

  /** It is made again from the file by the next reader. */
  forgetIndex(): void {
    this.loading = undefined;
    rmSync(this.indexFile, { force: true });
  }

  private get indexFile(): string {
    return (this.packed ? packedIndexPath : indexPath)(this.folder, this.base);
  }

  private load(): Promise<Known> {
    if (this.loading) return this.loading;
    const loading = this.find();
    this.loading = loading;
    // What failed is tried again by the next reader.
    loading.catch(() => (this.loading = undefined));
    return loading;
  }

  private async find(): Promise<Known> {
    const saved = SparseIndex.load(this.indexFile);
    if (saved) return saved;
    const known = this.packed ? await indexPacked(this.path, this.base) : this.scanned();
    known.index.save(this.indexFile, known.end);
    return known;
  }

  private scanned(): Known {
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
      return { index, end: { bytes: end, nextOffset, newestAt } };
    } finally {
      closeSync(fd);
    }
  }
}
