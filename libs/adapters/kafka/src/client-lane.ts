import { EngineError, type LogRecord } from '@coxa/eventing';
import type { Producer, RecordMetadata } from 'kafkajs';
import { isForgotten } from './failures.js';
import type { LaneWriter } from './lane-writer.js';
import { toKafka } from './messages.js';
import type { Producers } from './producers.js';

/** How long the broker may wait for its followers. */
const brokerTimeoutMs = 8_000;

export interface LanePlace {
  readonly topic: string;
  readonly partition: number;
  /** Number of the lane: which producer it uses. */
  readonly lane: number;
}

/**
 * Writes one partition by kafkajs's own producers, where the way of our own is not open: a `send` of this partition alone, for one over several
 * partitions resolves though a part was never written, when a leader dies during it.
 */
export class ClientLane implements LaneWriter {
  private producer: Producer | undefined;

  constructor(
    private readonly producers: Producers,
    private readonly place: LanePlace,
  ) {}

  /** The same records go through the same producer again: the broker knows a repeat. */
  async write(records: readonly LogRecord[]): Promise<number> {
    const { topic, partition, lane } = this.place;
    if (this.producer && this.producers.isRetired(this.producer)) this.producer = undefined;
    this.producer ??= await this.producers.of(lane);
    const messages = records.map((record) => toKafka(record, partition));
    const answer = await this.producer.send({ topic, acks: -1, timeout: brokerTimeoutMs, messages });
    return firstOffset(answer, topic, partition);
  }

  failed(error: unknown, givenUp: boolean): Promise<void> {
    if (this.producer && (givenUp || isForgotten(error)))
      this.producers.retire(this.place.lane, this.producer);
    return Promise.resolve();
  }
}

/** Place of the first record. @throws EngineError when the answer does not say that this partition has it: then it has to be sent again */
export function firstOffset(answer: readonly RecordMetadata[], topic: string, partition: number): number {
  const mine = answer.find((each) => each.topicName === topic && each.partition === partition);
  const offset = Number(mine?.baseOffset ?? Number.NaN);
  if (mine?.errorCode !== 0 || !Number.isSafeInteger(offset) || offset < 0)
    throw new EngineError(
      'storage-failed',
      `the answer does not say that ${topic}/${partition} has been written`,
    );
  return offset;
}
