import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface Seen {
  readonly main: number;
  readonly low: number;
  readonly pool: { low: number; usual: number };
  readonly heap: { low: number; usual: number };
}

/** A process of its own on these cores that asks for it and then works. */
async function on(cores: string): Promise<Seen> {
  const node = [process.execPath, '--conditions=coxa-source', '--import', file('../../test/swc-loader.mjs')];
  const command = ['-c', cores, ...node, file('../../test/one-core-main.ts')];
  return JSON.parse((await promisify(execFile)('taskset', command)).stdout) as Seen;
}

const canPin = existsSync('/usr/bin/taskset') && getPriority() < constants.priority.PRIORITY_LOW;

// Says so as skipped elsewhere: priorities of single threads are Linux's.
(canPin ? describe : describe.skip)('the helper threads of V8', () => {
  test('given one core, then they collect at low priority, and the event loop and the threads that sync files keep theirs', async () => {
    const { main, low, pool, heap } = await on('0');
    expect(main).toBe(getPriority());
    expect(low).toBeGreaterThanOrEqual(4);
    expect(pool.usual).toBeGreaterThan(10 * pool.low);
    // Beside a busy neighbour those of low priority may not come to their turn; the others have no part in it in any case.
    expect(heap.usual).toBeLessThanOrEqual(2);
  });
});
