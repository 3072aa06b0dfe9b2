import { readFileSync } from 'node:fs';
import type { EnvironmentReader } from './environment.js';

/** How the cluster is reached and what new topics look like. */
export interface KafkaConfig {
  readonly brokers: readonly string[];
  /** PEM texts. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string } | undefined;
  readonly sasl:
    | {
        readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
        readonly username: string;
        readonly password: string;
      }
    | undefined;
  /** Of each topic whose keys are patients. */
  readonly partitions: number;
  /** Copies of each partition; undefined: three, or as many as there are brokers. */
  readonly replication: number | undefined;
}

/** Names of the settings. */
export const kafkaSettings = [
  'COXA_KAFKA_BROKERS',
  'COXA_KAFKA_TLS',
  'COXA_KAFKA_CA_FILE',
  'COXA_KAFKA_CERT_FILE',
  'COXA_KAFKA_KEY_FILE',
  'COXA_KAFKA_SASL',
  'COXA_KAFKA_USERNAME',
  'COXA_KAFKA_PASSWORD',
  'COXA_KAFKA_PARTITIONS',
  'COXA_KAFKA_REPLICATION',
] as const;

export function readKafka(read: EnvironmentReader): KafkaConfig {
  const tls = readTls(read);
  return {
    brokers: readBrokers(read),
    tls,
    sasl: readSasl(read, tls !== undefined),
    partitions: count(read, 'COXA_KAFKA_PARTITIONS', 1_000) ?? 12,
    replication: count(read, 'COXA_KAFKA_REPLICATION', 9),
  };
}

function readBrokers(read: EnvironmentReader): string[] {
  const brokers = (read.text('COXA_KAFKA_BROKERS') ?? 'localhost:9092').split(',').map((each) => each.trim());
  if (!brokers.every((broker) => /^(\[[\da-f:]+\]|[^\s:@]+):\d{1,5}$/i.test(broker)))
    read.fault('COXA_KAFKA_BROKERS', 'a comma list of host:port');
  return brokers;
}

function readTls(read: EnvironmentReader): KafkaConfig['tls'] {
  const files = {
    ca: pem(read, 'COXA_KAFKA_CA_FILE'),
    cert: pem(read, 'COXA_KAFKA_CERT_FILE'),
    key: pem(read, 'COXA_KAFKA_KEY_FILE'),
  };
  if ((files.cert === undefined) !== (files.key === undefined))
    read.fault(
      files.cert === undefined ? 'COXA_KAFKA_CERT_FILE' : 'COXA_KAFKA_KEY_FILE',
      'a PEM file: certificate and key go together',
    );
  const given = Object.entries(files).filter(([, text]) => text !== undefined);
  const wanted = read.choice('COXA_KAFKA_TLS', ['true', 'false'], given.length > 0 ? 'true' : 'false');
  if (wanted === 'true') return Object.fromEntries(given) as KafkaConfig['tls'];
  if (given.length > 0) read.fault('COXA_KAFKA_TLS', 'true, because certificates are given');
  return undefined;
}

function readSasl(read: EnvironmentReader, tls: boolean): KafkaConfig['sasl'] {
  const mechanisms = ['none', 'plain', 'scram-sha-256', 'scram-sha-512'] as const;
  const mechanism = read.choice('COXA_KAFKA_SASL', mechanisms, 'none');
  const username = read.text('COXA_KAFKA_USERNAME');
  const password = read.text('COXA_KAFKA_PASSWORD');
  if (mechanism === 'none') {
    if (username !== undefined || password !== undefined)
      read.fault(
        'COXA_KAFKA_SASL',
        `${mechanisms.slice(1).join(' or ')}, because a user or password is given`,
      );
    return undefined;
  }
  if (username === undefined) read.fault('COXA_KAFKA_USERNAME', 'a name, because COXA_KAFKA_SASL is set');
  if (password === undefined) read.fault('COXA_KAFKA_PASSWORD', 'a password, because COXA_KAFKA_SASL is set');
  if (mechanism === 'plain' && !tls)
    read.fault('COXA_KAFKA_TLS', 'true: plain would send the password readable over the network');
  return { mechanism, username: username ?? '', password: password ?? '' };
}

function pem(read: EnvironmentReader, name: string): string | undefined {
  const file = read.text(name);
  if (file === undefined) return undefined;
  try {
    const text = readFileSync(file, 'utf8');
    if (text.includes('-----BEGIN ')) return text;
  } catch {
    // Told below, like a file that is something else.
  }
  read.fault(name, 'a PEM file that can be read');
  return undefined;
}

function count(read: EnvironmentReader, name: string, most: number): number | undefined {
  const text = read.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d{1,4}$/.test(text) || value < 1 || value > most)
    read.fault(name, `a whole number from 1 to ${most}`);
  return value;
}
