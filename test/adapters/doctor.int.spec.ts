import { randomUUID } from 'node:crypto';
import { openKafka } from '@coxa/adapter-kafka';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { findKafka } from '../../scripts/backends/kafka.mjs';
import { findRedis } from '../../scripts/backends/redis.mjs';
import { coxaWith, documentOf } from '../support/coxa.js';
import { EventStoreStandIn } from '../support/eventstoredb/stand-in.js';
import { someKafka } from '../support/kafka/some-kafka.js';
import { someRedis } from '../support/redis/some-redis.js';
import { tempFolder } from '../support/temp-folder.js';

interface Diagnosis {
  readonly ok: boolean;
  readonly findings: readonly {
    readonly what: string;
    readonly where: string;
    readonly state: string;
    readonly says: string;
    readonly advice?: string;
  }[];
}

const [kafkaFound, redisFound] = [await findKafka(), await findRedis()];
const there = kafkaFound.by !== 'none' && redisFound.by !== 'none';

(there ? describe : describe.skip)('coxa doctor on servers (needs Kafka and Redis)', () => {
  const prefix = `t-${randomUUID().slice(0, 8)}`;
  let kafka: Awaited<ReturnType<typeof someKafka>>;
  let redis: Awaited<ReturnType<typeof someRedis>>;
  let events: EventStoreStandIn;
  let folder: Awaited<ReturnType<typeof tempFolder>>;

  beforeAll(async () => {
    [kafka, redis, events, folder] = await Promise.all([
      someKafka(),
      someRedis(),
      EventStoreStandIn.start(),
      tempFolder(),
    ]);
  }, 300_000);
  afterAll(async () => {
    await Promise.all([kafka.stop(), redis.stop(), events.stop(), folder.remove()]);
  });

  async function diagnose(settings: Record<string, string> = {}) {
    const all = {
      COXA_RUNTIME: 'distributed',
      COXA_PREFIX: prefix,
      COXA_KAFKA_BROKERS: kafka.brokers.join(','),
      COXA_REDIS_URL: redis.url,
      COXA_EVENTSTORE_URL: events.url,
      ...settings,
    };
    const ran = await coxaWith(all, folder.path, 'doctor', '--json');
    const { ok, findings } = documentOf<Diagnosis>(ran);
    expect(ran.code).toBe(ok ? 0 : 1);
    return { ok, findings, of: (what: string) => findings.filter((finding) => finding.what === what) };
  }

  test('given servers that nobody has used yet, when it is asked, then they may be used, and nothing is made there', async () => {
    const appended = events.book.all.length;
    const { ok, of } = await diagnose();
    expect(ok).toBe(true);
    expect(of('topics')).toMatchObject([{ state: 'ok', says: expect.stringContaining('may be') }]);
    expect(of('event store')).toMatchObject([{ state: 'ok' }]);
    expect(of('redis')).toMatchObject([{ state: 'ok' }]);
    expect(of('clock')).toMatchObject([{ state: 'ok', where: redis.url }]);
    expect(events.book.all).toHaveLength(appended);
    const admin = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    expect((await admin.listTopics()).filter((topic) => topic.startsWith(prefix))).toEqual([]);
    await admin.disconnect();
  }, 60_000);

  test('given a topic that would lose data and messages that nobody handles, when it is asked, then both are told with what to do', async () => {
    const topic = `${prefix}.check-ins.v1`;
    const admin = new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({
      topics: [
        {
          topic,
          numPartitions: 12,
          replicationFactor: 1,
          configEntries: [{ name: 'retention.ms', value: '1000000' }],
        },
      ],
    });
    await admin.disconnect();
    const log = await openKafka({ brokers: kafka.brokers });
    const records = ['ana', 'ben', 'cem'].map((key) => ({
      topic,
      key,
      value: Buffer.from('{}'),
      headers: {},
    }));
    await log.append(records);
    await log.close();
    const { ok, of } = await diagnose();
    expect(ok).toBe(false);
    expect(of('topics')).toContainEqual(
      expect.objectContaining({
        state: 'fault',
        advice: expect.stringContaining('--add-config retention.ms=-1'),
      }),
    );
    expect(of('lag')).toContainEqual({
      what: 'lag',
      where: `program of ${topic}`,
      state: 'warning',
      says: '3 messages to go, 0 members',
      advice: expect.stringContaining('start the program service'),
    });
  }, 60_000);

  test('given an event store that refuses, and one that is too old, when it is asked, then each is a fault with what to do', async () => {
    events.faults.denied = true;
    const refused = await diagnose();
    events.faults.denied = false;
    expect(refused.of('event store')).toMatchObject([
      { state: 'fault', advice: expect.stringContaining('COXA_EVENTSTORE_URL') },
    ]);
    events.faults.version = '21.10.0';
    const old = await diagnose();
    events.faults.version = '24.10.0';
    expect(old.of('event store')).toMatchObject([{ state: 'fault', advice: 'use 23.10 or later' }]);
  }, 60_000);
});
