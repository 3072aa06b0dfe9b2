import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findKafka } from '../../../scripts/backends/kafka.mjs';
import { someKafka } from '../kafka/cluster.js';

/** Starts the servers that are to be had, runs a command that finds them in its environment, and stops them. */
const [program, ...args] = process.argv.slice(2);
const found = findKafka();
if (found.by === 'none') {
  console.error(`kafka: ${found.why}`);
  process.exitCode = 1;
} else {
  const kafka = await someKafka();
  const env = { COXA_LOG: 'kafka', COXA_KAFKA_BROKERS: kafka.brokers.join(',') };
  console.log(
    `kafka: ${found.by === 'address' ? 'the one named by COXA_KAFKA_BROKERS' : 'one broker, from its published jars'}`,
  );
  try {
    const child = spawn(program!, args, { stdio: 'inherit', env: { ...process.env, ...env } });
    const [code] = (await once(child, 'close')) as [number | null];
    process.exitCode = code ?? 1;
  } finally {
    await kafka.stop();
  }
}
