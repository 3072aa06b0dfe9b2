import { resolve } from 'node:path';

/** What the environment says, checked. Addresses of backends are there whether used or not. */
export interface Config {
  readonly log: 'embedded' | 'kafka';
  readonly events: 'embedded' | 'eventstoredb';
  readonly views: 'embedded' | 'redis';
  readonly dataDir: string;
  readonly port: number;
  readonly prefix: string;
  readonly kafkaBrokers: readonly string[];
  readonly eventStoreUrl: string;
  readonly redisUrl: string;
  readonly mqttUrl: string | undefined;
  readonly oidc: { readonly issuer: string; readonly audience: string } | undefined;
  /** Epoch ms at which time stands still. */
  readonly testClock: number | undefined;
  readonly webhookAllowPrivate: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** All faults of the environment at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
  }
}

const known = new Set([
  'COXA_RUNTIME',
  'COXA_LOG',
  'COXA_EVENTS',
  'COXA_VIEWS',
  'COXA_DATA_DIR',
  'COXA_PORT',
  'COXA_PREFIX',
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

/** Reads the environment. `defaultPort` is the service's own. @throws ConfigError with every fault */
export function loadConfig(env: Environment, defaultPort: number): Config {
  const faults: string[] = [];
  const text = (name: string) => (env[name] === undefined || env[name] === '' ? undefined : env[name]);
  const fault = (name: string, expected: string) =>
    void faults.push(`${name} is ${JSON.stringify(hide(text(name) ?? ''))}; expected ${expected}`);
  const choice = <T extends string>(name: string, values: readonly T[], otherwise: T): T => {
    const value = text(name) ?? otherwise;
    if (values.includes(value as T)) return value as T;
    fault(name, values.join(' or '));
    return otherwise;
  };
  const url = (name: string, protocols: readonly string[]): string | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    if (!protocols.includes(URL.canParse(value) ? new URL(value).protocol : ''))
      fault(name, `an address starting with ${protocols.join(' or ')}`);
    return value;
  };
  for (const name of Object.keys(env))
    if (name.startsWith('COXA_') && !known.has(name) && !name.startsWith('COXA_KAFKA_'))
      faults.push(`${name} is not a known setting; see docs/reference/configuration.md`);

  const distributed = choice('COXA_RUNTIME', ['embedded', 'distributed'], 'embedded') === 'distributed';
  const port = Number(text('COXA_PORT') ?? defaultPort);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    fault('COXA_PORT', 'a whole number from 0 to 65535 (0 picks a free port)');
  const prefix = text('COXA_PREFIX') ?? 'coxa';
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(prefix))
    fault('COXA_PREFIX', '1-31 lower-case letters, digits or -, a letter first');
  const clock = text('COXA_TEST_CLOCK');
  const testClock = clock === undefined ? undefined : Date.parse(clock);
  if (testClock !== undefined && (Number.isNaN(testClock) || !/T.*(Z|[+-]\d\d:\d\d)$/.test(clock!)))
    fault('COXA_TEST_CLOCK', 'an RFC 3339 time with offset');
  const issuer = url('COXA_OIDC_ISSUER', ['https:', 'http:']);
  const audience = text('COXA_OIDC_AUDIENCE');
  if ((issuer === undefined) !== (audience === undefined))
    fault(
      issuer ? 'COXA_OIDC_AUDIENCE' : 'COXA_OIDC_ISSUER',
      'both COXA_OIDC_ISSUER and COXA_OIDC_AUDIENCE, or neither',
    );
  const config: Config = {
    log: choice('COXA_LOG', ['embedded', 'kafka'], distributed ? 'kafka' : 'embedded'),
    events: choice('COXA_EVENTS', ['embedded', 'eventstoredb'], distributed ? 'eventstoredb' : 'embedded'),
    views: choice('COXA_VIEWS', ['embedded', 'redis'], distributed ? 'redis' : 'embedded'),
    dataDir: resolve(text('COXA_DATA_DIR') ?? './data'),
    port,
    prefix,
    kafkaBrokers: (text('COXA_KAFKA_BROKERS') ?? 'localhost:9092').split(',').map((broker) => broker.trim()),
    eventStoreUrl:
      url('COXA_EVENTSTORE_URL', ['esdb:', 'esdb+discover:', 'kurrentdb:']) ??
      'esdb://localhost:2113?tls=false',
    redisUrl: url('COXA_REDIS_URL', ['redis:', 'rediss:']) ?? 'redis://localhost:6379',
    mqttUrl: url('COXA_MQTT_URL', ['mqtt:', 'mqtts:']),
    oidc: issuer && audience ? { issuer, audience } : undefined,
    testClock,
    webhookAllowPrivate: choice('COXA_WEBHOOK_ALLOW_PRIVATE', ['true', 'false'], 'false') === 'true',
  };
  for (const broker of config.kafkaBrokers)
    if (!/^[^\s:]+:\d+$/.test(broker)) fault('COXA_KAFKA_BROKERS', 'a comma list of host:port');
  if (config.log !== 'embedded')
    faults.push('COXA_LOG asks for kafka, whose adapter is not part of this version; use embedded');
  if (config.events !== 'embedded')
    faults.push('COXA_EVENTS asks for eventstoredb, whose adapter is not part of this version; use embedded');
  if (config.views !== 'embedded')
    faults.push('COXA_VIEWS asks for redis, whose adapter is not part of this version; use embedded');
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}

/** Takes user and password out of an address. */
const hide = (value: string): string => value.replace(/\/\/[^@/]*@/, '//***@');
