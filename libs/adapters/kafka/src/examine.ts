import type { TopicSpec } from '@coxa/eventing';
import type { Admin } from 'kafkajs';
import { makeClient } from './client.js';
import { engineError } from './failures.js';
import { groupId } from './group-id.js';
import type { KafkaSettings } from './kafka-settings.js';
import { openKafka } from './open-kafka.js';
import { faultsOf } from './topic-plan.js';
import { creation, look } from './topics.js';

export interface GroupSeen {
  readonly group: string;
  readonly topic: string;
  /** Messages that it has still to handle. */
  readonly lag: number;
  /** Processes that share the work at this moment. */
  readonly members: number;
}

export interface KafkaSeen {
  readonly brokers: number;
  /** Topics that are not there yet. */
  readonly missing: readonly string[];
  /** What of the others would lose data or order, each with what to do. */
  readonly faults: readonly string[];
  readonly groups: readonly GroupSeen[];
  /** By the cluster's clock, epoch ms, when the newest message of `newestOf` was taken; undefined when there is none. */
  readonly newestAt: number | undefined;
}

export interface KafkaQuestions {
  readonly topics: readonly TopicSpec[];
  readonly consumers: readonly { readonly group: string; readonly topic: string }[];
  /** Topic whose newest message tells the cluster's time best. */
  readonly newestOf: string;
}

/**
 * Looks at a cluster and changes nothing; that topics may be created is tried without creating one.
 * @throws EngineError saying what is wrong, where, and what to do
 */
export async function examineKafka(
  settings: KafkaSettings,
  { topics, consumers, newestOf }: KafkaQuestions,
): Promise<KafkaSeen> {
  const log = await openKafka(settings);
  const admin = makeClient(settings).admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    const there = new Set(await admin.listTopics());
    const missing = topics.filter(({ topic }) => !there.has(topic));
    const copies = Math.min(settings.replication ?? 3, brokers.length);
    if (missing.length > 0) await admin.createTopics({ ...creation(missing, copies), validateOnly: true });
    const present = topics.filter(({ topic }) => there.has(topic));
    const seen = await look(
      admin,
      present.map(({ topic }) => topic),
    );
    let newestAt: number | undefined;
    if (there.has(newestOf))
      for (const { partition, start, end } of await log.offsets(newestOf)) {
        const [newest] = end > start ? await log.read(newestOf, partition, end - 1, 1) : [];
        if (newest) newestAt = Math.max(newestAt ?? 0, newest.appendedAt);
      }
    return {
      brokers: brokers.length,
      missing: missing.map(({ topic }) => topic),
      faults: present.flatMap((spec) => faultsOf(spec, seen.get(spec.topic)!, brokers.length)),
      groups: await Promise.all(
        consumers
          .filter(({ topic }) => there.has(topic))
          .map(async ({ group, topic }) => ({
            group,
            topic,
            lag: (await log.offsets(topic, group)).reduce(
              (sum, { start, end, committed }) => sum + end - Math.max(start, committed ?? start),
              0,
            ),
            members: await membersOf(admin, groupId(group, topic)),
          })),
      ),
      newestAt,
    };
  } catch (error) {
    throw engineError(error, settings.brokers);
  } finally {
    await admin.disconnect().catch(() => undefined);
    await log.close();
  }
}

/** How many processes belong to a group. */
export async function membersOf(admin: Admin, group: string): Promise<number> {
  const { groups } = await admin.describeGroups([group]);
  return groups.reduce((sum, { members }) => sum + members.length, 0);
}
