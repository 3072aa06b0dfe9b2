import { type Body, bodyIn, roomBytes } from './framing.js';
import type { RecordBatch } from './record-batch.js';

/** A batch and the partition that it goes to. */
export interface Placed {
  readonly topic: string;
  readonly partition: number;
  readonly batch: RecordBatch;
}

export interface Produced {
  readonly topic: string;
  readonly partition: number;
  /** 0: written. */
  readonly errorCode: number;
  readonly baseOffset: number;
}

const apiKey = 0;
/** Of the produce request: the newest that kafkajs 2.2.4 speaks; brokers from 2.1 on know it. */
export const apiVersion = 7;
const allReplicas = -1;

/** A produce request in the form that kafkajs's connections send, and how its answer is read. `room` gives the memory that it is written into. */
export function produceRequest(
  placed: readonly Placed[],
  timeoutMs: number,
  room: (bytes: number) => Buffer,
) {
  return {
    request: {
      apiKey,
      apiVersion,
      apiName: 'Produce',
      expectResponse: () => true,
      encode: () => Promise.resolve(encoded(placed, timeoutMs, room)),
    },
    response: {
      decode: (answer: Buffer) => {
        const { produced, throttleMs } = decoded(answer);
        return Promise.resolve({ produced, clientSideThrottleTime: throttleMs });
      },
      parse: ({ produced }: { readonly produced: Produced[] }) => Promise.resolve(produced),
    },
  };
}

function encoded(placed: readonly Placed[], timeoutMs: number, room: (bytes: number) => Buffer): Body {
  const topics = new Map<string, Placed[]>();
  for (const each of placed) topics.set(each.topic, [...(topics.get(each.topic) ?? []), each]);
  let bytes = roomBytes + 2 + 2 + 4 + 4;
  for (const topic of topics.keys()) bytes += 2 + Buffer.byteLength(topic) + 4;
  for (const { batch } of placed) bytes += 4 + 4 + batch.bytes;
  const target = room(bytes);
  // No transaction.
  let at = target.writeInt16BE(-1, roomBytes);
  at = target.writeInt16BE(allReplicas, at);
  at = target.writeInt32BE(timeoutMs, at);
  at = target.writeInt32BE(topics.size, at);
  for (const [topic, partitions] of topics) {
    at = target.writeInt16BE(Buffer.byteLength(topic), at);
    at += target.write(topic, at);
    at = target.writeInt32BE(partitions.length, at);
    for (const { partition, batch } of partitions) {
      at = target.writeInt32BE(partition, at);
      at = target.writeInt32BE(batch.bytes, at);
      at = batch.writeTo(target, at);
    }
  }
  return bodyIn(target, at);
}

function decoded(answer: Buffer): { readonly produced: Produced[]; readonly throttleMs: number } {
  const produced: Produced[] = [];
  let at = 4;
  for (let topics = answer.readInt32BE(0); topics > 0; topics--) {
    const end = at + 2 + answer.readInt16BE(at);
    const topic = answer.toString('utf8', at + 2, end);
    at = end + 4;
    for (let partitions = answer.readInt32BE(end); partitions > 0; partitions--) {
      produced.push({
        topic,
        partition: answer.readInt32BE(at),
        errorCode: answer.readInt16BE(at + 4),
        baseOffset: Number(answer.readBigInt64BE(at + 6)),
      });
      // Behind them the time of appending and the oldest offset there.
      at += 30;
    }
  }
  return { produced, throttleMs: answer.readInt32BE(at) };
}
