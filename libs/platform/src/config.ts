import { parseInstant } from '@coxa/contracts';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type KafkaConfig, kafkaSettings, readKafka } from './config-kafka.js';
import { type Environment, EnvironmentReader } from './environment.js';

export type { Environment } from './environment.js';

/** What the environment says, checked. Addresses of backends are there whether used or not. */
export interface Config {
  readonly log: 'embedded' | 'kafka';
  readonly events: 'embedded' | 'eventstoredb';
  readonly views: 'embedded' | 'redis';
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** How people outside reach the service; undefined: only on this machine. */
  readonly publicUrl: string | undefined;
  readonly prefix: string;
  readonly kafka: KafkaConfig;
  readonly eventStoreUrl: string;
  readonly redisUrl: string;
  readonly mqttUrl: string | undefined;
  readonly oidc: { readonly issuer: string; readonly audience: string } | undefined;
  /** Epoch ms at which time stands still. */
  readonly testClock: number | undefined;
  readonly webhookAllowPrivate: boolean;
  /** How long raw readings are kept; undefined: for ever. What was measured from them stays. */
  readonly readingsKeep: { readonly maxAgeMs?: number; readonly maxBytes?: number };
}

export interface ConfigOptions {
  /** Time can be held only where all services share one process (default true). */
  readonly allowTestClock?: boolean;
}

/** All faults of the environment at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
  }
}

/** The server has had several names, and so have its addresses. */
const eventStoreSchemes = ['esdb', 'kurrentdb', 'kurrent', 'kdb'].flatMap((name) => [
  `${name}:`,
  `${name}+discover:`,
]);

const known = new Set<string>([
  'COXA_RUNTIME',
  'COXA_LOG',
  'COXA_EVENTS',
  'COXA_VIEWS',
  'COXA_DATA_DIR',
  'COXA_HOST',
  'COXA_PORT',
  'COXA_PUBLIC_URL',
  'COXA_PREFIX',
  'COXA_READINGS_KEEP_DAYS',
  'COXA_READINGS_KEEP_GB',
  ...kafkaSettings,
  'COXA_EVENTSTORE_URL',
  'COXA_REDIS_URL',
  'COXA_MQTT_URL',
  'COXA_OIDC_ISSUER',
  'COXA_OIDC_AUDIENCE',
  'COXA_TEST_CLOCK',
  'COXA_WEBHOOK_ALLOW_PRIVATE',
  'COXA_SHARED',
  'COXA_REQUIRE',
  'COXA_BENCH',
]);

/** Names that look like settings of ours and are not. No fault: cluster runtimes put their own `COXA_…_SERVICE_HOST` beside ours. */
export const unknownSettings = (env: Environment): string[] =>
  Object.keys(env).filter((name) => name.startsWith('COXA_') && !known.has(name));

/** Reads the environment. `defaultPort` is the service's own. @throws ConfigError with every fault */
export function loadConfig(
  env: Environment,
  defaultPort: number,
  { allowTestClock = true }: ConfigOptions = {},
): Config {
  const read = new EnvironmentReader(env);
  const runtime = read.choice('COXA_RUNTIME', ['embedded', 'distributed'], 'embedded');
  const distributed = runtime === 'distributed';
  const config: Config = {
    log: read.choice('COXA_LOG', ['embedded', 'kafka'], distributed ? 'kafka' : 'embedded'),
    events: read.choice(
      'COXA_EVENTS',
      ['embedded', 'eventstoredb'],
      distributed ? 'eventstoredb' : 'embedded',
    ),
    views: read.choice('COXA_VIEWS', ['embedded', 'redis'], distributed ? 'redis' : 'embedded'),
    dataDir: dataDir(read),
    host: read.matching(
      'COXA_HOST',
      /^[A-Za-z0-9.:-]{1,253}$/,
      'an address or name to listen on, as 127.0.0.1 or 0.0.0.0',
      '127.0.0.1',
    ),
    port: port(read, defaultPort),
    publicUrl: read.url('COXA_PUBLIC_URL', ['http:', 'https:'])?.replace(/\/$/, ''),
    prefix: read.matching(
      'COXA_PREFIX',
      /^[a-z][a-z0-9-]{0,30}$/,
      '1-31 lower-case letters, digits or -, a letter first',
      'coxa',
    ),
    kafka: readKafka(read),
    eventStoreUrl:
      read.url('COXA_EVENTSTORE_URL', eventStoreSchemes, true) ?? 'esdb://localhost:2113?tls=false',
    redisUrl: read.url('COXA_REDIS_URL', ['redis:', 'rediss:']) ?? 'redis://localhost:6379',
    mqttUrl: read.url('COXA_MQTT_URL', ['mqtt:', 'mqtts:']),
    oidc: oidc(read),
    testClock: testClock(read, allowTestClock),
    readingsKeep: readingsKeep(read),
    webhookAllowPrivate: read.choice('COXA_WEBHOOK_ALLOW_PRIVATE', ['true', 'false'], 'false') === 'true',
  };
  if (read.faults.length > 0) throw new ConfigError(read.faults);
  return config;
}

function dataDir(read: EnvironmentReader): string {
  const folder = resolve(read.text('COXA_DATA_DIR') ?? './data');
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
    read.fault('COXA_DATA_DIR', 'a folder, or a name that is still free');
  return folder;
}

function port(read: EnvironmentReader, otherwise: number): number {
  const text = read.text('COXA_PORT') ?? String(otherwise);
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    read.fault('COXA_PORT', 'a whole number from 0 to 65535 (0 picks a free port)');
  return Number(text);
}

function readingsKeep(read: EnvironmentReader): Config['readingsKeep'] {
  const days = positive(read, 'COXA_READINGS_KEEP_DAYS', 'days');
  const gigabytes = positive(read, 'COXA_READINGS_KEEP_GB', 'gigabytes');
  return {
    ...(days === undefined ? {} : { maxAgeMs: days * 86_400_000 }),
    ...(gigabytes === undefined ? {} : { maxBytes: gigabytes * 1e9 }),
  };
}

function positive(read: EnvironmentReader, name: string, unit: string): number | undefined {
  const text = read.text(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(text) || Number(text) === 0)
    read.fault(name, `a number of ${unit} above 0`);
  return Number(text);
}

function oidc(read: EnvironmentReader): Config['oidc'] {
  const issuer = read.url('COXA_OIDC_ISSUER', ['https:', 'http:']);
  const audience = read.text('COXA_OIDC_AUDIENCE');
  if (issuer !== undefined && audience !== undefined) return { issuer, audience };
  if (issuer !== undefined) read.fault('COXA_OIDC_AUDIENCE', 'a value, because COXA_OIDC_ISSUER is set');
  if (audience !== undefined) read.fault('COXA_OIDC_ISSUER', 'a value, because COXA_OIDC_AUDIENCE is set');
  return undefined;
}

function testClock(read: EnvironmentReader, allowed: boolean): number | undefined {
  const text = read.text('COXA_TEST_CLOCK');
  if (text === undefined) return undefined;
  const instant = parseInstant(text);
  if (!allowed) read.fault('COXA_TEST_CLOCK', 'nothing here: only the all-in-one can hold the time');
  else if (instant === undefined)
    read.fault('COXA_TEST_CLOCK', 'an RFC 3339 time with offset, as 2026-01-05T08:00:00+01:00');
  return instant;
}
