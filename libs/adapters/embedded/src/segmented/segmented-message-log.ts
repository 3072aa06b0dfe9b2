import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Clock,
  type ConsumeOptions,
  EngineError,
  type LogBatch,
  type LogMessage,
  type LogPosition,
  type LogRecord,
  type MessageLog,
  partitionOf,
  type PartitionOffsets,
  type Retention,
  type TopicSpec,
} from '@coxa/eventing';
import type { ConsumerOffsets } from '../consumer-offsets.js';
import { linger } from '../linger.js';

import { CommitLoop } from './commit-loop.js';
import { Lane } from './lane.js';
import { Packer } from './packer.js';

const defaultSegmentBytes = 64 * 1024 * 1024;
const retentionEveryMs = 3_600_000;

/** The message log in segmented files: a folder a topic, in it a folder a partition. */
export class SegmentedMessageLog implements MessageLog {
  private readonly topics = new Map<string, Lane[]>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly commits: CommitLoop;
  private readonly packer: Packer;

  /** @throws EngineError `corrupt` when something acknowledged is damaged */
  constructor(
    private readonly folder: string,
    private readonly offsetsOf: ConsumerOffsets,
    private readonly clock: Clock,
    private readonly maxSegmentBytes = defaultSegmentBytes,
    tell: (note: string) => void = console.warn,
  ) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.commits = new CommitLoop(
      () => clock.now(),
      (error) => storageFailure(folder, error),
    );
    this.packer = new Packer(tell);
    for (const topic of readdirSync(folder)) this.openTopic(topic, readdirSync(join(folder, topic)).length);
  }

  /** Ends of lanes that were cut off on opening because they had never been wholly written. */
  get cuts(): readonly string[] {
    return [...this.topics.values()].flat().flatMap(({ cut }) => cut ?? []);
  }

  get topicNames(): string[] {
    return [...this.topics.keys()];
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    for (const { topic, partitions, retention, packed } of topics) {
      this.ensureTopic(topic, partitions);
      if (retention) await this.retain(topic, retention);
      if (packed) for (const lane of this.lanesOf(topic)) this.packer.add(lane);
    }
  }

  private ensureTopic(topic: string, partitions: number): void {
    const there = this.topics.get(topic)?.length ?? 0;
    if (there === partitions) return;
    if (there > 0)
      throw new EngineError(
        'topic-mismatch',
        `${topic} has ${there} partitions, ${partitions} are asked for; keys would change their order`,
      );
    try {
      this.openTopic(topic, partitions);
    } catch (error) {
      throw storageFailure(this.folder, error);
    }
  }

  /** Resolves when all that may be packed is. */
  packed(): Promise<void> {
    return this.packer.idle();
  }

  append(records: readonly LogRecord[]): Promise<LogPosition[]> {
    if (records.length === 0) return Promise.resolve([]);
    try {
      const lanes = records.map((record) => this.laneOf(record));
      return this.commits.submit(records, lanes);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async consume(options: ConsumeOptions, handler: (batch: LogBatch) => Promise<void>): Promise<void> {
    const stop = new AbortController();
    const signal = AbortSignal.any([options.signal, stop.signal]);
    const lanes = options.topics.flatMap((topic) => this.lanesOf(topic));
    await options.onAssigned?.(lanes.map(({ topic, partition }) => ({ topic, partition })));
    const runs = lanes.map((lane) =>
      this.consumeLane(lane, options, signal, handler).finally(() => stop.abort()),
    );
    const outcomes = await Promise.allSettled(runs);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async consumeLane(
    lane: Lane,
    { group, maxMessages: limit = 500, headersOnly }: ConsumeOptions,
    signal: AbortSignal,
    handler: (batch: LogBatch) => Promise<void>,
  ): Promise<void> {
    const { topic, partition } = lane;
    let next = (group === undefined ? null : this.offsetsOf.of(group, topic, partition)) ?? 0;
    while (!signal.aborted) {
      const wakeup = lane.wakeups.next(signal);
      const messages = await lane.read({ from: next, limit, headersOnly });
      if (messages.length === 0) {
        await wakeup.woken;
        continue;
      }
      wakeup.cancel();
      next = messages.at(-1)!.offset + 1;
      const commit = async (until: number) => {
        if (group !== undefined) this.offsetsOf.commit(group, topic, partition, until);
      };
      await handler({ topic, partition, messages, commit });
      await linger(messages.length, signal);
    }
  }

  async read(topic: string, partition: number, from: number, limit: number): Promise<LogMessage[]> {
    return (await this.lanesOf(topic)[partition]?.read({ from, limit })) ?? [];
  }

  async offsets(topic: string, group?: string): Promise<PartitionOffsets[]> {
    return this.lanesOf(topic).map(({ partition, start, end }) => ({
      partition,
      start,
      end,
      committed: group === undefined ? null : this.offsetsOf.of(group, topic, partition),
    }));
  }

  async close(): Promise<void> {
    for (const timer of this.timers.values()) clearInterval(timer);
    await this.packer.close();
    await this.commits.close();
    for (const lanes of this.topics.values()) await Promise.all(lanes.map((lane) => lane.close()));
  }

  /** Applies a topic's limits now, and then each hour. */
  private async retain(topic: string, retention: Retention): Promise<void> {
    const apply = async () => {
      for (const lane of this.topics.get(topic) ?? [])
        await lane.retain(retention, this.clock.now(), this.offsetsOf.slowest(topic, lane.partition));
    };
    clearInterval(this.timers.get(topic));
    // What cannot be looked at now is looked at in an hour; whoever reads it is told why.
    const again = () => void apply().catch(() => undefined);
    this.timers.set(topic, setInterval(again, retentionEveryMs).unref());
    await apply();
  }

  private openTopic(topic: string, partitions: number): void {
    const lanes = Array.from({ length: partitions }, (_, partition) => {
      const folder = join(this.folder, topic, String(partition));
      return new Lane({ folder, topic, partition, maxSegmentBytes: this.maxSegmentBytes });
    });
    this.topics.set(topic, lanes);
  }

  private laneOf({ topic, key }: LogRecord): Lane {
    const lanes = this.lanesOf(topic);
    return lanes[partitionOf(key, lanes.length)]!;
  }

  private lanesOf(topic: string): readonly Lane[] {
    const lanes = this.topics.get(topic);
    if (!lanes) throw new EngineError('topic-mismatch', `the topic ${topic} does not exist`);
    return lanes;
  }
}

/** What the file system said, as the engine's error. */
function storageFailure(place: string, error: unknown): unknown {
  const code: unknown = (error as { code?: unknown } | undefined)?.code;
  if (error instanceof EngineError || typeof code !== 'string') return error;
  const cause = { cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new EngineError(
      'storage-full',
      `${place}: the disk is full; free some space, nothing acknowledged is lost (${code})`,
      cause,
    );
  return new EngineError('storage-failed', `${place}: the storage refused (${code})`, cause);
}
