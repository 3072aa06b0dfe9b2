import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type * as ClusterModule from '../../test/support/kafka/cluster.js';
import type * as JarsModule from '../../test/support/kafka/jars.js';

/** Address of a file of the repository. */
export const fromRoot = (path: string): string => new URL(`../../../${path}`, import.meta.url).href;

/** A Kafka of the tests' kind; what starts it is TypeScript that is not part of the build. */
export async function startKafka() {
  await import(fromRoot('libs/platform/test/swc-loader.mjs'));
  const { KafkaCluster } = (await import(fromRoot('test/support/kafka/cluster.ts'))) as typeof ClusterModule;
  return KafkaCluster.start();
}

export interface Shape {
  readonly topic: string;
  readonly records: number;
  readonly bytes: number;
}

/** Records a second of Kafka's own `ProducerPerformance`, acknowledged by all replicas. */
export async function producerPerformance(
  brokers: readonly string[],
  { topic, records, bytes }: Shape,
): Promise<number> {
  const { kafkaClassPath } = (await import(fromRoot('test/support/kafka/jars.ts'))) as typeof JarsModule;
  const settings = [
    'acks=all',
    'batch.size=1048576',
    'linger.ms=5',
    `bootstrap.servers=${brokers.join(',')}`,
  ];
  const { stdout } = await promisify(execFile)('taskset', [
    '-c',
    '1',
    'java',
    '-Xmx512m',
    '-cp',
    await kafkaClassPath(),
    'org.apache.kafka.tools.ProducerPerformance',
    ...['--topic', topic, '--num-records', String(records), '--record-size', String(bytes)],
    ...['--throughput', '-1', '--producer-props', ...settings],
  ]);
  const rate = [...stdout.matchAll(/([\d.]+) records\/sec/g)].at(-1)?.[1];
  if (rate === undefined) throw new Error(`ProducerPerformance said:\n${stdout}`);
  return Number(rate);
}
