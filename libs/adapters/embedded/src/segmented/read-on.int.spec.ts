import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LogMessage, systemClock } from '@coxa/eventing';
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
    records.push({
      topic,
      key: `k${written % 7}`,
      value: Buffer.from(textOf(written)),
      headers: { n: `${written}` },
    });
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

  test('given those who want headers only, or one record, beside others who read, then each is told of everything in order, and what was read stays as it was', async () => {
    const reader = async () => {
      const read: LogMessage[] = [];
      while (read.length < written) read.push(...(await log.read(topic, 0, read.length, 311)));
      return read.findIndex(({ value }, n) => Buffer.from(value).toString() !== textOf(n));
    };
    const follower = async () => {
      const stop = new AbortController();
      const options = { topics: [topic], headersOnly: true, maxMessages: 127, signal: stop.signal };
      let next = 0;
      await log.consume(options, async ({ messages }) => {
        for (const { offset, value, headers } of messages)
          expect([offset, value.length, headers['n']]).toEqual([next, 0, String(next++)]);
        if (next === written) stop.abort();
      });
      return next;
    };
    const looker = async () => {
      const one = async (n: number) => (await log.read(topic, 0, n, 1))[0]!;
      const wanted = Array.from({ length: 400 }, (_, i) => (i * 7_919) % written);
      const found: LogMessage[] = [];
      for (let i = 0; i < wanted.length; i += 40)
        found.push(...(await Promise.all(wanted.slice(i, i + 40).map(one))));
      return found.findIndex(({ value }, i) => Buffer.from(value).toString() !== textOf(wanted[i]!));
    };
    const none = -1;
    const outcomes = await Promise.all([reader(), follower(), looker(), reader(), follower()]);
    expect(outcomes).toEqual([none, written, none, none, written]);
  });
});

test('given records of which few come to much, when they are read, then only about four mebibytes come at once', async () => {
  const wide = new SegmentedMessageLog(join(folder, 'wide'), views.offsets, systemClock);
  await wide.ensureTopics([{ topic, partitions: 1 }]);
  const value = Buffer.alloc(300_000, 7);
  for (let n = 0; n < 80; n++) await wide.append([{ topic, key: 'k', value, headers: {} }]);
  // Where segments have grown large, and before the newest, which are kept in memory.
  const offsets = (await wide.read(topic, 0, 34, 500)).map(({ offset }) => offset);
  expect(offsets).toEqual(Array.from({ length: offsets.length }, (_, i) => 34 + i));
  expect(offsets.length).toBeGreaterThan(12);
  expect(offsets.length).toBeLessThan(17);
  await wide.close();
});
