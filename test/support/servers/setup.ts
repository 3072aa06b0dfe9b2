import { findKafka } from '../../../scripts/backends/kafka.mjs';
import { someKafka } from '../kafka/cluster.js';
import { running } from './running.js';

/** Starts the servers that are to be had; what the tests start finds them in the environment. */
export default async function setup(): Promise<void> {
  const found = findKafka();
  if (found.by === 'none') throw new Error(`no Kafka: ${found.why}`);
  const kafka = await someKafka();
  running.push(kafka);
  Object.assign(process.env, { COXA_LOG: 'kafka', COXA_KAFKA_BROKERS: kafka.brokers.join(',') });
}
