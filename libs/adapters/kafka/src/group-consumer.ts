import {
  type ConsumeOptions,
  type EngineError,
  KeyedMutex,
  type LogBatch,
  type TopicPartition,
} from '@coxa/eventing';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { beating } from './heartbeat.js';
import { fromKafka } from './messages.js';
import { type Next, Tenure } from './tenure.js';

export interface GroupConsumerOptions extends ConsumeOptions {
  /** Its name on the cluster. */
  readonly group: string;
  readonly sessionTimeoutMs: number;
  readonly asFailure: (error: unknown) => EngineError;
}

type Handler = (batch: LogBatch) => Promise<void>;

/**
 * One member of a consumer group, from joining to leaving. kafkajs may let a member go on after it has lost its partitions, and may begin
 * a batch of a partition while the one before is still at work: both are held here.
 */
export class GroupConsumer {
  private readonly consumer: Consumer;
  private readonly turns = new KeyedMutex();
  private readonly working = new Set<Promise<void>>();
  private readonly ended = new AbortController();
  private failure: unknown;
  /** What ended it, when that was neither the signal nor a handler. */
  crash: unknown;
  /** Changes with each assignment: what was begun under an older one is no longer ours to commit. */
  private tenure = new Tenure([], () => Promise.resolve());
  /** kafkajs hands the means to commit out with each batch only. */
  private commitOffsets: EachBatchPayload['commitOffsetsIfNecessary'] = () => Promise.resolve();
  private settled: Promise<void> = Promise.resolve();

  constructor(
    client: Kafka,
    private readonly options: GroupConsumerOptions,
    private readonly handler: Handler,
  ) {
    const { group, sessionTimeoutMs } = options;
    this.consumer = client.consumer({
      groupId: group,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: Math.max(30_000, sessionTimeoutMs),
      heartbeatInterval: heartbeatEveryMs(sessionTimeoutMs),
      maxWaitTimeInMs: 250,
      maxBytesPerPartition: 2 * 1024 * 1024,
      allowAutoTopicCreation: false,
      // A crash ends `run`; whoever runs it decides what then.
      retry: { retries: 5, restartOnFailure: () => Promise.resolve(false) },
    });
  }

  /** Resolves when the signal aborts and the handlers have ended. @throws what a handler threw, or EngineError for what the cluster did */
  async run(): Promise<void> {
    const { consumer } = this;
    const { signal, topics } = this.options;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => this.joined(payload.memberAssignment));
    consumer.on(consumer.events.REBALANCING, () => this.options.onRevoked?.());
    consumer.on(consumer.events.CRASH, ({ payload }) => this.crashed(payload.error));
    const stop = () => this.ended.abort();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      if (!signal.aborted) await this.start(topics);
      if (!this.ended.signal.aborted)
        await new Promise((resolve) => this.ended.signal.addEventListener('abort', resolve, { once: true }));
    } catch (error) {
      this.crashed(error);
    } finally {
      this.ended.abort();
      signal.removeEventListener('abort', stop);
      await consumer.disconnect().catch(() => undefined);
      this.tenure.end();
      await Promise.allSettled(this.working);
    }
    if (this.failure !== undefined) throw this.failure;
  }

  private async start(topics: readonly string[]): Promise<void> {
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 16,
      eachBatch: (payload) => this.take(payload),
    });
  }

  private crashed(error: unknown): void {
    if (this.failure === undefined) this.crash = error;
    this.fail(this.options.asFailure(error));
  }

  private fail(error: unknown): void {
    this.failure ??= error;
    this.ended.abort();
  }

  private joined(assignment: Readonly<Record<string, readonly number[]>>): void {
    this.tenure.end();
    const mine = Object.entries(assignment).flatMap(([topic, partitions]) =>
      partitions.map((partition): TopicPartition => ({ topic, partition })),
    );
    const { unhurriedMs, onAssigned } = this.options;
    this.tenure = new Tenure(mine, (places) => this.commitOffsets(byTopic(places)), unhurriedMs);
    this.settled = Promise.resolve(onAssigned?.(mine)).catch((error: unknown) => this.fail(error));
  }

  private async take(payload: EachBatchPayload): Promise<void> {
    const { tenure } = this;
    const { topic, partition } = payload.batch;
    this.commitOffsets = payload.commitOffsetsIfNecessary;
    const work = this.turns.run(`${topic}/${partition}`, () => this.handle(payload, tenure));
    this.working.add(work);
    try {
      await work;
    } finally {
      this.working.delete(work);
    }
  }

  /** Hands a fetch on in portions. A rebalance that is asked for meanwhile waits until the portion at hand is done and committed. */
  private async handle(payload: EachBatchPayload, tenure: Tenure): Promise<void> {
    const { batch, heartbeat, resolveOffset } = payload;
    const { topic, partition } = batch;
    const beat = beating(heartbeat, heartbeatEveryMs(this.options.sessionTimeoutMs));
    try {
      await this.settled;
      const portion = this.options.maxMessages ?? 500;
      for (let from = 0; from < batch.messages.length; from += portion) {
        if (!tenure.holds(topic, partition) || this.ended.signal.aborted || beat.failure) break;
        const taken = batch.messages.slice(from, from + portion);
        const messages = taken.map((message) => fromKafka(topic, partition, message));
        // kafkajs fetches again once all that it has fetched is done: the last commit may wait for those of other partitions.
        const hurry = from + portion < batch.messages.length;
        await this.handler({
          topic,
          partition,
          messages,
          commit: (next) => tenure.commit({ topic, partition }, next, hurry),
        });
        if (tenure.holds(topic, partition)) resolveOffset(taken.at(-1)!.offset);
      }
    } catch (error) {
      this.fail(error);
    } finally {
      beat.stop();
    }
    // kafkajs learns of the rebalance from this, and joins again.
    if (beat.failure && tenure.holds(topic, partition)) throw beat.failure;
    if (tenure.fault) throw tenure.fault;
  }
}

const byTopic = (places: readonly Next[]) => ({
  topics: [...new Set(places.map(({ topic }) => topic))].map((topic) => ({
    topic,
    partitions: places
      .filter((place) => place.topic === topic)
      .map(({ partition, next }) => ({ partition, offset: String(next) })),
  })),
});

const heartbeatEveryMs = (sessionTimeoutMs: number): number =>
  Math.max(100, Math.min(1_000, Math.floor(sessionTimeoutMs / 5)));
