import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { kafkaSettings, readKafka } from './config-kafka.js';
import { unknownSettings } from './config.js';
import { type Environment, EnvironmentReader } from './environment.js';

function read(env: Environment) {
  const reader = new EnvironmentReader(env);
  return { config: readKafka(reader), faults: reader.faults };
}

describe('the settings of Kafka', () => {
  test('given nothing, then a broker on this machine, readable, with twelve partitions', () => {
    const { config, faults } = read({});
    expect(faults).toEqual([]);
    expect(config).toEqual({
      brokers: ['localhost:9092'],
      tls: undefined,
      sasl: undefined,
      partitions: 12,
      replication: undefined,
    });
  });

  test('given an authority and a user, then TLS and SASL', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'coxa-pem-')), 'ca.pem');
    writeFileSync(file, '-----BEGIN CERTIFICATE-----\n');
    const { config, faults } = read({
      COXA_KAFKA_CA_FILE: file,
      COXA_KAFKA_SASL: 'plain',
      COXA_KAFKA_USERNAME: 'coxa',
      COXA_KAFKA_PASSWORD: 'geheim',
    });
    expect(faults).toEqual([]);
    expect(config.tls).toEqual({ ca: '-----BEGIN CERTIFICATE-----\n' });
    expect(config.sasl).toEqual({ mechanism: 'plain', username: 'coxa', password: 'geheim' });
  });

  test('given a password that would travel readably, a file that is none and odd numbers, then each is told, no secret among them', () => {
    const { faults } = read({
      COXA_KAFKA_SASL: 'plain',
      COXA_KAFKA_PASSWORD: 'geheim',
      COXA_KAFKA_CERT_FILE: '/nowhere.pem',
      COXA_KAFKA_PARTITIONS: '0',
      COXA_KAFKA_REPLICATION: 'many',
    });
    const named = faults.map((fault) => fault.split(' ')[0]);
    expect(named.sort()).toEqual([
      'COXA_KAFKA_CERT_FILE',
      'COXA_KAFKA_PARTITIONS',
      'COXA_KAFKA_REPLICATION',
      'COXA_KAFKA_TLS',
      'COXA_KAFKA_USERNAME',
    ]);
    expect(faults.join()).not.toContain('geheim');
  });

  test('each setting is known', () => {
    expect(unknownSettings(Object.fromEntries(kafkaSettings.map((name) => [name, 'x'])))).toEqual([]);
  });
});
