import { randomUUID } from 'node:crypto';
import { openKafka } from '@coxa/adapter-kafka';
import type { MessageLog } from '@coxa/eventing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findKafka } from '../../scripts/backends/kafka.mjs';
import { freePort } from '../support/free-port.js';
import { someKafka } from '../support/kafka/some-kafka.js';
import { Kafka, logLevel } from 'kafkajs';

const found = await findKafka();

(found.by === 'none' ? describe.skip : describe)('starting on a Kafka that does not fit', () => {
  let kafka: Awaited<ReturnType<typeof someKafka>>;
  let log: MessageLog;
  beforeAll(async () => {
    kafka = await someKafka();
    log = await openKafka({ brokers: kafka.brokers });
  }, 300_000);
  afterAll(async () => {
    await log.close();
    await kafka.stop();
  });
  const refusal = (promise: Promise<unknown>) =>
    promise.then(
      () => 'no refusal',
      (error: unknown) => (error as Error).message,
    );

  test('given nobody at the address, when it is opened, then the refusal says where, and which setting to look at', async () => {
    const brokers = [`127.0.0.1:${await freePort()}`];
    const message = await refusal(openKafka({ brokers }));
    expect(message).toContain(brokers[0]);
    expect(message).toContain('COXA_KAFKA_BROKERS');
  });

  test('given a broker without TLS, when TLS is spoken, then the refusal comes soon and names the setting', async () => {
    const message = await refusal(openKafka({ brokers: kafka.brokers, tls: {} }));
    expect(message).toMatch(/COXA_KAFKA_(TLS|BROKERS)/);
  }, 30_000);

  test('given a broker that asks for no user, when one is sent, then it is refused in words, without the password', async () => {
    const sasl = { mechanism: 'plain', username: 'u', password: 'geheim' } as const;
    const message = await refusal(openKafka({ brokers: kafka.brokers, sasl }));
    expect(message).toContain('Kafka at');
    expect(message).not.toContain('geheim');
  }, 30_000);

  test('given a topic whose settings would lose data, when it is checked, then each fault is told with the command that mends it', async () => {
    const topic = `start-${randomUUID()}.v1`;
    await create(kafka.brokers, topic, {
      'retention.ms': '604800000',
      'retention.bytes': '1000000',
      'unclean.leader.election.enable': 'true',
      'max.message.bytes': '1000000',
    });
    const message = await refusal(log.ensureTopics([{ topic, partitions: 1 }]));
    for (const setting of ['retention.ms=-1', 'retention.bytes=-1', 'unclean.leader.election.enable=false'])
      expect(message).toContain(`--add-config ${setting}`);
    expect(message).toContain('max.message.bytes');
    const day = 86_400_000;
    const kept = await refusal(
      log.ensureTopics([{ topic, partitions: 1, retention: { maxAgeMs: day, maxBytes: 500_000 } }]),
    );
    expect(kept).not.toContain('retention');
  });

  test('given a registry that is not compacted, and a plain topic that is, when they are checked, then both are refused', async () => {
    const [plain, compacted] = [`start-${randomUUID()}.v1`, `start-${randomUUID()}.v1`];
    await log.ensureTopics([
      { topic: plain, partitions: 1 },
      { topic: compacted, partitions: 1, compacted: true },
    ]);
    await log.ensureTopics([{ topic: compacted, partitions: 1, compacted: true }]);
    const message = await refusal(
      log.ensureTopics([
        { topic: plain, partitions: 1, compacted: true },
        { topic: compacted, partitions: 1 },
      ]),
    );
    expect(message).toContain(`${plain} has cleanup.policy=delete; expected compact`);
    expect(message).toContain(`${compacted} has cleanup.policy=compact; expected delete`);
  });

  test('given two instances that start at once, when both create the topics, then both go on', async () => {
    const topics = Array.from({ length: 4 }, () => ({ topic: `start-${randomUUID()}.v1`, partitions: 2 }));
    const other = await openKafka({ brokers: kafka.brokers });
    await Promise.all([log.ensureTopics(topics), other.ensureTopics(topics)]);
    expect(await other.offsets(topics[0]!.topic)).toHaveLength(2);
    await other.close();
  });

  test('given a topic that does not exist, when something is appended, then that is said', async () => {
    const record = { topic: 'start.nowhere', key: 'k', value: Buffer.from('v'), headers: {} };
    await expect(log.append([record])).rejects.toMatchObject({ code: 'topic-mismatch' });
  });
});

async function create(
  brokers: readonly string[],
  topic: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }] });
  await admin.disconnect();
}
