import { renameSync, rmSync } from 'node:fs';
import { KeyedMutex, type LogMessage, type Retention } from '@coxa/eventing';
import { syncFolderBeside } from './lane-files.js';
import type { PackedSegment, ToPack } from './packed/pack-segment.js';
import { damaged, type Wanted } from './read-messages.js';
import { packedPath, SealedSegment } from './sealed-segment.js';
import type { SegmentEnd } from './sparse-index.js';

/** A reader gets no more than this at once, but for one message that is larger. */
export const readBytes = 4 * 1024 * 1024;

/** The finished segments of a lane, oldest first: only read, in time packed, in time taken away. */
export class FinishedSegments {
  /** How often their files have changed. */
  changes = 0;
  private readonly unpackable = new WeakSet<SealedSegment>();
  /** What packing and retention do to the files, one at a time. */
  private readonly filing = new KeyedMutex();

  constructor(
    private readonly folder: string,
    private readonly row: SealedSegment[],
  ) {}

  get oldest(): SealedSegment | undefined {
    return this.row[0];
  }

  push(segment: SealedSegment): void {
    this.row.push(segment);
  }

  /** Adds messages of the first segment that has some of what is wanted. `following` is the first offset after them all. @throws EngineError `corrupt` */
  async read(
    wanted: Omit<Wanted, 'path' | 'position' | 'end' | 'expectedBytes'>,
    following: number,
    into: LogMessage[],
  ): Promise<void> {
    for (const [i, segment] of [...this.row].entries()) {
      const next = this.row[i + 1]?.base ?? following;
      if (wanted.from >= next) continue;
      const end = await wholeEnd(segment, next);
      const expectedBytes = expected(end, segment.base, wanted.limit);
      await segment.read({ ...wanted, expectedBytes }, into);
      if (into.length > 0) return;
    }
  }

  /** Deletes segments that are too old, or too much with the `bytes` that lie behind them, but none that holds something from `needed` on. */
  async retain(
    { maxAgeMs = Infinity, maxBytes = Infinity }: Retention,
    now: number,
    needed: number,
    behind: number,
  ): Promise<void> {
    const row = [...this.row];
    const ends = await Promise.all(
      row.map(async (segment) => ({ base: segment.base, end: await segment.end() })),
    );
    let bytes = ends.reduce((sum, { end }) => sum + end.bytes, behind);
    row.forEach((segment, i) => {
      if (ends[i]!.end.nextOffset < (row[i + 1]?.base ?? 0)) segment.forgetIndex();
    });
    for (const { base, end } of ends) {
      if (end.nextOffset > needed || (bytes <= maxBytes && end.newestAt >= now - maxAgeMs)) break;
      if (!(await this.filing.run('', () => this.takeAway(base)))) break;
      bytes -= end.bytes;
    }
  }

  /** Deletes the oldest; false when it is no longer the one that begins at `base`. @throws what the file system said */
  private async takeAway(base: number): Promise<boolean> {
    if (this.row[0]?.base !== base) return false;
    // Out of the row first: a reader that still finds it must not find half of it.
    const segment = this.row.shift()!;
    this.changes++;
    try {
      await segment.delete();
    } catch (error) {
      // Nothing behind it may go before it: at the next start there would be a gap.
      this.row.unshift(segment);
      throw error;
    }
    return true;
  }

  /**
   * Packs the oldest that is not packed yet, but for the newest of them, which is read most. False when there is none.
   * Cut short at any moment, the segment is there in its old form or in the new, and a later start removes what is left of the other.
   */
  async packOne(pack: (segment: ToPack, target: string) => Promise<PackedSegment>): Promise<boolean> {
    const found = this.row.slice(0, -1).findIndex((each) => !each.packed && !this.unpackable.has(each));
    const segment = this.row[found];
    if (!segment) return false;
    const target = packedPath(this.folder, segment.base);
    const following = this.row[found + 1]!.base;
    try {
      // Whole, or not at all: what lies behind damage would be lost with the old form.
      const end = await wholeEnd(segment, following);
      if (end.nextOffset > following) throw damaged(segment.path, end.bytes);
      const known = await pack({ path: segment.path, base: segment.base, end }, `${target}ing`);
      await this.filing.run('', () => this.putPacked(segment, target, known));
    } catch (error) {
      rmSync(`${target}ing`, { force: true });
      if (!this.row.includes(segment)) return true;
      // It stays as it is; whoever reads it is told.
      if ((error as { code?: unknown }).code === 'corrupt') this.unpackable.add(segment);
      throw error;
    }
    return true;
  }

  private async putPacked(segment: SealedSegment, target: string, known: PackedSegment): Promise<void> {
    const place = () => this.row.indexOf(segment);
    // Taken away by retention meanwhile: in the folder again it would be the far side of a gap.
    if (place() < 0) return rmSync(`${target}ing`);
    renameSync(`${target}ing`, target);
    try {
      await syncFolderBeside(this.folder);
    } catch (error) {
      // In one form alone: retention would take the other, and leave this one before a gap.
      rmSync(target, { force: true });
      throw error;
    }
    this.row[place()] = SealedSegment.save(this.folder, segment.base, true, known);
    this.changes++;
    await segment.delete();
  }
}

/** Where a segment ends, of which it is known where it should. @throws EngineError `corrupt` */
async function wholeEnd(segment: SealedSegment, next: number): Promise<SegmentEnd> {
  const end = await segment.end();
  if (end.nextOffset >= next) return end;
  // Made of what is damaged: when the file is restored, the index is to be made again.
  segment.forgetIndex();
  throw damaged(segment.path, end.bytes);
}

/** About how many bytes so many messages of a segment take. */
export const expected = (
  end: { readonly bytes: number; readonly nextOffset: number },
  base: number,
  limit: number,
): number => Math.min(readBytes, Math.ceil((end.bytes / Math.max(1, end.nextOffset - base)) * limit * 1.2));
