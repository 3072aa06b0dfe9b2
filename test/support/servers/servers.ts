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

/**
 * Kafka, Redis and an event store (or its stand-in) for the distributed runtime; `mixed` leaves the message log in the data folder.
 * @throws Error when one is not to be had
 */
export async function startServers(runtime: 'distributed' | 'mixed' = 'distributed'): Promise<Servers> {
  const kafkaFound = await findKafka();
  if (runtime === 'distributed' && kafkaFound.by === 'none') throw new Error(`kafka: ${kafkaFound.why}`);
  const running: { stop(): Promise<void> }[] = [];
  const keep = <Server extends { stop(): Promise<void> }>(server: Server): Server => {
    running.push(server);
    return server;
  };
  const stop = async () => void (await Promise.all(running.splice(0).map((server) => server.stop())));
  try {
    const redis = keep(await someRedis());
    const events = keep(await someEventStore());
    const { by } = await findEventStore();
    const log =
      runtime === 'mixed'
        ? { COXA_LOG: 'embedded' }
        : { COXA_LOG: 'kafka', COXA_KAFKA_BROKERS: keep(await someKafka()).brokers.join(',') };
    return {
      env: {
        COXA_RUNTIME: 'distributed',
        ...log,
        COXA_REDIS_URL: redis.url,
        COXA_EVENTSTORE_URL: events.url,
        ...(by === 'STAND-IN' ? { TEST_EVENTSTORE_STAND_IN: 'true' } : {}),
      },
      told: `message log ${runtime === 'mixed' ? 'embedded' : `on kafka by ${kafkaFound.by}`}, redis, event store by ${by}`,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
