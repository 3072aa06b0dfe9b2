import {
  type ConsumeOptions,
  EngineError,
  type LogBatch,
  type LogMessage,
  type LogPosition,
  type LogRecord,
  type MessageLog,
  type PartitionOffsets,
  partitionOf,
  SharedQuestion,
  type TopicSpec,
} from '@coxa/eventing';
import type { Kafka } from 'kafkajs';
import { engineError, isOfType } from './failures.js';
import { consumeInGroup } from './consume-in-group.js';
import { groupId } from './group-id.js';
import type { KafkaSettings } from './kafka-settings.js';
import { ClientLane } from './client-lane.js';
import { DirectLane } from './direct-lane.js';
import { DirectWriter } from './direct-writer.js';
import { consumeAlone } from './lone-consumer.js';
import { isMissing, PartitionReader } from './partition-reader.js';
import { Producers } from './producers.js';
import { ensureTopics } from './topics.js';
import { openWire } from './wire.js';
import { WriteLane } from './write-lane.js';

/** The message log on Apache Kafka. */
export class KafkaMessageLog implements MessageLog {
  private readonly producers: Producers;
  private readonly writer: DirectWriter | undefined;
  private readonly reader: PartitionReader;
  /** Partitions by topic: fixed when the topic is made, for keys would change their order. */
  private readonly counts = new Map<string, number>();
  private readonly lanes = new Map<string, WriteLane>();
  private readonly places = new SharedQuestion<PartitionOffsets[]>();
  private closed = false;

  constructor(
    private readonly client: Kafka,
    private readonly settings: KafkaSettings,
    /** Whether batches encoded here can be sent; else kafkajs's producers send them. */
    direct: boolean,
  ) {
    this.producers = new Producers(client);
    this.writer = direct ? new DirectWriter(openWire(client)) : undefined;
    this.reader = new PartitionReader(openWire(client));
  }

  ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    return this.asked(ensureTopics(this.client, topics, this.settings.replication));
  }

  async append(records: readonly LogRecord[]): Promise<LogPosition[]> {
    if (this.closed) throw new EngineError('closed', 'the message log is closed');
    for (const { topic } of records) if (!this.counts.has(topic)) await this.partitions(topic);
    const waiting = records.map((record) => this.lane(record, this.counts.get(record.topic)!).add(record));
    // All have to end before one failure is told: the caller must not go on while some are still under way.
    const outcomes = await Promise.allSettled(waiting);
    return outcomes.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    });
  }

  async consume(options: ConsumeOptions, handler: (batch: LogBatch) => Promise<void>): Promise<void> {
    const { group } = options;
    if (group === undefined) return consumeAlone(options, this.openReader, this.failure, handler);
    const stop = new AbortController();
    const signal = AbortSignal.any([options.signal, stop.signal]);
    const runs = options.topics.map((topic) =>
      consumeInGroup(
        this.client,
        {
          ...options,
          topics: [topic],
          signal,
          group: groupId(group, topic),
          sessionTimeoutMs: this.settings.sessionTimeoutMs ?? 15_000,
          asFailure: this.failure,
        },
        handler,
      ).finally(() => stop.abort()),
    );
    const outcomes = await Promise.allSettled(runs);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  async read(topic: string, partition: number, from: number, limit: number): Promise<LogMessage[]> {
    const place = { topic, partition };
    const fetch = async (offset: number) =>
      (await this.reader.fetch(place, offset, { maxWaitMs: 0, maxBytes: limit === 1 ? 1 : undefined }))
        .messages;
    try {
      let messages = await fetch(from).catch(async (error: unknown): Promise<LogMessage[]> => {
        if (!isOfType(error, 'OFFSET_OUT_OF_RANGE')) throw error;
        const ends = (await this.reader.ends(topic))[partition];
        return ends && from < ends.start ? fetch(ends.start) : [];
      });
      // One answer may hold less than is wanted.
      while (messages.length > 0 && messages.length < limit) {
        const more = await fetch(messages.at(-1)!.offset + 1);
        if (more.length === 0) break;
        messages = messages.concat(more);
      }
      return messages.slice(0, limit);
    } catch (error) {
      if (isMissing(error)) return [];
      throw this.failure(error);
    }
  }

  offsets(topic: string, group?: string): Promise<PartitionOffsets[]> {
    return this.places.ask(`${topic} ${group ?? ''}`, () => this.asked(this.look(topic, group)));
  }

  /** Saves where a group goes on that has no members at the moment. */
  commitFor(group: string, topic: string, next: ReadonlyMap<number, number>): Promise<void> {
    return this.asked(this.reader.commit(topic, groupId(group, topic), next));
  }

  /** Whether the cluster answers now. */
  answers(): Promise<boolean> {
    return this.reader.answers();
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.lanes.values()].map((lane) => lane.idle()));
    await Promise.all([this.producers.close(), this.writer?.close(), this.reader.close()]);
  }

  private async look(topic: string, group: string | undefined): Promise<PartitionOffsets[]> {
    const count = await this.partitions(topic);
    const none = Promise.resolve(new Map<number, number>());
    const [committed, ends] = await Promise.all([
      group === undefined ? none : this.reader.committed(topic, groupId(group, topic), count),
      this.reader.ends(topic),
    ]);
    return ends.map((each, partition) => ({
      partition,
      ...each,
      committed: committed.get(partition) ?? null,
    }));
  }

  private readonly failure = (error: unknown): EngineError => {
    if (isMissing(error))
      return new EngineError('topic-mismatch', 'the topic does not exist on the cluster', { cause: error });
    return engineError(error, this.settings.brokers);
  };

  private readonly openReader = () => new PartitionReader(openWire(this.client));

  private async asked<T>(question: Promise<T>): Promise<T> {
    try {
      return await question;
    } catch (error) {
      throw this.failure(error);
    }
  }

  private async partitions(topic: string): Promise<number> {
    const count = this.counts.get(topic) ?? (await this.asked(this.reader.partitions(topic)));
    this.counts.set(topic, count);
    return count;
  }

  private lane({ topic, key }: LogRecord, partitions: number): WriteLane {
    const partition = partitionOf(key, partitions);
    const name = `${topic}/${partition}`;
    let lane = this.lanes.get(name);
    if (!lane) {
      const place = { topic, partition, lane: this.lanes.size };
      const writer = this.writer ? new DirectLane(this.writer, place) : new ClientLane(this.producers, place);
      lane = new WriteLane(place, writer, this.settings.appendTimeoutMs ?? 15_000, this.failure);
      this.lanes.set(name, lane);
    }
    return lane;
  }
}
