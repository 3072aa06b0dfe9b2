import { EngineError, pause, type TopicSpec } from '@coxa/eventing';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { isOfType } from './failures.js';
import { faultsOf, settingsOf, type TopicSeen } from './topic-plan.js';

/** Creates what is missing and checks what is there. @throws EngineError `topic-mismatch` with every fault */
export async function ensureTopics(
  client: Kafka,
  specs: readonly TopicSpec[],
  replication?: number,
): Promise<void> {
  const admin = client.admin();
  await admin.connect();
  try {
    const { brokers } = await admin.describeCluster();
    const copies = Math.min(replication ?? 3, brokers.length);
    const there = new Set(await admin.listTopics());
    const missing = specs.filter(({ topic }) => !there.has(topic));
    if (missing.length > 0) await create(admin, missing, copies);
    const seen = await look(
      admin,
      specs.map(({ topic }) => topic),
    );
    const faults = specs.flatMap((spec) => {
      const topic = seen.get(spec.topic)!;
      return faultsOf(spec, topic, brokers.length);
    });
    if (faults.length > 0)
      throw new EngineError(
        'topic-mismatch',
        `The cluster's topics do not fit:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
      );
  } finally {
    await admin.disconnect();
  }
}

/** Another instance may be creating the same ones: that they exist by then is no fault. */
const create = (admin: Admin, specs: readonly TopicSpec[], copies: number): Promise<boolean> =>
  admin.createTopics(creation(specs, copies));

/** What the cluster is asked for. */
export const creation = (
  specs: readonly TopicSpec[],
  replicationFactor: number,
  other: Readonly<Record<string, string>> = {},
) => ({
  waitForLeaders: false,
  topics: specs.map((spec) => ({
    topic: spec.topic,
    numPartitions: spec.partitions,
    replicationFactor,
    configEntries: Object.entries({ ...settingsOf(spec, replicationFactor), ...other }).map(
      ([name, value]) => ({ name, value }),
    ),
  })),
});

/** Brokers hear of new topics one after the other: the one that is asked may not know them yet. */
async function metadataOf(admin: Admin, topics: readonly string[]) {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await admin.fetchTopicMetadata({ topics: [...topics] })).topics;
    } catch (error) {
      if (attempt > 20 || !isOfType(error, 'UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE')) throw error;
      await pause(100 + 50 * attempt);
    }
  }
}

/** How topics are made; all of them must exist. */
export async function look(admin: Admin, topics: readonly string[]): Promise<Map<string, TopicSeen>> {
  if (topics.length === 0) return new Map();
  const metadata = await metadataOf(admin, topics);
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  const settings = new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      Object.fromEntries(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
  return new Map(
    metadata.map(({ name, partitions }) => [
      name,
      {
        partitions: partitions.length,
        replication: Math.min(...partitions.map(({ replicas }) => replicas.length)),
        settings: settings.get(name) ?? {},
      },
    ]),
  );
}
