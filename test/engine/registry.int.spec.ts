import { type Embedded, openEmbedded } from '@coxa/adapter-embedded';
import type { DeviceFact } from '@coxa/contracts';
import { type MessageLog, Registry, systemClock } from '@coxa/eventing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { tempFolder } from '../support/temp-folder.js';

const topic = 'registry';
const append = (log: MessageLog, each: DeviceFact) =>
  log.append([{ topic, key: 'd1', value: Buffer.from(JSON.stringify(each)), headers: {} }]);
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

let folder: Awaited<ReturnType<typeof tempFolder>>;
let stores: Embedded;
let stop: AbortController;

beforeEach(async () => {
  folder = await tempFolder();
  stores = await openEmbedded(folder.path, systemClock);
  await stores.log.ensureTopics([{ topic, partitions: 1, compacted: true }]);
  stop = new AbortController();
});

afterEach(async () => {
  await stores.close();
  await folder.remove();
});

test('regression: given a device that was revoked, when its registration is published again, then it stays revoked', async () => {
  for (const each of [fact(1), fact(7, { revokedAt: '2026-01-06T08:00:00Z' }), fact(1)])
    await append(stores.log, each);
  const registry = new Registry(stores.log, topic);
  const running = registry.run(stop.signal);
  await registry.catchUp(20_000);
  expect(registry.device('d1')?.revokedAt).toBe('2026-01-06T08:00:00Z');
  stop.abort();
  await running;
});

test('regression: given facts that never stop coming, when those that lay there when asked are folded, then it has caught up', async () => {
  const { log } = stores;
  await append(log, fact(1));
  let position = 1;
  const growing = Object.create(log) as MessageLog;
  growing.consume = (options, handler) =>
    log.consume(options, async (batch) => {
      // There is always one more than has been folded.
      await append(log, fact(++position));
      await handler(batch);
    });
  const registry = new Registry(growing, topic);
  const running = registry.run(stop.signal);
  await registry.catchUp(20_000);
  stop.abort();
  await running;
});

test('regression: given a registry that has not come to the end of its topic, when it is to catch up, then it says so: an unknown device may have been registered', async () => {
  await append(stores.log, fact(1));
  await expect(new Registry(stores.log, topic).catchUp(50)).rejects.toMatchObject({ code: 'behind' });
});
