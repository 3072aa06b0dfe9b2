import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '@coxa/adapter-embedded';
import { TestClock } from '@coxa/eventing';
import { loadConfig } from '@coxa/platform';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Programmes } from './programmes.js';
import { tellOfDevice } from './watched-devices.js';

const enrolledAt = '2026-01-05T08:00:00Z';
const registeredAt = '2026-01-06T10:00:00Z';

let folder: string;
let opened: Awaited<ReturnType<typeof openEmbedded>>;
let clock: TestClock;
let programmes: Programmes;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coxa-watched-'));
  clock = new TestClock(Date.parse('2026-01-08T12:00:00Z'));
  opened = await openEmbedded(folder, clock);
  programmes = new Programmes(loadConfig({}, 0), opened.events, clock);
});

afterEach(async () => {
  await opened.close();
  rmSync(folder, { recursive: true, force: true });
});

const enrols = (patientId: string) =>
  programmes.handle(patientId, {
    messageId: `enrol/${patientId}`,
    command: {
      kind: 'enrol',
      patientId,
      enrolledAt,
      zone: 'UTC',
      side: 'left',
      birthYear: 1980,
      consent: { version: '1', at: enrolledAt },
      screening: { flags: [], exclusions: [] },
      baseline: {},
      receivedAt: enrolledAt,
    },
  });

const device = (deviceId: string, revokedAt?: string) => ({
  kind: 'device' as const,
  deviceId,
  patientId: 'p1',
  sensor: 'imu' as const,
  segment: 'thigh' as const,
  side: 'right' as const,
  model: 'm',
  registeredAt,
  ...(revokedAt === undefined ? {} : { revokedAt }),
});

const watched = () => programmes.inspect('p1', ({ devices }) => devices);
const told = async () =>
  (await programmes.history('p1')).flatMap(({ type, at }) =>
    type.startsWith('device-') ? [`${type} ${at}`] : [],
  );

describe('a programme is told of the devices whose silence it is to notice', () => {
  test('given a device that was registered days ago, when it is told now, then its silence counts from the registration, and the answer is where that lies', async () => {
    await enrols('p1');
    const place = await tellOfDevice(programmes, device('d1'));
    expect(place).toBe(await programmes.head());
    expect(await watched()).toEqual([
      { deviceId: 'd1', side: 'right', heardAt: Date.parse(registeredAt), silent: false },
    ]);
  });

  test('given it is told again, as at each start, then nothing is written', async () => {
    await enrols('p1');
    await tellOfDevice(programmes, device('d1'));
    expect(await tellOfDevice(programmes, device('d1'))).toBeNull();
    expect(await told()).toEqual([`device-assigned ${registeredAt}`]);
  });

  test('given two devices, when one is revoked, then the other is waited for; told again, nothing is written', async () => {
    await enrols('p1');
    for (const id of ['d1', 'd2']) await tellOfDevice(programmes, device(id));
    const place = await tellOfDevice(programmes, device('d1', '2026-01-08T11:00:00Z'));
    expect(place).toBe(await programmes.head());
    expect((await watched()).map(({ deviceId }) => deviceId)).toEqual(['d2']);
    expect(await tellOfDevice(programmes, device('d1', '2026-01-08T11:00:00Z'))).toBeNull();
    expect((await told()).slice(2)).toEqual(['device-withdrawn 2026-01-08T12:00:00.000Z']);
  });

  test('given a device that was revoked before the programme heard of it, then nobody ever waits for it', async () => {
    await enrols('p1');
    expect(await tellOfDevice(programmes, device('d1', '2026-01-07T11:00:00Z'))).toBeNull();
    expect(await watched()).toEqual([]);
  });

  test('given nobody is enrolled under that id, then there is nothing to tell, and nothing fails', async () => {
    expect(await tellOfDevice(programmes, device('d1'))).toBeNull();
    expect(await tellOfDevice(programmes, device('d1', '2026-01-07T11:00:00Z'))).toBeNull();
    expect(await told()).toEqual([]);
  });
});
