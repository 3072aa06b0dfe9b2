import type { LogRecord } from '@coxa/eventing';
import { crc32c } from '@node-rs/crc32';

/** Who writes, and the number of the first record among all that it writes to a partition: the broker tells repeats by them. */
export interface WriterPlace {
  readonly producerId: bigint;
  readonly epoch: number;
  readonly sequence: number;
}

type Timed = LogRecord & { readonly appendedAt?: number };

/** Bytes of a batch before its records, and of its header before what `batchLength` counts. */
const headBytes = 61;
const uncounted = 12;
const crcAt = 17;
const checkedFrom = 21;

/**
 * Records of one partition as they lie in the log: a record batch of version 2 (Kafka's KIP-98, "Record Batch" in its protocol
 * guide), not compressed. kafkajs copies each record four or five times on the way there and works out the checksum in JavaScript.
 */
export class RecordBatch {
  /** Bytes of the whole batch. */
  readonly bytes: number;
  private readonly bodies: readonly number[];
  private readonly times: readonly number[];

  constructor(
    private readonly records: readonly Timed[],
    private readonly writer: WriterPlace,
    now: number,
  ) {
    this.times = records.map(({ appendedAt = now }) => appendedAt);
    this.bodies = records.map((record, i) => bodyBytes(record, i, this.times[i]! - this.times[0]!));
    this.bytes = this.bodies.reduce((sum, body) => sum + varintBytes(body) + body, headBytes);
  }

  /** Writes it into `target`; answers where it ends. */
  writeTo(target: Buffer, at: number): number {
    const { records, bodies, times, writer } = this;
    target.writeBigInt64BE(0n, at);
    target.writeInt32BE(this.bytes - uncounted, at + 8);
    target.writeInt32BE(-1, at + 12);
    target.writeInt8(2, at + 16);
    target.writeInt16BE(0, at + checkedFrom);
    target.writeInt32BE(records.length - 1, at + 23);
    target.writeBigInt64BE(BigInt(times[0]!), at + 27);
    target.writeBigInt64BE(BigInt(Math.max(...times)), at + 35);
    target.writeBigInt64BE(writer.producerId, at + 43);
    target.writeInt16BE(writer.epoch, at + 51);
    target.writeInt32BE(writer.sequence, at + 53);
    target.writeInt32BE(records.length, at + 57);
    let end = at + headBytes;
    records.forEach((record, i) => {
      end = putVarint(target, end, bodies[i]!);
      end = putRecord(target, end, record, { index: i, after: times[i]! - times[0]! });
    });
    target.writeUInt32BE(crc32c(target.subarray(at + checkedFrom, end)), at + crcAt);
    return end;
  }
}

function bodyBytes({ key, value, headers }: Timed, index: number, after: number): number {
  let bytes = 1 + varintBytes(after) + varintBytes(index) + textBytes(key);
  bytes += varintBytes(value.byteLength) + value.byteLength;
  let count = 0;
  for (const name in headers) {
    bytes += textBytes(name) + textBytes(headers[name]!);
    count++;
  }
  return bytes + varintBytes(count);
}

function putRecord(
  target: Buffer,
  at: number,
  { key, value, headers }: Timed,
  { index, after }: { readonly index: number; readonly after: number },
): number {
  target[at] = 0;
  let end = putText(target, putVarint(target, putVarint(target, at + 1, after), index), key);
  end = putVarint(target, end, value.byteLength);
  target.set(value, end);
  end = putVarint(target, end + value.byteLength, Object.keys(headers).length);
  for (const name in headers) end = putText(target, putText(target, end, name), headers[name]!);
  return end;
}

const textBytes = (text: string): number => {
  const bytes = Buffer.byteLength(text);
  return varintBytes(bytes) + bytes;
};

function putText(target: Buffer, at: number, text: string): number {
  const from = putVarint(target, at, Buffer.byteLength(text));
  return from + target.write(text, from);
}

/** Small numbers of either sign become small ones without: 0, -1, 1, -2 … are 0, 1, 2, 3 … */
const zigZag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = zigZag(value); rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

function putVarint(target: Buffer, at: number, value: number): number {
  let rest = zigZag(value);
  for (; rest >= 128; rest = Math.floor(rest / 128)) target[at++] = (rest % 128) | 128;
  target[at++] = rest;
  return at;
}
