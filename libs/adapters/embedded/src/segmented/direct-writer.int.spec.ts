import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DirectWriter } from './direct-writer.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coxa-direct-'));
  path = join(folder, 'file');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A writer for a file of so many zeros. */
function open(bytes: number): DirectWriter {
  writeFileSync(path, Buffer.alloc(bytes));
  return DirectWriter.open(path)!;
}

/** Not every file system can be written past the cache of pages. */
function possible(): boolean {
  const probe = mkdtempSync(join(tmpdir(), 'coxa-direct-'));
  writeFileSync(join(probe, 'file'), '');
  const writer = DirectWriter.open(join(probe, 'file'));
  writer?.close();
  rmSync(probe, { recursive: true });
  return writer !== undefined;
}

const testDirect = possible() ? test : test.skip;

testDirect(
  'given pieces of any sizes under way together, when they are written, then the file holds them one behind the other, and zeros behind the last',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.integer({ min: 1, max: 9_000 }),
            fc.constant(4_096),
            fc.integer({ min: 1, max: 600_000 }),
            fc.integer({ min: 1_000_000, max: 2_200_000 }),
          ),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        async (sizes) => {
          const room = 18 * 1024 * 1024;
          const writer = open(room);
          const all: Buffer[] = [];
          const writes: Promise<void>[] = [];
          let at = 0;
          const piece = Buffer.alloc(2_200_000);
          for (const [i, size] of sizes.entries()) {
            piece.fill(i + 1);
            all.push(Buffer.from(piece.subarray(0, size)));
            // The same memory is used again at once.
            writes.push(writer.write(piece.subarray(0, size), at));
            at += size;
          }
          await Promise.all(writes);
          writer.close();
          const file = readFileSync(path);
          expect(file.length).toBe(room);
          expect(file.subarray(0, at).equals(Buffer.concat(all))).toBe(true);
          expect(file.subarray(at).every((byte) => byte === 0)).toBe(true);
        },
      ),
      { numRuns: 15 },
    );
  },
);

testDirect(
  'given a reader who has the same pages in the cache, when more is written behind what it read, then it sees that too',
  async () => {
    const writer = open(1024 * 1024);
    let at = 0;
    for (let i = 1; i < 200; i++) {
      await writer.write(Buffer.alloc(1_300, i), at);
      at += 1_300;
      const seen = readFileSync(path).subarray(0, at + 1);
      expect([seen[0], seen[at - 1], seen[at]]).toEqual([1, i, 0]);
    }
    writer.close();
  },
);

testDirect(
  'given a write that fails, then it rejects, and so does what was to go into the same block',
  async () => {
    const writer = open(8_192);
    // Beyond what a file may come to.
    const beyond = 2 ** 52;
    const one = writer.write(Buffer.alloc(100, 1), beyond);
    const other = writer.write(Buffer.alloc(100, 2), beyond + 100);
    await expect(one).rejects.toMatchObject({ code: expect.stringMatching(/EFBIG|EINVAL/) });
    await expect(other).rejects.toMatchObject({ code: expect.stringMatching(/EFBIG|EINVAL/) });
    writer.close();
  },
);
