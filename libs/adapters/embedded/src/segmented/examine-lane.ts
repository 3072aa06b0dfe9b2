import { closeSync, existsSync, fstatSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Head, headOf } from './head-file.js';
import { scanFrames } from './scan.js';
import { baseOf, indexPath, packedIndexPath, packedPath, segmentPath } from './sealed-segment.js';
import { SparseIndex } from './sparse-index.js';

export interface LaneSeen {
  readonly segments: number;
  readonly damage: readonly string[];
  /** Epoch ms of the newest frame; 0 when there is none. */
  readonly newestAt: number;
}

/** Looks at the files of one lane, which somebody may be writing meanwhile. */
export function examineLane(folder: string): LaneSeen {
  // First of all: what is written later can only be further.
  const headFile = join(folder, 'head');
  const head = existsSync(headFile) ? headOf(readFileSync(headFile)) : undefined;
  const names = readdirSync(folder);
  const bases = (kind: 'seg' | 'pack') =>
    names.map((name) => baseOf(name, kind)).filter((base) => base !== undefined);
  const packed = new Set(bases('pack'));
  const all = [...new Set([...packed, ...bases('seg')])].sort((a, b) => a - b);
  const newest = all.at(-1);
  if (newest === undefined) return { segments: 0, damage: lost(folder, head), newestAt: 0 };
  const finished = all
    .slice(0, -1)
    .flatMap((base, i) => finishedDamage(folder, base, packed.has(base), all[i + 1]!));
  const { damage, newestAt } = newestDamage(segmentPath(folder, newest), newest, head);
  return { segments: all.length, damage: [...finished, ...damage], newestAt };
}

const lost = (folder: string, head: Head | undefined): string[] =>
  head && head.base + head.bytes > 0 ? [`${folder}: what was written is gone`] : [];

/** A finished segment must reach to where the next begins, and be as long as its index says. One without an index is looked at by its reader. */
function finishedDamage(folder: string, base: number, packed: boolean, next: number): string[] {
  const path = (packed ? packedPath : segmentPath)(folder, base);
  const known = SparseIndex.load((packed ? packedIndexPath : indexPath)(folder, base));
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  // Packed, or taken away by retention, a moment ago.
  if (!known || size === undefined) return [];
  if (size < known.end.bytes) return [`${path}: ${known.end.bytes - size} bytes are missing at its end`];
  if (known.end.nextOffset < next)
    return [`${path}: messages ${known.end.nextOffset} to ${next - 1} are missing`];
  return [];
}

function newestDamage(path: string, base: number, head: Head | undefined): Omit<LaneSeen, 'segments'> {
  const fd = openSync(path, 'r');
  try {
    let newestAt = 0;
    const { end } = scanFrames(fd, fstatSync(fd).size, base, ({ appendedAt }) => (newestAt = appendedAt));
    const short = head !== undefined && (head.base > base || (head.base === base && head.bytes > end));
    return { newestAt, damage: short ? [`${path}: what lies at byte ${end} is damaged`] : [] };
  } finally {
    closeSync(fd);
  }
}
