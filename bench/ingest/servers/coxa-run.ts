import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '@coxa/adapter-embedded';
import { namesOf, type RegistryFact, registryKey } from '@coxa/contracts';
import { type LogPosition, type LogRecord, type MessageLog, systemClock } from '@coxa/eventing';
import { IngestModule } from '@coxa/ingest';
import { issueToken, loadConfig, startService } from '@coxa/platform';
import { devices, say, subjectOf } from './say.js';

/** The ingest service, with a registry of devices; `no-log` answers without writing, `log` as it is. */
const withLog = process.argv[2] !== 'no-log';
const dataDir = mkdtempSync(join(tmpdir(), 'coxa-bench-ingest-'));
const config = loadConfig({ COXA_DATA_DIR: dataDir, COXA_PORT: '0' }, 0);
const stores = await openEmbedded(dataDir, systemClock);
const names = namesOf(config.prefix);
const log: MessageLog = withLog ? stores.log : withoutReadings(stores.log);
const service = await startService({
  config,
  backends: { clock: systemClock, ...stores, log },
  modules: [IngestModule],
});
const at = '2026-01-05T08:00:00Z';
const facts: RegistryFact[] = Array.from({ length: devices }, (_, i): RegistryFact[] => [
  {
    kind: 'patient',
    patientId: `p${i}`,
    enrolledAt: at,
    zone: 'UTC',
    side: 'left',
    careTeam: [],
    consent: { version: '1', at },
    position: 2 * i,
  },
  {
    kind: 'device',
    deviceId: subjectOf(i),
    patientId: `p${i}`,
    sensor: 'imu',
    segment: 'thigh',
    side: 'left',
    model: 'bench-1',
    registeredAt: at,
    position: 2 * i + 1,
  },
]).flat();
await stores.log.append(
  facts.map((fact) => ({
    topic: names.registry,
    key: registryKey(fact),
    value: Buffer.from(JSON.stringify(fact)),
    headers: {},
  })),
);
await stores.log.append([{ topic: names.readings, key: 'p0', value: Buffer.alloc(0), headers: {} }]);
while ((await fetch(`${service.address}/health/ready`)).status !== 200)
  await new Promise((resolve) => setTimeout(resolve, 20));
const tokens = await Promise.all(
  Array.from({ length: devices }, (_, i) => issueToken(dataDir, { role: 'device', subject: subjectOf(i) })),
);
say({ port: Number(new URL(service.address).port), tokens });
process.once('SIGTERM', () => {
  void service.stop().then(() => {
    rmSync(dataDir, { recursive: true, force: true });
    process.exit(0);
  });
});

/** Everything but the writing of readings. They all seem to lie where the first record does: long folded, so that nothing waits for a fold. */
function withoutReadings(real: MessageLog): MessageLog {
  const append = async (records: readonly LogRecord[]): Promise<LogPosition[]> =>
    records.some(({ topic }) => topic !== names.readings && topic !== names.audit)
      ? real.append(records)
      : records.map(({ topic }) => ({ topic, partition: 0, offset: 0 }));
  return {
    append,
    ensureTopics: (topics) => real.ensureTopics(topics),
    consume: (options, handler) => real.consume(options, handler),
    read: (topic, partition, from, limit) => real.read(topic, partition, from, limit),
    offsets: (topic, group) => real.offsets(topic, group),
    close: () => real.close(),
  };
}
