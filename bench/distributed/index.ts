import { atLeast, median, type Result } from '../support/result.js';
import { producerPerformance, startKafka } from './kafka.js';
import { write } from './writer.js';

const rounds = 3;
const partitions = 12;
const bytes = 24 * 1024;

/** The message log on a real Kafka, against the broker's own measuring tool and against Nest's transport; records of 24 KB, one broker. */
export async function run(): Promise<Result[]> {
  const kafka = await startKafka();
  try {
    const brokers = kafka.addresses;
    const topics = { tool: 'bench.tool', append: 'bench.append', emit: 'bench.emit' };
    await kafka.ask((admin) =>
      admin.createTopics({
        topics: Object.values(topics).map((topic) => ({ topic, numPartitions: partitions })),
      }),
    );
    const rates = { tool: [] as number[], append: [] as number[], emit: [] as number[] };
    const cpu = { append: [] as number[], emit: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      rates.tool.push(await producerPerformance(brokers, { topic: topics.tool, records: 20_000, bytes }));
      for (const name of ['append', 'emit'] as const) {
        const records = name === 'append' ? 20_000 : 4_000;
        const { perSecond, cpuUs } = await write(name, { brokers, topic: topics[name], records, bytes });
        rates[name].push(perSecond);
        cpu[name].push(cpuUs);
      }
    }
    for (const [name, values] of Object.entries(rates))
      console.log(
        `  ${name.padEnd(8)} ${Math.round(median(values))} records/s, ${((median(values) * bytes) / 1e6).toFixed(0)} MB/s`,
      );
    console.log(
      `  CPU of the writing process a record: append ${Math.round(median(cpu.append))} µs, emit ${Math.round(median(cpu.emit))} µs`,
    );
    const ratio = (one: readonly number[], other: readonly number[]) => median(one) / median(other);
    return [
      atLeast('append against ProducerPerformance', ratio(rates.append, rates.tool), 0.5, 'times'),
      atLeast('append against ClientKafka.emit', ratio(rates.append, rates.emit), 3, 'times'),
    ];
  } finally {
    await kafka.stop();
  }
}
