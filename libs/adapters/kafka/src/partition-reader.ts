import { backoffMs, type LogMessage, pause, type TopicPartition } from '@coxa/eventing';
import { isOfType, lostBroker } from './failures.js';
import { fromKafka } from './messages.js';
import type { Wire, WireBroker, WireMessage } from './wire.js';

/** Largest answer to one fetch; a single larger batch still comes whole. */
const fetchBytes = 4 * 1024 * 1024;
const readCommitted = 1;
/** So long a leader may be missing before a question fails. */
const patienceMs = 12_000;

export interface FetchLimits {
  readonly maxWaitMs: number;
  /** About; what was written together comes together. */
  readonly maxBytes?: number | undefined;
}

export interface FetchFrom extends TopicPartition {
  readonly from: number;
}

export interface Fetched extends TopicPartition {
  readonly messages: LogMessage[];
  /** After the last that was looked at. */
  readonly next: number;
}

export interface Ends {
  readonly start: number;
  readonly end: number;
}

/** Reads from places, whatever groups do. */
export class PartitionReader {
  private readonly known = new Set<string>();
  private connected: Promise<void> | undefined;

  constructor(private readonly wire: Wire) {}

  /** Messages from `from` on, with the place after the last that was looked at; waits up to `maxWaitMs` for the first. */
  async fetch(
    { topic, partition }: TopicPartition,
    from: number,
    limits: FetchLimits,
  ): Promise<{ readonly messages: LogMessage[]; readonly next: number }> {
    const [fetched] = await this.fetchAll([{ topic, partition, from }], limits);
    return fetched ?? { messages: [], next: from };
  }

  /** The same of several partitions at once; waits for the first message of any. Those of one leader are one request. */
  async fetchAll(places: readonly FetchFrom[], limits: FetchLimits): Promise<Fetched[]> {
    const topics = [...new Set(places.map(({ topic }) => topic))];
    return this.patiently(topics, async () => {
      const asked = [...this.byLeader(places)].map(([nodeId, some]) => this.ask(nodeId, some, limits));
      return (await Promise.all(asked)).flat();
    });
  }

  /** Those partitions that are asked for together, by who leads them now. */
  async together(places: readonly TopicPartition[]): Promise<TopicPartition[][]> {
    const topics = [...new Set(places.map(({ topic }) => topic))];
    return this.patiently(topics, () => Promise.resolve([...this.byLeader(places).values()]));
  }

  /** How many partitions a topic has. */
  partitions(topic: string): Promise<number> {
    return this.patiently([topic], () =>
      Promise.resolve(
        this.wire.findTopicPartitionMetadata(topic).length || Promise.reject(new NoSuchTopic()),
      ),
    );
  }

