import { findKafka, kafkaImage } from '../../../scripts/backends/kafka.mjs';
import { freePort } from '../free-port.js';
import { KafkaCluster } from './cluster.js';

export interface SomeKafka {
  readonly brokers: string[];
  stop(): Promise<void>;
}

/** A Kafka for tests that leave it alive: the one that the environment names, one in Docker, or one of our own. @throws Error when none is to be had */
export async function someKafka(): Promise<SomeKafka> {
  const found = await findKafka();
  switch (found.by) {
    case 'address':
      return { brokers: found.brokers, stop: () => Promise.resolve() };
    case 'docker':
      return inDocker();
    case 'java': {
      const cluster = await KafkaCluster.start();
      return { brokers: cluster.addresses, stop: () => cluster.stop() };
    }
    case 'none':
      throw new Error(found.why);
    default:
      return found satisfies never;
  }
}

/** A broker tells its clients where it is, so its port must be the same inside and outside. */
async function inDocker(): Promise<SomeKafka> {
  const { GenericContainer, Wait } = await import('testcontainers');
  const port = await freePort();
  const settings = {
    NODE_ID: '1',
    PROCESS_ROLES: 'broker,controller',
    LISTENERS: `PLAINTEXT://0.0.0.0:${port},CONTROLLER://localhost:9093`,
    ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
    LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    INTER_BROKER_LISTENER_NAME: 'PLAINTEXT',
    CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
    TRANSACTION_STATE_LOG_MIN_ISR: '1',
    GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    AUTO_CREATE_TOPICS_ENABLE: 'false',
  };
  const container = await new GenericContainer(kafkaImage)
    .withExposedPorts({ container: port, host: port })
    .withEnvironment(
      Object.fromEntries(Object.entries(settings).map(([name, value]) => [`KAFKA_${name}`, value])),
    )
    .withWaitStrategy(Wait.forListeningPorts())
    .start();
  return { brokers: [`127.0.0.1:${port}`], stop: async () => void (await container.stop()) };
}
