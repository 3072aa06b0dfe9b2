import type { LogMessage, LogRecord } from '@coxa/eventing';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFrameRecords } from './frame-records.js';
import { readFrameHeader } from './frame.js';
import { framesOf, mostFramesBytes } from './frames-of.js';
import { mostRecordBytes } from './records.js';

const lane = { topic: 't', partition: 3 };
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '1.0', 'ä', 'x'.repeat(300)),
);
const record = fc.record({
  topic: fc.constant('t'),
  key: text,
  value: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  // Few names, so that neighbours often have the same.
  headers: fc.dictionary(
    fc.oneof(
      fc.constantFrom('ce_id', 'ce_type'),
      text.map((name) => `h${name}`),
    ),
    text,
    {
      maxKeys: 4,
      noNullPrototype: true,
    },
  ),
});

function read(bytes: Buffer, from: number, limit: number): LogMessage[] {
  const into: LogMessage[] = [];
  for (let at = 0; at < bytes.length;) {
    const frame = readFrameHeader(bytes, at);
    if (frame === 'none' || 'short' in frame) throw new Error(`no frame at ${at}`);
    if (frame.firstOffset + frame.count > from)
      readFrameRecords(bytes, at, frame, lane, { from, limit, into });
    at += frame.bytes;
  }
  return into;
}

const mostOf = (records: readonly LogRecord[]): number =>
  mostFramesBytes(records.reduce((sum, each) => sum + mostRecordBytes(each), 0));
const framed = (
  records: readonly LogRecord[],
  onFrame: (firstOffset: number) => void = () => undefined,
): Buffer =>
  Buffer.from(framesOf(records, { most: mostOf(records), firstOffset: 7, appendedAt: 1_234 }, onFrame));

describe('records in frames', () => {
  test('given frames that may end at the end of a block, wherever they begin, then they do where they are large, and none is longer than what is read', () => {
    const mebibyte = 1024 * 1024;
    const cases = [
      { sizes: [mebibyte - 132, 8 * mebibyte - 21], position: 200 },
      { sizes: [mebibyte - 132, 8 * mebibyte - 21], position: 0 },
      { sizes: [40_000], position: 100 },
      { sizes: [40_000, 2 * mebibyte, 5], position: 4_095 },
      { sizes: [20_000], position: 100 },
    ];
    const ends = cases.map(({ sizes, position }) => {
      const records = sizes.map((size) => ({
        topic: 't',
        key: '',
        value: Buffer.alloc(size, 1),
        headers: {},
      }));
      const bytes = framesOf(records, { most: mostOf(records), firstOffset: 0, appendedAt: 1, position });
      expect(read(bytes, 0, 10).map(({ value }) => value.length)).toEqual(sizes);
      return (position + bytes.length) % 4_096;
    });
    expect(ends.slice(1, 4)).toEqual([0, 0, 0]);
    expect(ends[4]).not.toBe(0);
  });

  test('given any records, when they are read from any place, then what comes is what was written', () => {
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 12 }),
        fc.nat(12),
        fc.integer({ min: 1, max: 12 }),
        (records, skipped, limit) => {
          const bytes = framed(records);
          expect(bytes.length).toBeLessThanOrEqual(mostOf(records));
          const from = 7 + skipped;
          const expected = records
            .map((one, i) => ({ ...one, partition: 3, offset: 7 + i, appendedAt: 1_234 }))
            .slice(skipped, skipped + limit);
          expect(read(bytes, from, limit)).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('given headers that change little, when they are framed, then what stays is said once', () => {
    const one = (n: number): LogRecord => ({
      topic: 't',
      key: `p${n}`,
      value: Buffer.alloc(0),
      headers: { ce_specversion: '1.0', ce_id: `d/s/${n}`, ce_type: 'coxa.readings-reported.v1' },
    });
    const [few, many] = [2, 12].map((count) => framed(Array.from({ length: count }, (_, n) => one(n % 10))));
    expect((many!.length - few!.length) / 10).toBeLessThan(20);
  });

  test('given more than a frame should hold, when it is framed, then it is spread over several', () => {
    const records = Array.from({ length: 9 }, (_, n): LogRecord => ({
      topic: 't',
      key: 'k',
      value: Buffer.alloc(400_000, n),
      headers: { n: 'same' },
    }));
    const begun: number[] = [];
    const bytes = framed(records, (offset) => void begun.push(offset));
    expect(begun).toEqual([7, 10, 13]);
    expect(read(bytes, 9, 3).map(({ offset, value, headers }) => [offset, value[0], headers])).toEqual([
      [9, 2, { n: 'same' }],
      [10, 3, { n: 'same' }],
      [11, 4, { n: 'same' }],
    ]);
  });
});
