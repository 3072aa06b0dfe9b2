import { openKafka } from '@coxa/adapter-kafka';
import type { LogRecord, MessageLog } from '@coxa/eventing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kafkaProgramsThere } from '../../scripts/backends/kafka.mjs';
import { KafkaCluster } from '../support/kafka/cluster.js';

const kills = 20;
const partitions = 6;
const topic = 'kills.check-ins.v1';

(kafkaProgramsThere() ? describe : describe.skip)('three brokers whose leaders are killed', () => {
  let cluster: KafkaCluster;
  let log: MessageLog;
  beforeAll(async () => {
    cluster = await KafkaCluster.start({ nodes: 3 });
    log = await openKafka({ brokers: cluster.addresses, appendTimeoutMs: 30_000 });
    await log.ensureTopics([{ topic, partitions }]);
  }, 300_000);
  afterAll(async () => {
    await log.close();
    await cluster.stop();
  });

  test(`given appends over ${partitions} partitions under way, when a leader is killed ${kills} times, then every acknowledged record is where it was said to be, and recovery is told`, async () => {
    const load = new Load(log);
    const recoveries: number[] = [];
    for (let kill = 0; kill < kills; kill++) {
      await new Promise((resolve) => setTimeout(resolve, 300 + (kill % 5) * 100));
      const victim = cluster.node(await leaderOf(cluster, kill % partitions));
      const killedAt = performance.now();
      await victim.down();
      recoveries.push((await load.nextBegunAfter(killedAt)) - killedAt);
      victim.up();
      await cluster.whole();
    }
    const { acknowledged, refused } = await load.stop();

    const found = await everything(log);
    const lost = [...acknowledged].filter(([value, place]) => found.get(place) !== value);
    console.info(
      `${kills} leaders killed: ${acknowledged.size} records acknowledged, ${refused} appends refused, ${lost.length} lost; ms from a kill until all partitions took records again: ${recoveries.map((ms) => Math.round(ms)).join(' ')}`,
    );
    expect(lost).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(kills * 20);
  }, 900_000);
});

/** Appends of twenty records over all partitions, four under way at any time. */
class Load {
  /** Value of each record that was acknowledged, and where it was said to be. */
  readonly acknowledged = new Map<string, string>();
  private refused = 0;
  private count = 0;
  private stopped = false;
  private readonly loops: Promise<void>[];
  private readonly waiting = new Set<(began: number) => void>();

  constructor(private readonly log: MessageLog) {
    this.loops = Array.from({ length: 4 }, () => this.run());
  }

  /** When the first append that began after `instant` was acknowledged; each touches all partitions. */
  nextBegunAfter(instant: number): Promise<number> {
    return new Promise((resolve) => {
      const hear = (began: number) => {
        if (began < instant) return;
        this.waiting.delete(hear);
        resolve(performance.now());
      };
      this.waiting.add(hear);
    });
  }

  async stop() {
    this.stopped = true;
    await Promise.all(this.loops);
    return { acknowledged: this.acknowledged, refused: this.refused };
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const records = Array.from({ length: 20 }, (_, i): LogRecord => {
        const value = `v${this.count++}`;
        return { topic, key: `patient-${i}`, value: Buffer.from(value), headers: { ce_id: value } };
      });
      const began = performance.now();
      try {
        const places = await this.log.append(records);
        records.forEach(({ headers }, i) =>
          this.acknowledged.set(headers['ce_id']!, `${places[i]!.partition}@${places[i]!.offset}`),
        );
        for (const hear of this.waiting) hear(began);
      } catch {
        this.refused++;
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

async function leaderOf(cluster: KafkaCluster, partition: number): Promise<number> {
  const { topics } = await cluster.ask((admin) => admin.fetchTopicMetadata({ topics: [topic] }));
  return topics[0]!.partitions.find(({ partitionId }) => partitionId === partition)!.leader;
}

async function everything(log: MessageLog): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { partition, start, end } of await log.offsets(topic))
    for (let from = start; from < end;) {
      const messages = await log.read(topic, partition, from, 5_000);
      if (messages.length === 0) break;
      for (const { offset, headers } of messages) found.set(`${partition}@${offset}`, headers['ce_id']!);
      from = messages.at(-1)!.offset + 1;
    }
  return found;
}
