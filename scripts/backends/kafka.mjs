// How tests come by a Kafka: by address, else from its published jars with the Java and Maven that are there.
import { spawnSync } from 'node:child_process';

const runs = (program, ...args) => {
  const { error, status } = spawnSync(program, args, { stdio: 'ignore' });
  return error === undefined && status === 0;
};

let found;

/** @returns {{ by: 'address', brokers: string[] } | { by: 'java' } | { by: 'none', why: string }} */
export function findKafka(env = process.env) {
  if (env.COXA_KAFKA_BROKERS) return { by: 'address', brokers: env.COXA_KAFKA_BROKERS.split(',') };
  return (found ??= look());
}

function look() {
  const missing = [...(runs('java', '-version') ? [] : ['Java 17']), ...(runs('mvn', '-v') ? [] : ['Maven'])];
  if (missing.length === 0) return { by: 'java' };
  return {
    by: 'none',
    why: `no COXA_KAFKA_BROKERS, and no ${missing.join(' and no ')} on this machine (Debian: apt-get install default-jre-headless maven)`,
  };
}