  /** Oldest offset there, and the one that the next record gets, by partition. */
  ends(topic: string): Promise<Ends[]> {
    return this.patiently([topic], async () => {
      const partitions = this.wire
        .findTopicPartitionMetadata(topic)
        .map(({ partitionId }) => ({ partition: partitionId }));
      const ask = async (fromBeginning: boolean) => {
        const [answer] = await this.wire.fetchTopicsOffset([{ topic, partitions, fromBeginning }]);
        return new Map(answer?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
      };
      const [starts, ends] = await Promise.all([ask(true), ask(false)]);
      if (ends.size === 0) throw new NoSuchTopic();
      return partitions
        .map(({ partition }) => ({ partition, start: starts.get(partition)!, end: ends.get(partition)! }))
        .sort((a, b) => a.partition - b.partition);
    });
  }

  /** What a group has committed, by partition. */
  committed(topic: string, group: string, partitions: number): Promise<Map<number, number>> {
    return this.patiently([topic], async () => {
      const coordinator = await this.wire.findGroupCoordinator({ groupId: group });
      const asked = Array.from({ length: partitions }, (_, partition) => ({ partition }));
      const { responses } = await coordinator.offsetFetch({
        groupId: group,
        topics: [{ topic, partitions: asked }],
      });
      const answered = responses.flatMap((each) => each.partitions);
      return new Map(
        answered
          .filter(({ offset }) => Number(offset) >= 0)
          .map(({ partition, offset }) => [partition, Number(offset)]),
      );
    });
  }

  /** Saves where a group that has no members goes on, by partition. */
  async commit(topic: string, group: string, next: ReadonlyMap<number, number>): Promise<void> {
    await this.patiently([topic], async () => {
      const coordinator = await this.wire.findGroupCoordinator({ groupId: group });
      const partitions = [...next].map(([partition, offset]) => ({ partition, offset: String(offset) }));
      await coordinator.offsetCommit({
        groupId: group,
        groupGenerationId: -1,
        memberId: '',
        topics: [{ topic, partitions }],
      });
    });
  }

  /** Whether some broker answers within two seconds. */
  async answers(): Promise<boolean> {
    const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), 2_000).unref());
    const asked = this.wire
      .connect()
      .then(() => this.wire.refreshMetadata())
      .then(
        () => true,
        () => false,
      );
    return Promise.race([asked, late]);
  }

  async close(): Promise<void> {
    await this.wire.disconnect();
  }

  /** Asks again, where the leader is by then, until it is answered or patience has ended. */
  private async patiently<T>(topics: readonly string[], ask: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + patienceMs;
    for (let attempt = 1; ; attempt++) {
      try {
        await (this.connected ??= this.wire.connect());
        const fresh = topics.filter((topic) => !this.known.has(topic));
        if (fresh.length > 0) await this.wire.addMultipleTargetTopics(fresh);
        for (const topic of fresh) this.known.add(topic);
        return await ask();
      } catch (error) {
        if (isOfType(error, 'OFFSET_OUT_OF_RANGE')) throw error;
        if (isMissing(error) && attempt > 3) throw error;
        if (performance.now() >= deadline) throw error;
        const lost = lostBroker(error);
        if (lost) this.wire.removeBroker(lost);
        await pause(Math.min(backoffMs(attempt), 400));
        this.connected = this.wire.connect();
        await this.connected.then(() => this.wire.refreshMetadata()).catch(() => undefined);
      }
    }
  }

  private byLeader<Place extends TopicPartition>(places: readonly Place[]): Map<string, Place[]> {
    const leaders = new Map<string, Place[]>();
    for (const place of places) {
      const [nodeId] = Object.keys(this.wire.findLeaderForPartitions(place.topic, [place.partition]));
      if (nodeId === undefined) throw new NoSuchTopic();
      const led = leaders.get(nodeId);
      if (led) led.push(place);
      else leaders.set(nodeId, [place]);
    }
    return leaders;
  }

  private async ask(
    nodeId: string,
    places: readonly FetchFrom[],
    { maxWaitMs, maxBytes = fetchBytes }: FetchLimits,
  ): Promise<Fetched[]> {
    const broker: WireBroker = await this.wire.findBroker({ nodeId });
    const topics = [...new Set(places.map(({ topic }) => topic))];
    const { responses } = await broker.fetch({
      maxWaitTime: maxWaitMs,
      minBytes: 1,
      maxBytes,
      isolationLevel: readCommitted,
      topics: topics.map((topic) => ({
        topic,
        partitions: places
          .filter((place) => place.topic === topic)
          .map(({ partition, from }) => ({ partition, fetchOffset: String(from), maxBytes })),
      })),
    });
    const found = new Map(
      responses.flatMap(({ topicName, partitions }) =>
        partitions.map(({ partition, messages }) => [`${topicName}/${partition}`, messages] as const),
      ),
    );
    return places.map((place) => fetchedOf(place, found.get(`${place.topic}/${place.partition}`) ?? []));
  }
}

/** What was written together comes together: also what lies before the place asked for. */
function fetchedOf({ topic, partition, from }: FetchFrom, all: readonly WireMessage[]): Fetched {
  const messages = all
    .filter(({ offset, isControlRecord }) => !isControlRecord && Number(offset) >= from)
    .map((message) => fromKafka(topic, partition, message));
  const last = all.length > 0 ? Number(all.at(-1)!.offset) : -1;
  return { topic, partition, messages, next: Math.max(from, last + 1) };
}

/** The cluster does not know the topic or the partition. */
export class NoSuchTopic extends Error {
  override readonly name = 'NoSuchTopic';
}

export const isMissing = (error: unknown): boolean =>
  error instanceof NoSuchTopic || isOfType(error, 'UNKNOWN_TOPIC_OR_PARTITION');
