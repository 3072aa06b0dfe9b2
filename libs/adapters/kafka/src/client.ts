import { Kafka, type KafkaConfig, logLevel, type LogEntry } from 'kafkajs';
import { frameInPlace } from './framing.js';
import { restWhenIdle } from './idle-connections.js';
import type { KafkaSettings } from './kafka-settings.js';

/** Told at each connect of a producer; what is not written is sent again by the write lanes, through the same producer. */
const ofRetries = 'Limiting retries for the idempotent producer';

/** A client with short retries: who waits, and for how long, is decided by the callers. */
export function makeClient({ brokers, tls, sasl, onLog }: KafkaSettings): Kafka {
  restWhenIdle();
  frameInPlace();
  const config: KafkaConfig = {
    clientId: 'coxa',
    brokers: [...brokers],
    connectionTimeout: 3_000,
    authenticationTimeout: 5_000,
    requestTimeout: 10_000,
    enforceRequestTimeout: true,
    retry: { initialRetryTime: 50, multiplier: 1.6, factor: 0.2, maxRetryTime: 500, retries: 5 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      // Each refused request is told there, those that are simply asked again among them.
      if (entry.namespace !== 'Connection' && !entry.log.message.startsWith(ofRetries))
        onLog?.(entry.level <= logLevel.ERROR ? 'error' : 'warn', textOf(entry));
    },
    ...(tls ? { ssl: { ...tls } } : {}),
    ...(sasl ? { sasl: { ...sasl } as NonNullable<KafkaConfig['sasl']> } : {}),
  };
  return new Kafka(config);
}

const textOf = ({ namespace, log }: LogEntry): string =>
  `${namespace}: ${log.message}${typeof log['error'] === 'string' ? ` (${log['error']})` : ''}`;
