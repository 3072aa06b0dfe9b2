// How tests come by a Kafka: by address, else in Docker where its image can be had, else from its published jars with Java and Maven.
import { spawnSync } from 'node:child_process';
import { dockerThere } from './docker.mjs';

export const kafkaImage = 'apache/kafka:4.1.1';

const runs = (program, ...args) => {
  const { error, status } = spawnSync(program, args, { stdio: 'ignore' });
  return error === undefined && status === 0;
};

let missing;

/** What is missing to run brokers of our own, which tests may kill: nothing, Java, Maven. */
const missingPrograms = () =>
  (missing ??= [...(runs('java', '-version') ? [] : ['Java 17']), ...(runs('mvn', '-v') ? [] : ['Maven'])]);

export const kafkaProgramsThere = () => missingPrograms().length === 0;

/** @returns {Promise<{ by: 'address', brokers: string[] } | { by: 'docker' } | { by: 'java' } | { by: 'none', why: string }>} */
export async function findKafka(env = process.env) {
  if (env.COXA_KAFKA_BROKERS) return { by: 'address', brokers: env.COXA_KAFKA_BROKERS.split(',') };
  if ((await dockerThere()) && imageThere()) return { by: 'docker' };
  if (kafkaProgramsThere()) return { by: 'java' };
  return {
    by: 'none',
    why: `no COXA_KAFKA_BROKERS, no Docker with ${kafkaImage}, and no ${missingPrograms().join(' and no ')} on this machine (Debian: apt-get install default-jre-headless maven)`,
  };
}

let image;

/** Asked once: pulling an image that cannot be had takes long to fail. */
function imageThere() {
  return (image ??=
    runs('docker', 'image', 'inspect', kafkaImage) || runs('docker', 'pull', '--quiet', kafkaImage));
}
