import { EngineError } from '@coxa/eventing';

/** What kafkajs's errors carry beside a message. */
interface Said {
  readonly name?: string;
  readonly type?: string;
  readonly code?: unknown;
  readonly message?: string;
  readonly cause?: unknown;
  readonly retriable?: boolean;
  readonly host?: string;
  readonly port?: number;
}

const causes = (error: unknown): Said[] => {
  const chain: Said[] = [];
  for (let each = error; each instanceof Error && chain.length < 8; each = each.cause)
    chain.push(each as Said);
  return chain;
};

/** Whether it may well go away by itself: a coordinator that is still loading, a broker that is away. */
export const isPassing = (error: unknown): boolean =>
  causes(error).some(
    ({ name, retriable }) =>
      retriable === true ||
      name === 'KafkaJSNumberOfRetriesExceeded' ||
      name === 'KafkaJSGroupCoordinatorNotFound' ||
      name === 'KafkaJSNoBrokerAvailableError',
  ) && !causes(error).some(({ name }) => name === 'KafkaJSSASLAuthenticationError');

/** Whether one of the error's causes is of that protocol type. */
export const isOfType = (error: unknown, ...types: readonly string[]): boolean =>
  causes(error).some(({ type }) => type !== undefined && types.includes(type));

/** The broker no longer knows the writer's sequence: only a fresh writer can go on. */
export const isForgotten = (error: unknown): boolean =>
  isOfType(
    error,
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    'DUPLICATE_SEQUENCE_NUMBER',
    'UNKNOWN_PRODUCER_ID',
    'INVALID_PRODUCER_EPOCH',
    'INVALID_PRODUCER_ID_MAPPING',
  );

/** A broker that closed its connection is forgotten, so that the next question goes to where the partition is now. */
export function lostBroker(error: unknown): { readonly host: string; readonly port: number } | undefined {
  const lost = causes(error).find(
    ({ name, host }) => name === 'KafkaJSConnectionClosedError' && host !== undefined,
  );
  return lost && { host: lost.host!, port: Number(lost.port) };
}

/** What the cluster said, as the engine's error: what, where, what to do. */
export function engineError(error: unknown, brokers: readonly string[]): EngineError {
  if (error instanceof EngineError) return error;
  const where = `Kafka at ${brokers.join(', ')}`;
  const chain = causes(error);
  const text = [...new Set(chain.map(({ message }) => message))].join('; ');
  return new EngineError('storage-failed', `${where}: ${adviceFor(chain, text)}`, { cause: error });
}

function adviceFor(chain: readonly Said[], text: string): string {
  const some = (test: (said: Said) => boolean) => chain.some(test);
  if (some(({ name }) => name === 'KafkaJSSASLAuthenticationError'))
    return `user or password were refused; check COXA_KAFKA_USERNAME, COXA_KAFKA_PASSWORD and COXA_KAFKA_SASL (${text})`;
  if (some(({ type }) => type?.endsWith('_AUTHORIZATION_FAILED') ?? false))
    return `the user lacks a permission; it must create, describe, read and write topics and groups that begin with COXA_PREFIX (${text})`;
  if (/certificate|self[- ]signed|altname|CERT_/i.test(text))
    return `the certificate was not accepted; check COXA_KAFKA_CA_FILE and the names in the certificate (${text})`;
  if (/wrong version number|SSL routines|EPROTO/i.test(text))
    return `one side speaks TLS and the other does not; check COXA_KAFKA_TLS (${text})`;
  if (/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|timeout|timed out|Connection|broker/i.test(text))
    return `it does not answer; check COXA_KAFKA_BROKERS, and that the brokers run and can be reached from here (${text})`;
  return text;
}
