import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import { RecordBatch } from './record-batch.js';
import { kafkajsVersion } from './wire.js';

const require = createRequire(import.meta.url);

interface Decoded {
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly lastOffsetDelta: number;
  readonly maxTimestamp: string;
  readonly records: readonly {
    readonly key: Buffer | null;
    readonly value: Buffer | null;
    readonly offset: string;
    readonly timestamp: string;
    readonly headers: Readonly<Record<string, Buffer>>;
  }[];
}

/** What kafkajs reads of a batch that comes from a broker. */
async function read(bytes: Buffer): Promise<Decoded> {
  const Decoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => {
    readInt64(): unknown;
    readInt32(): number;
  };
  const decode = require('kafkajs/src/protocol/recordBatch/v0/decoder') as (
    decoder: unknown,
  ) => Promise<Decoded>;
  return decode(new Decoder(bytes));
}

/** The batch as kafkajs itself writes it. */
async function byKafkajs(
  records: readonly { key: string; value: Buffer; headers: Record<string, string> }[],
) {
  const { RecordBatch: make } = require('kafkajs/src/protocol/recordBatch/v0') as {
    RecordBatch(options: unknown): Promise<{ buffer: Buffer }>;
  };
  const record = require('kafkajs/src/protocol/recordBatch/record/v0') as (options: unknown) => unknown;
  const batch = await make({
    records: records.map((each, offsetDelta) => record({ ...each, offsetDelta, timestampDelta: 0 })),
    firstTimestamp: 1_700_000_000_000,
    maxTimestamp: 1_700_000_000_000,
    partitionLeaderEpoch: -1,
    lastOffsetDelta: records.length - 1,
    producerId: '4711',
    producerEpoch: 3,
    firstSequence: 70_000,
  });
  return batch.buffer;
}

const writer = { producerId: 4711n, epoch: 3, sequence: 70_000 };
const written = (batch: RecordBatch): Buffer => {
  const target = Buffer.alloc(batch.bytes + 7);
  expect(batch.writeTo(target, 7)).toBe(target.length);
  return target.subarray(7);
};

describe('a batch of records', () => {
  test('given the pinned kafkajs, when batches are written, then it is the one they were compared with', () => {
    expect(kafkajsVersion()).toBe('2.2.4');
  });

  test.each([
    ['one small record', 1, 0],
    ['records of many sizes', 300, 1],
    ['large records', 40, 24 * 1_024],
  ])(
    'given %s, when they are written, then the bytes are those that kafkajs writes',
    async (_, count, size) => {
      const records = Array.from({ length: count }, (_unused, i) => ({
        topic: 't',
        key: i % 3 === 0 ? `Łódź-${i}` : `p${i}`,
        value: Buffer.alloc(size * (i % 200), i),
        headers: i % 4 === 0 ? {} : { ce_id: `id-${i}`, ce_note: 'schön'.repeat(i % 30) },
      }));
      expect(
        written(new RecordBatch(records, writer, 1_700_000_000_000)).equals(await byKafkajs(records)),
      ).toBe(true);
    },
  );

  test('given records that bring their times, the first not the oldest, when they are read, then each has its own', async () => {
    const times = [1_700_000_000_500, 1_600_000_000_000, 1_700_000_000_900];
    const records = times.map((appendedAt) => ({
      topic: 't',
      key: 'k',
      value: Buffer.from('v'),
      headers: {},
      appendedAt,
    }));
    const decoded = await read(written(new RecordBatch(records, writer, 5)));
    expect(decoded.records.map(({ timestamp }) => Number(timestamp))).toEqual(times);
    expect(Number(decoded.maxTimestamp)).toBe(times[2]);
  });
});
