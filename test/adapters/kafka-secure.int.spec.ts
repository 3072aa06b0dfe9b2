import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openKafka } from '@coxa/adapter-kafka';
import type { LogBatch } from '@coxa/eventing';
import { loadConfig } from '@coxa/platform';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kafkaProgramsThere } from '../../scripts/backends/kafka.mjs';
import { freePort } from '../support/free-port.js';
import { KafkaCluster } from '../support/kafka/cluster.js';
import { tempFolder } from '../support/temp-folder.js';

const storePassword = 'of-the-store';
const password = 'geheim-1';
const login = (module: string, more = '') => `org.apache.kafka.common.security.${module} required${more};`;

/** A broker that is spoken to by TLS, with a certificate that nobody knows, and by users with passwords. */
(kafkaProgramsThere() ? describe : describe.skip)('Kafka by TLS and SASL (needs Java and Maven)', () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let cluster: KafkaCluster;
  let port: number;
  let authority: string;

  beforeAll(async () => {
    [folder, port] = await Promise.all([tempFolder(), freePort()]);
    const store = join(folder.path, 'broker.p12');
    authority = join(folder.path, 'ca.pem');
    const keytool = (...args: string[]) =>
      execFileSync(
        'keytool',
        [...args, '-alias', 'broker', '-keystore', store, '-storepass', storePassword],
        {
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      );
    const names = ['-dname', 'CN=localhost', '-ext', 'SAN=ip:127.0.0.1', '-validity', '2'];
    keytool('-genkeypair', '-keyalg', 'EC', '-groupname', 'secp256r1', '-storetype', 'PKCS12', ...names);
    writeFileSync(authority, keytool('-exportcert', '-rfc'));
    const secure = 'listener.name.secure.';
    cluster = await KafkaCluster.start({
      formatArgs: ['--add-scram', `SCRAM-SHA-512=[name=coxa,password=${password}]`],
      settings: {
        '+listeners': `,SECURE://127.0.0.1:${port}`,
        '+advertised.listeners': `,SECURE://127.0.0.1:${port}`,
        'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
        [`${secure}ssl.keystore.type`]: 'PKCS12',
        [`${secure}ssl.keystore.location`]: store,
        [`${secure}ssl.keystore.password`]: storePassword,
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
        [`${secure}plain.sasl.jaas.config`]: login('plain.PlainLoginModule', ` user_coxa="${password}"`),
        [`${secure}scram-sha-512.sasl.jaas.config`]: login('scram.ScramLoginModule'),
      },
    });
  }, 300_000);
  afterAll(async () => {
    await cluster.stop();
    await folder.remove();
  });

  /** As a service reads them from its environment. */
  const settings = (env: Record<string, string>) =>
    loadConfig({ COXA_KAFKA_BROKERS: `127.0.0.1:${port}`, ...env }, 3000).kafka;
  const user = (mechanism: string, secret = password) => ({
    COXA_KAFKA_CA_FILE: authority,
    COXA_KAFKA_SASL: mechanism,
    COXA_KAFKA_USERNAME: 'coxa',
    COXA_KAFKA_PASSWORD: secret,
  });
  const refusal = (env: Record<string, string>) =>
    openKafka(settings(env)).then(
      () => 'no refusal',
      (error: unknown) => (error as Error).message,
    );

  test.each(['plain', 'scram-sha-512'])(
    'given the authority and a user with %s, when messages are written, read and consumed, then that is done',
    async (mechanism) => {
      const log = await openKafka(settings(user(mechanism)));
      const topic = `secure-${randomUUID()}.v1`;
      await log.ensureTopics([{ topic, partitions: 2 }]);
      const written = await log.append([{ topic, key: 'ana', value: Buffer.from('1'), headers: {} }]);
      const [{ partition, offset }] = written as [(typeof written)[number]];
      expect((await log.read(topic, partition, offset, 1))[0]?.key).toBe('ana');
      const stop = new AbortController();
      const taken: string[] = [];
      await log.consume({ group: 'g', topics: [topic], signal: stop.signal }, async (batch: LogBatch) => {
        taken.push(...batch.messages.map(({ key }) => key));
        await batch.commit(batch.messages.at(-1)!.offset + 1);
        stop.abort();
      });
      expect(taken).toEqual(['ana']);
      await log.close();
    },
    60_000,
  );

  test('given a wrong password, when it is opened, then the refusal names the settings, and not the password', async () => {
    for (const mechanism of ['plain', 'scram-sha-512']) {
      const message = await refusal(user(mechanism, 'wrong-one'));
      expect(message).toContain('COXA_KAFKA_PASSWORD');
      expect(message).not.toContain('wrong-one');
    }
  }, 60_000);

  test('given nobody who vouches for the certificate, when it is opened, then the refusal names the setting for the authority', async () => {
    const { COXA_KAFKA_CA_FILE: _ca, ...rest } = user('scram-sha-512');
    expect(await refusal({ ...rest, COXA_KAFKA_TLS: 'true' })).toContain('COXA_KAFKA_CA_FILE');
  }, 60_000);

  test('given no TLS on our side, when it is opened, then the refusal comes in words and names a setting', async () => {
    const { COXA_KAFKA_CA_FILE: _ca, ...rest } = user('scram-sha-512');
    expect(await refusal(rest)).toMatch(/COXA_KAFKA_(TLS|BROKERS)/);
  }, 60_000);
});
