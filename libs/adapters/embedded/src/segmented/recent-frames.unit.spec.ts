import { crc32c } from '@node-rs/crc32';
import type { LogMessage, LogRecord } from '@coxa/eventing';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { framesOf, mostFramesBytes } from './frames-of.js';
import { mostRecordBytes } from './records.js';
import { RecentFrames } from './recent-frames.js';

const lane = { topic: 't', partition: 3 };
const MiB = 1024 * 1024;

const record = (offset: number, bytes: number): LogRecord => ({
  topic: lane.topic,
  key: `k${offset % 3}`,
  value: Buffer.alloc(bytes, offset % 251),
  headers: { n: String(offset) },
});

/** Checksums instead of megabytes: what differs is seen as well, and sooner. */
const told = (messages: readonly LogMessage[] | undefined) =>
  messages?.map(({ value, ...rest }) => ({ ...rest, bytes: value.length, sum: crc32c(value) }));

/** Adds records of these sizes as one commit; what a reader should be told of them. */
function commit(recent: RecentFrames, first: number, sizes: readonly number[], appendedAt: number) {
  const records = sizes.map((bytes, i) => record(first + i, bytes));
  const most = mostFramesBytes(records.reduce((sum, each) => sum + mostRecordBytes(each), 0));
  recent.push(
    framesOf(records, { most, firstOffset: first, appendedAt }, () => undefined),
    { first, appendedAt },
  );
  return records.map(({ key, headers, value }, i) => ({
    ...{ ...lane, offset: first + i, key, headers, appendedAt },
    ...{ bytes: value.length, sum: crc32c(value) },
  }));
}

/** All it has from `from` on. */
const rest = (recent: RecentFrames, from: number) =>
  told(recent.read({ from: from, limit: Infinity }, Infinity));

describe('the newest frames', () => {
  test('given commits of any sizes at any times, when they are read from anywhere, then what comes is what was committed, or it says that it does not reach back', () => {
    const commitOf = fc.record({
      sizes: fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 6 }),
      // Most commits fit into the least room several times, a few are larger than all of it may be.
      larger: fc.oneof({ weight: 20, arbitrary: fc.nat({ max: 40_000 }) }, fc.nat({ max: 6 * MiB })),
      after: fc.constantFrom(0, 400),
    });
    fc.assert(
      fc.property(
        fc.array(commitOf, { minLength: 1, maxLength: 30 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 50 }),
        (commits, where, limit) => {
          const recent = new RecentFrames(lane);
          const all: object[] = [];
          let now = 1_000;
          for (const { sizes, larger, after } of commits) {
            all.push(...commit(recent, all.length, [...sizes, larger], (now += after)));
            const from = Math.floor(where * all.length);
            const read = told(recent.read({ from, limit }, Infinity));
            if (read) expect(read).toEqual(all.slice(from, from + limit));
          }
          // What was committed last is there unless it is larger than all of it may be.
          const { sizes, larger } = commits.at(-1)!;
          const last = all.slice(-sizes.length - 1);
          const found = rest(recent, all.length - last.length);
          expect(found).toEqual(larger < 4 * MiB - 10_000 ? last : larger > 4 * MiB ? undefined : found);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('given more than it may keep, when it is read, then only the newest are there', () => {
    const recent = new RecentFrames(lane);
    for (let n = 0; n < 100; n++) commit(recent, n, [100_000], 1_000);
    expect(rest(recent, 0)).toBeUndefined();
    expect(rest(recent, 65)).toHaveLength(35);
  });

  test('given commits that are old by the time others come, when it is read, then no room was taken for them', () => {
    const recent = new RecentFrames(lane);
    for (let n = 0; n < 100; n++) commit(recent, n, [20_000], 1_000 * n);
    expect(rest(recent, 96)).toBeUndefined();
    expect(rest(recent, 98)).toHaveLength(2);
  });

  test('given what was read, when more is committed than there is room for, then what was read stays as it was', () => {
    const recent = new RecentFrames(lane);
    const first = commit(recent, 0, [50_000, 50_000], 0);
    const read = recent.read({ from: 0, limit: 10 }, Infinity);
    for (let n = 1; n < 200; n++) commit(recent, 2 * n, [60_000, 60_000], 0);
    expect(told(read)).toEqual(first);
  });

  test('given commits that failed, when they are taken back and others come, then nothing of them is read', () => {
    const recent = new RecentFrames(lane);
    const kept = commit(recent, 0, [30_000], 0);
    commit(recent, 1, [200, 200], 0);
    commit(recent, 3, [20_000], 0);
    recent.dropFrom(1);
    const after = commit(recent, 1, [25_000, 25], 0);
    expect(rest(recent, 0)).toEqual([...kept, ...after]);
    recent.dropFrom(0);
    expect(rest(recent, 0)).toBeUndefined();
  });

  test('given a reader with a limit of bytes, when it reads, then it gets no more commits than that, and at least one', () => {
    const recent = new RecentFrames(lane);
    for (let n = 0; n < 10; n++) commit(recent, n, [10_000], 0);
    expect(recent.read({ from: 0, limit: 100 }, 25_000)).toHaveLength(3);
    expect(recent.read({ from: 0, limit: 100 }, 1)).toHaveLength(1);
  });
});
