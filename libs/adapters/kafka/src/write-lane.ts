import { backoffMs, EngineError, type LogPosition, type LogRecord, pause } from '@coxa/eventing';
import type { Producer, RecordMetadata } from 'kafkajs';
import { isOfType } from './failures.js';
import { toKafka } from './messages.js';
import type { Producers } from './producers.js';

/** What one request carries at most; a broker takes more, but waits longer for it. */
const requestBytes = 1_000_000;
const requestRecords = 2_000;
/** How long the broker may wait for its followers. */
const brokerTimeoutMs = 8_000;

interface Waiting {
  readonly record: LogRecord;
  readonly size: number;
  readonly deadline: number;
  resolve(position: LogPosition): void;
  reject(error: unknown): void;
}

export interface LanePlace {
  readonly topic: string;
  readonly partition: number;
  /** Number of the lane: which producer it uses. */
  readonly lane: number;
}

/**
 * Writes one partition: one send at a time, of this partition alone, with all that has gathered meanwhile.
 * A `send` of kafkajs over several partitions resolves though a part was never written, when a leader dies during it.
 */
export class WriteLane {
  private queue: Waiting[] = [];
  private pumping: Promise<void> | undefined;

  constructor(
    private readonly place: LanePlace,
    private readonly producers: Producers,
    private readonly timeoutMs: number,
    private readonly asFailure: (error: unknown) => EngineError,
  ) {}

  /** Resolves when the record is durable. */
  add(record: LogRecord): Promise<LogPosition> {
    return new Promise((resolve, reject) => {
      const size = record.value.byteLength + 200;
      const deadline = performance.now() + this.timeoutMs;
      this.queue.push({ record, size, deadline, resolve, reject });
      // Whoever adds in the same turn goes along.
      this.pumping ??= Promise.resolve().then(() => this.pump());
    });
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.pumping) await this.pumping;
  }

  private async pump(): Promise<void> {
    while (this.queue.length > 0) await this.write(this.take());
    this.pumping = undefined;
  }

  private take(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { size } of this.queue) {
      if (count > 0 && (bytes + size > requestBytes || count >= requestRecords)) break;
      bytes += size;
      count++;
    }
    const taken = this.queue.slice(0, count);
    this.queue = this.queue.slice(count);
    return taken;
  }

  /**
   * Sends until it is durable or its time is up. The same records go through the same producer again: the broker knows a repeat.
   * What is given up may still be written; whoever sent it is told that it was not taken, and sends it again.
   */
  private async write(waiting: readonly Waiting[]): Promise<void> {
    const { topic, partition, lane } = this.place;
    const messages = waiting.map(({ record }) => toKafka(record, partition));
    const { deadline } = waiting[0]!;
    let producer: Producer | undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        producer ??= await before(deadline, this.producers.of(lane));
        const answer = await before(
          deadline,
          producer.send({ topic, acks: -1, timeout: brokerTimeoutMs, messages }),
        );
        const first = firstOffset(answer, topic, partition);
        waiting.forEach(({ resolve }, i) => resolve({ topic, partition, offset: first + i }));
        return;
      } catch (error) {
        const hopeless = isOfType(error, 'MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD');
        const over = hopeless || performance.now() >= deadline;
        if (producer && (over || isForgotten(error))) this.producers.retire(lane, producer);
        if (producer && this.producers.isRetired(producer)) producer = undefined;
        if (over) return waiting.forEach(({ reject }) => reject(this.asFailure(error)));
      }
      await pause(Math.min(backoffMs(attempt), 500));
    }
  }
}

/** The answer, if it comes in time. @throws EngineError when it does not; nobody hears of it then */
async function before<T>(deadline: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const tell = () => reject(new EngineError('storage-failed', 'Kafka did not answer in time'));
    timer = setTimeout(tell, Math.max(0, deadline - performance.now()));
  });
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The broker no longer knows the producer's sequence: only a fresh one can go on. */
const isForgotten = (error: unknown): boolean =>
  isOfType(
    error,
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    'DUPLICATE_SEQUENCE_NUMBER',
    'UNKNOWN_PRODUCER_ID',
    'INVALID_PRODUCER_EPOCH',
    'INVALID_PRODUCER_ID_MAPPING',
  );

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
