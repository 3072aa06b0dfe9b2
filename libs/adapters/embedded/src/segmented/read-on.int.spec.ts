import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@coxa/eventing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SqliteViewStore } from '../sqlite-view-store.js';
import { SegmentedMessageLog } from './segmented-message-log.js';

const topic = 't.v1';
/** More than a reader is given ahead at once, in several segments. */
const count = 6_000;
const segmentBytes = 2 * 1024 * 1024;
let folder: string;
let log: SegmentedMessageLog;
let views: SqliteViewStore;
let written = 0;

const textOf = (n: number): string => `${n}:${'x'.repeat((n * 7919) % 1_700)}`;
const append = async (upTo: number): Promise<void> => {
  const records = [];
  for (; written < upTo; written++)
    records.push({ topic, key: `k${written % 7}`, value: Buffer.from(textOf(written)), headers: {} });
  await log.append(records);
};
const read = async (from: number, limit: number): Promise<string[]> =>
  (await log.read(topic, 0, from, limit)).map(({ value }) => Buffer.from(value).toString());
const expected = (from: number, got: number): string[] =>
  Array.from({ length: got }, (_, i) => textOf(from + i));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coxa-read-on-'));
  views = new SqliteViewStore(join(folder, 'views.db'));
  log = new SegmentedMessageLog(join(folder, 'log'), views.offsets, systemClock, segmentBytes);
  await log.ensureTopics([{ topic, partitions: 1 }]);
  for (let upTo = 0; upTo < count; upTo += 37) await append(Math.min(count, upTo + 37));
});

afterAll(async () => {
  await log.close();
  await views.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('reading on where the last reader stopped', () => {
  test('given portions of any size, of several readers in any order, then each is given what follows, whole and in order', async () => {
    const step = fc.record({
      reader: fc.nat({ max: 2 }),
      limit: fc.integer({ min: 1, max: 900 }),
      jump: fc.option(fc.nat({ max: count - 1 }), { freq: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
        const at = [0, 0, 0];
        for (const { reader, limit, jump } of steps) {
          const from = jump ?? at[reader]!;
          const got = await read(from, limit);
          expect(got).toEqual(expected(from, got.length));
          if (from < count) expect(got.length).toBeGreaterThan(0);
          at[reader] = from + got.length;
        }
      }),
      { numRuns: 60 },
    );
  });

  test('given a reader in the middle of what was read ahead, when more is appended, then it comes to that too', async () => {
    const before = written;
    for (let from = 0; from < before + 500;) {
      const got = await read(from, 83);
      expect(got).toEqual(expected(from, got.length));
      from += got.length;
      if (from > before / 2 && written === before) await append(before + 500);
      if (got.length === 0) throw new Error(`nothing at ${from} of ${written}`);
    }
  });
});
