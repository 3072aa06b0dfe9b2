import type { LogMessage, LogRecord } from '@coxa/eventing';
import type { Message } from 'kafkajs';
import type { WireMessage } from './wire.js';

/**
 * A record for the cluster; its partition is chosen here, never by the client. A message that is carried over brings its receive time; the
 * broker takes it only where that was allowed for the time of the move.
 */
export const toKafka = (
  { key, value, headers, appendedAt }: LogRecord & { readonly appendedAt?: number },
  partition: number,
): Message => ({
  key,
  ...(appendedAt === undefined ? {} : { timestamp: String(appendedAt) }),
  partition,
  // The client passes views of larger buffers on as they are, but wants Buffers.
  value: Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength),
  headers: { ...headers },
});

/** Whatever lies on the topic, as a message: what others wrote there may lack key, value or headers. */
export function fromKafka(topic: string, partition: number, message: WireMessage): LogMessage {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers ?? {}))
    headers[name] = textOf(Array.isArray(value) ? value[0] : value);
  return {
    topic,
    partition,
    offset: Number(message.offset),
    key: message.key?.toString('utf8') ?? '',
    value: message.value ?? new Uint8Array(),
    headers,
    appendedAt: Number(message.timestamp),
  };
}

const textOf = (value: unknown): string =>
  Buffer.isBuffer(value) ? value.toString('utf8') : typeof value === 'string' ? value : '';
