import { findEventStore } from '../../../scripts/backends/eventstoredb.mjs';
import { findKafka } from '../../../scripts/backends/kafka.mjs';
import { someEventStore } from '../eventstoredb/some-event-store.js';
import { someKafka } from '../kafka/some-kafka.js';
import { someRedis } from '../redis/some-redis.js';

export interface Servers {
  /** What a service needs to find them. */
  readonly env: Readonly<Record<string, string>>;
  /** Which they are, for people. */
  readonly told: string;
  stop(): Promise<void>;
}

/** Kafka, Redis and an event store (or its stand-in) for the distributed runtime. @throws Error when one is not to be had */
export async function startServers(): Promise<Servers> {
  const kafkaFound = await findKafka();
  if (kafkaFound.by === 'none') throw new Error(`kafka: ${kafkaFound.why}`);
  const running: { stop(): Promise<void> }[] = [];
  const keep = <Server extends { stop(): Promise<void> }>(server: Server): Server => {
    running.push(server);
    return server;
  };
  const stop = async () => void (await Promise.all(running.splice(0).map((server) => server.stop())));
  try {
    const redis = keep(await someRedis());
    const events = keep(await someEventStore());
    const kafka = keep(await someKafka());
    const { by } = await findEventStore();
    return {
      env: {
        COXA_RUNTIME: 'distributed',
        COXA_KAFKA_BROKERS: kafka.brokers.join(','),
        COXA_REDIS_URL: redis.url,
        COXA_EVENTSTORE_URL: events.url,
        ...(by === 'STAND-IN' ? { TEST_EVENTSTORE_STAND_IN: 'true' } : {}),
      },
      told: `kafka by ${kafkaFound.by}, redis, event store by ${by}`,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
