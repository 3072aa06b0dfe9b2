import { closeSync, fsyncSync, openSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { baseOf, indexPath, SealedSegment, segmentPath } from './sealed-segment.js';

/** What of a lane is found in its folder. */
export interface LaneFiles {
  /** Finished segments, oldest first. */
  readonly sealed: SealedSegment[];
  /** First offset of the segment that is written; undefined when there is none. */
  readonly newest: number | undefined;
}

/** Half-made files, and those whose packed form is there already, are removed on the way. */
export function laneFiles(folder: string): LaneFiles {
  const names = readdirSync(folder);
  for (const name of names.filter((each) => each.endsWith('.packing'))) rmSync(join(folder, name));
  const basesOf = (kind: 'seg' | 'pack') =>
    names.map((name) => baseOf(name, kind)).filter((base) => base !== undefined);
  const packed = new Set(basesOf('pack'));
  const raw = basesOf('seg').sort((a, b) => a - b);
  const newest = raw.at(-1);
  // Packed, and stopped before the old form was deleted.
  for (const base of raw.filter((each) => packed.has(each)))
    for (const path of [segmentPath(folder, base), indexPath(folder, base)]) rmSync(path, { force: true });
  const bases = [...new Set([...packed, ...raw.slice(0, -1)])].sort((a, b) => a - b);
  return { sealed: bases.map((base) => new SealedSegment(folder, base, packed.has(base))), newest };
}

/** Makes the names in a folder durable. */
export function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  fsyncSync(fd);
  closeSync(fd);
}

/** The same beside the event loop. */
export async function syncFolderBeside(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
