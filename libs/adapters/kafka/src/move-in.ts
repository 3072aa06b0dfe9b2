import { EngineError, type TopicSpec } from '@coxa/eventing';
import kafkajs, { type Admin } from 'kafkajs';
import { makeClient } from './client.js';
import { membersOf } from './examine.js';
import { engineError } from './failures.js';
import { groupId } from './group-id.js';
import type { KafkaSettings } from './kafka-settings.js';
import { openKafka } from './open-kafka.js';
import type { KafkaMessageLog } from './kafka-message-log.js';
import { settingsOf } from './topic-plan.js';
import { creation, look } from './topics.js';

/** While messages are carried in they keep their receive times, and nothing is removed or compacted. No service starts on such topics. */
const meanwhile = {
  'message.timestamp.type': 'CreateTime',
  'cleanup.policy': 'delete',
  'retention.ms': '-1',
  'retention.bytes': '-1',
};

/** A cluster that an installation is carried into. */
export interface KafkaMoveIn {
  readonly log: KafkaMessageLog;
  /** Saves where a group goes on, by partition. */
  commit(group: string, topic: string, next: ReadonlyMap<number, number>): Promise<void>;
  /** Gives the topics the settings that they keep: from then on services may start. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Makes the topics ready to be carried into. @throws EngineError `backend-unfit` while services use them, `topic-mismatch` for topics of
 * another shape, and what else is wrong, where, and what to do
 */
export async function openKafkaMoveIn(
  settings: KafkaSettings,
  topics: readonly TopicSpec[],
  consumers: readonly { readonly group: string; readonly topic: string }[],
): Promise<KafkaMoveIn> {
  const log = await openKafka(settings);
  const admin = makeClient(settings).admin();
  const close = async () => {
    await admin.disconnect().catch(() => undefined);
    await log.close();
  };
  const asked = <T>(question: Promise<T>): Promise<T> =>
    question.catch((error: unknown) => Promise.reject(engineError(error, settings.brokers)));
  try {
    const copies = await asked(prepare(admin, topics, consumers, settings));
    return {
      log,
      close,
      commit: (group, topic, next) => log.commitFor(group, topic, next),
      finish: () => asked(alter(admin, topics, (spec) => settingsOf(spec, copies.get(spec.topic)!))),
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Answers how many copies each topic has. */
async function prepare(
  admin: Admin,
  topics: readonly TopicSpec[],
  consumers: readonly { readonly group: string; readonly topic: string }[],
  { replication, brokers: addresses }: KafkaSettings,
): Promise<Map<string, number>> {
  await admin.connect();
  for (const { group, topic } of consumers)
    if ((await membersOf(admin, groupId(group, topic))) > 0)
      throw new EngineError(
        'backend-unfit',
        `Kafka at ${addresses.join(', ')}: a ${group} service is running on these topics: stop every service first`,
      );
  const { brokers } = await admin.describeCluster();
  const there = new Set(await admin.listTopics());
  const missing = topics.filter(({ topic }) => !there.has(topic));
  const copies = Math.min(replication ?? 3, brokers.length);
  if (missing.length > 0) await admin.createTopics(creation(missing, copies, meanwhile));
  const seen = await look(
    admin,
    topics.map(({ topic }) => topic),
  );
  const other = topics.filter(({ topic, partitions }) => seen.get(topic)!.partitions !== partitions);
  if (other.length > 0)
    throw new EngineError(
      'topic-mismatch',
      `${other.map(({ topic, partitions }) => `${topic} has ${seen.get(topic)!.partitions} partitions, ${partitions} are asked for`).join(', ')}: set COXA_KAFKA_PARTITIONS to what they have`,
    );
  const copiesOf = new Map([...seen].map(([topic, { replication: its }]) => [topic, its]));
  await alter(admin, topics, (spec) => ({ ...settingsOf(spec, copiesOf.get(spec.topic)!), ...meanwhile }));
  return copiesOf;
}

/** Replaces the settings of topics. */
const alter = async (
  admin: Admin,
  topics: readonly TopicSpec[],
  wanted: (spec: TopicSpec) => Readonly<Record<string, string>>,
): Promise<void> => {
  await admin.alterConfigs({
    validateOnly: false,
    resources: topics.map((spec) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name: spec.topic,
      configEntries: Object.entries(wanted(spec)).map(([name, value]) => ({ name, value })),
    })),
  });
};
