import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { KafkaCluster } from '../../test/support/kafka/cluster.js';
import type * as ClusterModule from '../../test/support/kafka/cluster.js';
import type * as JarsModule from '../../test/support/kafka/jars.js';

/** Address of a file of the repository. */
export const fromRoot = (path: string): string => new URL(`../../../${path}`, import.meta.url).href;

/**
 * A Kafka of the tests' kind; what starts it is TypeScript that is not part of the build. Files of a deleted topic go at once and not after a minute, so that
 * later rounds write into memory that the machine has: the first touch of new memory costs a virtual machine up to four times as much as the record.
 */
export async function startKafka() {
  await import(fromRoot('libs/platform/test/swc-loader.mjs'));
  const { KafkaCluster } = (await import(fromRoot('test/support/kafka/cluster.ts'))) as typeof ClusterModule;
  return KafkaCluster.start({ settings: { 'log.segment.delete.delay.ms': '100' } });
}

/** Deletes topics and waits until their files are gone. */
export async function forget(kafka: KafkaCluster, topics: readonly string[]): Promise<void> {
  await kafka.ask((admin) => admin.deleteTopics({ topics: [...topics] }));
  const gone = () => topics.every((topic) => kafka.foldersOf(topic).length === 0);
  for (const deadline = Date.now() + 30_000; !gone();) {
    if (Date.now() > deadline) throw new Error(`the files of ${topics.join(', ')} are still there`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
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
