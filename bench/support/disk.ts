import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { percentile } from './result.js';

const times = 300;
const block = Buffer.alloc(4_096, 1);

/** What the disk itself takes to make 4 KiB durable, in a file that has its room: p99 of some hundred, ms. Printed beside what waits for it. */
export function diskSyncMs(): number {
  const folder = mkdtempSync(join(tmpdir(), 'coxa-bench-disk-'));
  const fd = openSync(join(folder, 'file'), 'w');
  for (let i = 0; i < times; i++) writeSync(fd, block, 0, block.length, i * block.length);
  fdatasyncSync(fd);
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    writeSync(fd, block, 0, block.length, i * block.length);
    fdatasyncSync(fd);
    taken.push(performance.now() - start);
  }
  closeSync(fd);
  rmSync(folder, { recursive: true, force: true });
  return percentile(taken, 0.99);
}
