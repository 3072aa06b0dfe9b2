import { atLeast, median, type Result } from '../support/result.js';
import type { KafkaCluster } from '../../test/support/kafka/cluster.js';
import { checkIns } from './check-ins.js';
import { forget, producerPerformance, startKafka } from './kafka.js';
import { write } from './writer.js';

const rounds = 3;
const partitions = 12;
const bytes = 24 * 1024;
/** Of each: so many that starting and compiling are a small part also of the fastest, and so few that the disk, which all share, does not set the pace. */
const records = 10_000;
const writers = ['append', 'emit', 'through-coxa', 'through-nest'] as const;

/** The message log and the services on a real Kafka of one broker. */
export async function run(): Promise<Result[]> {
  const kafka = await startKafka();
  try {
    return [...(await checkIns(kafka)), ...(await writing(kafka))];
  } finally {
    await kafka.stop();
  }
}

/** Records of 24 KB, against the broker's own measuring tool and against Nest's transport. */
async function writing(kafka: KafkaCluster): Promise<Result[]> {
  const brokers = kafka.addresses;
  const rates = new Map<string, number[]>();
  const cpu = new Map<string, number[]>();
  const keep = (map: Map<string, number[]>, name: string, value: number) =>
    map.set(name, [...(map.get(name) ?? []), value]);
  for (let round = 0; round < rounds; round++) {
    // Topics of its own for each round: whoever joins late reads nothing of the rounds before.
    const topicOf = (name: string) => `bench.${name}.${round}`;
    const topics = ['tool', ...writers].map((name) => ({
      topic: topicOf(name),
      numPartitions: partitions,
    }));
    await kafka.ask((admin) => admin.createTopics({ topics, waitForLeaders: false }));
    await kafka.whole();
    keep(rates, 'tool', await producerPerformance(brokers, { topic: topicOf('tool'), records, bytes }));
    for (const name of writers) {
      const said = await write(name, { brokers, topic: topicOf(name), records, bytes });
      keep(rates, name, said.perSecond);
      keep(cpu, name, said.cpuUs);
    }
    await forget(
      kafka,
      topics.map(({ topic }) => topic),
    );
  }
  const rate = (name: string) => median(rates.get(name)!);
  for (const name of rates.keys())
    console.log(
      `  ${name.padEnd(13)} ${Math.round(rate(name))} records/s, ${((rate(name) * bytes) / 1e6).toFixed(0)} MB/s${cpu.has(name) ? `, ${Math.round(median(cpu.get(name)!))} µs of CPU a record` : ''}`,
    );
  const ratio = (one: string, other: string) => rate(one) / rate(other);
  return [
    atLeast('append against ProducerPerformance', ratio('append', 'tool'), 0.5, 'times'),
    atLeast('append against ClientKafka.emit', ratio('append', 'emit'), 3, 'times'),
    atLeast(
      'written, read and handled, against emit and EventPattern',
      ratio('through-coxa', 'through-nest'),
      3,
      'times',
    ),
  ];
}
