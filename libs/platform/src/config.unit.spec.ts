import { describe, expect, test } from '@jest/globals';
import { ConfigError, loadConfig, unknownSettings } from './config.js';

const faultsOf = (env: Record<string, string>, options?: { allowTestClock: boolean }): readonly string[] => {
  try {
    loadConfig(env, 3000, options);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
};

describe('the environment', () => {
  test('given nothing, everything is embedded and the port is the one of the service', () => {
    const config = loadConfig({}, 3002);
    expect(config).toMatchObject({
      log: 'embedded',
      events: 'embedded',
      views: 'embedded',
      port: 3002,
      prefix: 'coxa',
      testClock: undefined,
      webhookAllowPrivate: false,
      host: '127.0.0.1',
      publicUrl: undefined,
      readingsKeep: {},
    });
  });

  test('given how long readings are kept, then it is told in milliseconds and bytes', () => {
    const { readingsKeep } = loadConfig({ COXA_READINGS_KEEP_DAYS: '2', COXA_READINGS_KEEP_GB: '0.5' }, 3000);
    expect(readingsKeep).toEqual({ maxAgeMs: 2 * 86_400_000, maxBytes: 5e8 });
    for (const days of ['0', '-1', 'plenty'])
      expect(faultsOf({ COXA_READINGS_KEEP_DAYS: days })).toEqual([
        expect.stringMatching(/^COXA_READINGS_KEEP_DAYS is .*; expected a number of days above 0/),
      ]);
  });

  test('given several faults, all are told, each with name, value and what is expected', () => {
    const faults = faultsOf({
      COXA_PORT: '70000',
      COXA_PREFIX: 'Über',
      COXA_TEST_CLOCK: 'noon',
      COXA_VIEWS: 'paper',
    });
    expect(faults).toHaveLength(4);
    expect(faults).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^COXA_PORT is "70000"; expected .*0 to 65535/),
        expect.stringMatching(/^COXA_PREFIX is "Über"; expected /),
        expect.stringMatching(/^COXA_TEST_CLOCK is "noon"; expected an RFC 3339/),
        expect.stringMatching(/^COXA_VIEWS is "paper"; expected embedded or redis/),
      ]),
    );
  });

  test.each([
    ['redis with the wrong scheme', { COXA_REDIS_URL: 'http://admin:geheim@host' }],
    ['a password with a slash', { COXA_REDIS_URL: 'http://admin:gehe/geheim@host' }],
    ['no address at all', { COXA_MQTT_URL: 'admin:geheim@host' }],
    ['a password with an at sign', { COXA_EVENTSTORE_URL: 'http://admin:a@geheim@host' }],
    ['brokers', { COXA_KAFKA_BROKERS: 'admin:geheim@host:9092' }],
  ])('given secrets in %s, the fault does not show them', (_what, env) => {
    const text = faultsOf(env).join();
    expect(text).toContain('***@host');
    expect(text).not.toMatch(/geheim|admin|gehe/);
  });

  test.each([
    'esdb://a:2113,b:2113,c:2113?tls=false',
    'esdb://admin:change,it@a:2113,b:2113/?nodePreference=leader',
    'esdb://admin:change,it@a:2113',
    'kurrentdb+discover://cluster.example:2113',
  ])('regression: given an event store of several nodes as %s, then the address is taken as it is', (url) => {
    expect(faultsOf({ COXA_EVENTSTORE_URL: url })).toEqual([]);
  });

  test.each(['esdb://a:2113,', 'a:2113,b:2113', 'redis://a,b'])('an event store at %s is a fault', (url) => {
    expect(faultsOf({ COXA_EVENTSTORE_URL: url })).toHaveLength(1);
  });

  test.each(['1e3', ' 80', '-1', '80.5', '0x50', '65536', 'tcp://10.0.0.1:80'])(
    'port %j is a fault',
    (port) => {
      expect(faultsOf({ COXA_PORT: port })).toHaveLength(1);
    },
  );

  test('port 0 asks for a free one, and an empty value is as good as none', () => {
    expect(loadConfig({ COXA_PORT: '0', COXA_PREFIX: '' }, 3000)).toMatchObject({ port: 0, prefix: 'coxa' });
  });

  test('given an issuer without audience, the audience is missing', () => {
    expect(faultsOf({ COXA_OIDC_ISSUER: 'https://id.example' })).toEqual([
      'COXA_OIDC_AUDIENCE is not set; expected a value, because COXA_OIDC_ISSUER is set',
    ]);
  });

  test('the distributed runtime is Kafka, EventStoreDB and Redis; each can be chosen on its own', () => {
    const config = loadConfig({ COXA_RUNTIME: 'distributed', COXA_VIEWS: 'embedded' }, 3000);
    expect(config).toMatchObject({ log: 'kafka', events: 'eventstoredb', views: 'embedded' });
  });

  test('the test clock is refused where services run apart', () => {
    const env = { COXA_TEST_CLOCK: '2026-01-05T08:00:00+01:00' };
    expect(loadConfig(env, 3000).testClock).toBe(Date.parse('2026-01-05T07:00:00Z'));
    expect(faultsOf(env, { allowTestClock: false })).toHaveLength(1);
  });

  test('a data folder that is a file is a fault', () => {
    expect(faultsOf({ COXA_DATA_DIR: process.execPath })).toEqual([
      expect.stringMatching(/^COXA_DATA_DIR is /),
    ]);
  });

  test('names that a cluster adds, or a slip of the pen, are found but stop nothing', () => {
    const env = {
      COXA_INGEST_SERVICE_HOST: '10.0.0.1',
      COXA_PORTT: '1',
      COXA_KAFKA_SASL_USER: 'x',
      PATH: '/',
    };
    expect(faultsOf(env)).toEqual([]);
    expect(unknownSettings(env)).toEqual(['COXA_INGEST_SERVICE_HOST', 'COXA_PORTT', 'COXA_KAFKA_SASL_USER']);
  });
});
