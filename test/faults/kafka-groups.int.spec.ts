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

  test('given processes that ask for the turn, when others come and the one that has it goes, then another gets it, and never two', async () => {
    const single = `${prefix}.single.v1`;
    await log.ensureTopics([{ topic: single, partitions: 1 }]);
    const active = new Set<number>();
    const members = new Map<number, { turn: SharedTurn; stop: AbortController; runs: Promise<void>[] }>();
    let most = 0;
    const come = (i: number) => {
      const [turn, stop] = [new SharedTurn(log, single, 'turn'), new AbortController()];
      const task = async (held: AbortSignal) => {
        active.add(i);
        most = Math.max(most, active.size);
        await new Promise((resolve) => held.addEventListener('abort', resolve, { once: true }));
        active.delete(i);
      };
      members.set(i, { turn, stop, runs: [turn.run(stop.signal), turn.whileHeld(stop.signal, task)] });
    };
    const someoneHasIt = () => active.size === 1 && [...members.values()].every(({ turn }) => turn.settled);
    const go = async (i: number) => {
      members.get(i)!.stop.abort();
      await Promise.all(members.get(i)!.runs);
      members.delete(i);
    };
    come(0);
    for (let i = 1; i < 6; i++) {
      expect(await until(someoneHasIt, 20_000)).toBe(true);
      come(i);
      expect(await until(someoneHasIt, 20_000)).toBe(true);
      await go([...active][0]!);
    }
    expect(await until(someoneHasIt, 20_000)).toBe(true);
    await Promise.all([...members.keys()].map(go));
    expect(most).toBe(1);
  }, 150_000);
});
