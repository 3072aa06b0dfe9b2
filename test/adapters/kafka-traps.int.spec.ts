import { randomUUID } from 'node:crypto';
import { openKafka } from '@coxa/adapter-kafka';
import { EngineError, type LogRecord, type MessageLog, partitionOf, until } from '@coxa/eventing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { kafkaProgramsThere } from '../../scripts/backends/kafka.mjs';
import { KafkaCluster } from '../support/kafka/cluster.js';
import { Member } from '../support/kafka/member.js';

/** One test for each trap of kafkajs that the adapter stands between. */
(kafkaProgramsThere() ? describe : describe.skip)('traps of kafkajs 2.2.4', () => {
  let cluster: KafkaCluster;
  let log: MessageLog;
  let topic: string;
  const sessionTimeoutMs = 5_000;

  beforeAll(async () => {
    cluster = await KafkaCluster.start({ settings: { 'group.min.session.timeout.ms': '500' } });
  }, 300_000);
  afterAll(() => cluster.stop());
  beforeEach(async () => {
    topic = `trap-${randomUUID()}.things.v1`;
    log = await openKafka({ brokers: cluster.addresses, sessionTimeoutMs, appendTimeoutMs: 8_000 });
    await log.ensureTopics([{ topic, partitions: 2 }]);
  });
  afterEach(() => log.close());

  const record = (id: string, key = 'k'): LogRecord => ({
    topic,
    key,
    value: Buffer.from(id),
    headers: { ce_id: id },
  });
  const plan = (more: { handleMs: number; maxMessages?: number }) => ({
    brokers: cluster.addresses,
    group: 'g',
    topic,
    sessionTimeoutMs,
    maxMessages: 5,
    ...more,
  });
  const committed = async () => (await log.offsets(topic, 'g'))[partitionOf('k', 2)]!.committed;
  const readAll = async () =>
    (await log.read(topic, partitionOf('k', 2), 0, 1_000)).map(({ headers }) => headers['ce_id']);

  test('given a send that was given up with its outcome unknown, when the next one is acknowledged, then it has been written: the broker did not take it for a repeat', async () => {
    await log.append([record('first')]);
    await cluster.node(1).pause();
    const unknown = await log.append([record('unknown')]).catch((error: unknown) => error);
    expect(unknown).toMatchObject({ code: 'storage-failed' });
    cluster.node(1).resume();
    const [place] = await log.append([record('next')]);
    const [message] = await log.read(topic, place!.partition, place!.offset, 1);
    expect(message!.headers['ce_id']).toBe('next');
    expect(await readAll()).toContain('next');
  }, 60_000);

  test('given a handler that works longer than the session lasts, when it ends, then it was not thrown out of the group and its commit counts', async () => {
    await log.append([record('long')]);
    let runs = 0;
    const stop = new AbortController();
    await log.consume({ group: 'g', topics: [topic], signal: stop.signal }, async (batch) => {
      runs++;
      await new Promise((resolve) => setTimeout(resolve, sessionTimeoutMs * 2.5));
      await batch.commit(batch.messages.at(-1)!.offset + 1);
      stop.abort();
    });
    expect(runs).toBe(1);
    expect(await committed()).toBe(1);
  }, 30_000);

  test('given a member that hangs for longer than the session lasts, when it wakes after another has gone on, then its late commit does not take the group back', async () => {
    await log.append(Array.from({ length: 20 }, (_, i) => record(`m${i}`)));
    const slow = new Member(plan({ handleMs: 1_000 }));
    expect(await until(() => slow.lines.some(({ begun }) => begun !== undefined), 20_000)).toBe(true);
    slow.signal('SIGSTOP');
    const quick = new Member(plan({ handleMs: 1 }));
    expect(await until(async () => (await committed()) === 20, 40_000)).toBe(true);
    slow.signal('SIGCONT');
    const before = slow.handled.length;
    await until(() => slow.handled.length > before, 20_000);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await committed()).toBe(20);
    await Promise.all([slow.end(), quick.end()]);
    expect([slow.errors, quick.errors]).toEqual(['', '']);
  }, 90_000);

  test('given a rebalance that is asked for during a batch, when the batch is done, then it was committed before the partition went to another', async () => {
    await log.append(Array.from({ length: 10 }, (_, i) => record(`m${i}`)));
    const first = new Member(plan({ handleMs: 1_500, maxMessages: 10 }));
    expect(await until(() => first.lines.some(({ begun }) => begun !== undefined), 20_000)).toBe(true);
    const second = new Member(plan({ handleMs: 1, maxMessages: 10 }));
    expect(await until(() => second.lines.some(({ assigned }) => assigned !== undefined), 30_000)).toBe(true);
    expect(await until(async () => (await committed()) === 10, 10_000)).toBe(true);
    await Promise.all([first.end(), second.end()]);
    expect([...first.handled, ...second.handled].sort()).toEqual(
      Array.from({ length: 10 }, (_, i) => `m${i}`).sort(),
    );
  }, 60_000);

  test('given a consumer that kafkajs gives up, when its topic is gone, then consume rejects instead of living on without work', async () => {
    await log.append([record('a')]);
    const consuming = log
      .consume({ group: 'g', topics: [topic], signal: new AbortController().signal }, async (batch) => {
        await batch.commit(batch.messages.at(-1)!.offset + 1);
        await cluster.ask((admin) => admin.deleteTopics({ topics: [topic] }));
      })
      .catch((error: unknown) => error);
    expect(await consuming).toBeInstanceOf(EngineError);
  }, 60_000);

  test('given messages that others wrote without key, value or headers, when they are consumed and read, then they come as they are, and nothing stops', async () => {
    const producer = new Kafka({ brokers: cluster.addresses, logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    await producer.send({
      topic,
      messages: [
        { partition: 0, value: null },
        { partition: 0, key: 'k', value: Buffer.from([0xff, 0x00]), headers: { ce_id: ['x', 'y'] } },
      ],
    });
    await producer.disconnect();
    const seen = (await log.read(topic, 0, 0, 10)).map(({ key, value, headers }) => ({
      key,
      value: [...value],
      headers,
    }));
    expect(seen).toEqual([
      { key: '', value: [], headers: {} },
      { key: 'k', value: [255, 0], headers: { ce_id: 'x' } },
    ]);
  });

  test('given two installations on one cluster, told apart by the first part of their topics, when both have a group of the same name, then each has its own place', async () => {
    const other = `other-${topic}`;
    await log.ensureTopics([{ topic: other, partitions: 2 }]);
    await log.append([record('a'), { ...record('b'), topic: other }]);
    const stop = new AbortController();
    await log.consume({ group: 'g', topics: [topic], signal: stop.signal }, async (batch) => {
      await batch.commit(1);
      stop.abort();
    });
    expect(await committed()).toBe(1);
    expect((await log.offsets(other, 'g')).map((each) => each.committed)).toEqual([null, null]);
  });

  test('given connections on which nothing waits for its turn, when answers have come, then no timer of the past is set: each fired a thousand times a second, for good', async () => {
    const set = jest.spyOn(globalThis, 'setTimeout');
    try {
      await log.append([record('a')]);
      await readAll();
      expect(set.mock.calls.filter(([, ms]) => ms! < 0)).toEqual([]);
    } finally {
      set.mockRestore();
    }
  });

  test('given a log that has written and read, when it is closed, then it leaves no timer behind: a process that is done could not end', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const other = await openKafka({ brokers: cluster.addresses, sessionTimeoutMs });
    await other.append([record('a')]);
    await other.read(topic, 0, 0, 10);
    await other.close();
    // Less than the three seconds that it held on before.
    expect(await until(() => timers() <= before, 2_000)).toBe(true);
  });
});
