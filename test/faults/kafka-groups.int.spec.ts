import { randomUUID } from 'node:crypto';
import { openKafka } from '@coxa/adapter-kafka';
import { type LogRecord, type MessageLog, SharedTurn, until } from '@coxa/eventing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { kafkaProgramsThere } from '../../scripts/backends/kafka.mjs';
import { KafkaCluster } from '../support/kafka/cluster.js';
import { Member } from '../support/kafka/member.js';

const partitions = 4;
const keys = 12;

(kafkaProgramsThere() ? describe : describe.skip)('groups whose members come, go and die', () => {
  let cluster: KafkaCluster;
  let log: MessageLog;
  let topic: string;
  let prefix: string;
  let members: Member[] = [];

  beforeAll(async () => {
    cluster = await KafkaCluster.start({ settings: { 'group.min.session.timeout.ms': '500' } });
  }, 300_000);
  afterAll(() => cluster.stop());
  beforeEach(async () => {
    prefix = `group-${randomUUID().slice(0, 8)}`;
    topic = `${prefix}.things.v1`;
    log = await openKafka({ brokers: cluster.addresses });
    await log.ensureTopics([{ topic, partitions }]);
  });
  afterEach(async () => {
    await Promise.all(members.map((member) => member.end('SIGKILL')));
    members = [];
    await log.close();
  });

  const records = (from: number, count: number): LogRecord[] =>
    Array.from({ length: count }, (_, i) => {
      const id = `${(from + i) % keys}-${from + i}`;
      return { topic, key: `key-${(from + i) % keys}`, value: Buffer.from(id), headers: { ce_id: id } };
    });
  const join = (handleMs: number): Member => {
    const plan = { brokers: cluster.addresses, group: 'g', topic, handleMs, maxMessages: 20 };
    const member = new Member({ ...plan, sessionTimeoutMs: 3_000 });
    members.push(member);
    return member;
  };
  const done = async () =>
    (await log.offsets(topic, 'g')).every(({ end, committed }) => end === 0 || committed === end);
  const working = (member: Member) => until(() => member.handled.length > 0, 30_000);

  /** When each message was handled first must follow the order of its key. */
  function expectAllInOrder(count: number): void {
    const lines = members.flatMap(({ lines }) => lines);
    const handled = new Set(lines.flatMap(({ handled }) => handled ?? []));
    expect(handled.size).toBe(count);
    for (const member of members)
      for (let key = 0; key < keys; key++) {
        const mine = member.handled
          .filter((id) => id.startsWith(`${key}-`))
          .map((id) => Number(id.split('-')[1]));
        const first = mine.filter((n, i) => mine.indexOf(n) === i);
        expect(first).toEqual([...first].sort((a, b) => a - b));
      }
  }

  test('given a member that is killed in the middle of a batch, when another takes over, then what was not committed is handled again, and nothing is left out', async () => {
    await log.append(records(0, 200));
    const first = join(400);
    expect(await working(first)).toBe(true);
    await first.end('SIGKILL');
    const killedAt = performance.now();
    const second = join(1);
    expect(await until(done, 40_000)).toBe(true);
    console.info(
      `instance killed in the middle of a batch: all of it done elsewhere after ${Math.round(performance.now() - killedAt)} ms`,
    );
    expect(second.handled.length).toBeGreaterThan(0);
    expectAllInOrder(200);
  }, 90_000);

  test('given members that come and go all the time, when messages flow on, then each is handled, in the order of its key, and the group ends at the end', async () => {
    let sent = 0;
    const stop = new AbortController();
    const sending = (async () => {
      for (; !stop.signal.aborted; sent += 24) {
        await log.append(records(sent, 24));
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    })();
    const steady = join(5);
    expect(await working(steady)).toBe(true);
    for (let storm = 0; storm < 8; storm++) {
      const guest = join(5);
      await until(() => guest.lines.some(({ assigned }) => assigned !== undefined), 20_000);
      await new Promise((resolve) => setTimeout(resolve, 100 * (storm % 4)));
      await guest.end(storm % 3 === 2 ? 'SIGKILL' : 'SIGTERM');
    }
    const calmAt = performance.now();
    stop.abort();
    await sending;
    expect(await until(done, 40_000)).toBe(true);
    console.info(
      `rebalance storm of 16 changes: ${sent} messages, all done ${Math.round(performance.now() - calmAt)} ms after it`,
    );
    expectAllInOrder(sent);
  }, 180_000);

  test('given two processes that ask for the turn, when the one that has it goes, then the other gets it, and never both', async () => {
    const single = `${prefix}.single.v1`;
    await log.ensureTopics([{ topic: single, partitions: 1 }]);
    const turns = [0, 1].map(() => new SharedTurn(log, single, 'turn'));
    const stops = turns.map(() => new AbortController());
    const active = new Set<number>();
    let most = 0;
    const runs = turns.flatMap((turn, i) => [
      turn.run(stops[i]!.signal),
      turn.whileHeld(stops[i]!.signal, async (held) => {
        active.add(i);
        most = Math.max(most, active.size);
        await new Promise((resolve) => held.addEventListener('abort', resolve, { once: true }));
        active.delete(i);
      }),
    ]);
    expect(await until(() => active.size === 1 && turns.every(({ settled }) => settled), 20_000)).toBe(true);
    const [holder] = active;
    stops[holder!]!.abort();
    expect(await until(() => active.has(1 - holder!), 20_000)).toBe(true);
    stops.forEach((stop) => stop.abort());
    await Promise.all(runs);
    expect(most).toBe(1);
  }, 60_000);
});
