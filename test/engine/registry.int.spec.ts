import { openEmbedded } from '@coxa/adapter-embedded';
import type { DeviceFact } from '@coxa/contracts';
import { Registry, systemClock, until } from '@coxa/eventing';
import { expect, test } from '@jest/globals';
import { tempFolder } from '../support/temp-folder.js';

const topic = 'registry';
const fact = (position: number, more: Partial<DeviceFact> = {}): DeviceFact => ({
  kind: 'device',
  deviceId: 'd1',
  patientId: 'p1',
  sensor: 'imu',
  segment: 'thigh',
  side: 'left',
  model: 'acme-1',
  registeredAt: '2026-01-05T08:00:00Z',
  position,
  ...more,
});

test('regression: given a device that was revoked, when its registration is published again, then it stays revoked', async () => {
  const folder = await tempFolder();
  const { log, close } = await openEmbedded(folder.path, systemClock);
  await log.ensureTopics([{ topic, partitions: 1, compacted: true }]);
  for (const each of [fact(1), fact(7, { revokedAt: '2026-01-06T08:00:00Z' }), fact(1)])
    await log.append([{ topic, key: 'd1', value: Buffer.from(JSON.stringify(each)), headers: {} }]);
  const registry = new Registry(log, topic);
  const stop = new AbortController();
  const running = registry.run(stop.signal);
  expect(await until(() => registry.caughtUp(), 20_000)).toBe(true);
  expect(registry.device('d1')?.revokedAt).toBe('2026-01-06T08:00:00Z');
  stop.abort();
  await running;
  await close();
  await folder.remove();
});
