import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Api } from '../support/api.js';
import { enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';
import { webhookReceiver } from '../support/webhook-receiver.js';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

interface Alarms {
  readonly items: readonly { readonly id: string; readonly rule: string; readonly state: string }[];
}

/** Each instant in its order: the test clock only goes forward. */
describe('silence of devices and of rotation (D10)', () => {
  let server: Server;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let hook: Awaited<ReturnType<typeof webhookReceiver>>;
  let clinician: Api;
  let operator: Api;
  let device: { readonly deviceId: string; readonly token: string };
  const env = { COXA_TEST_CLOCK: '2026-01-06T08:00:00Z', COXA_WEBHOOK_ALLOW_PRIVATE: 'true' };

  beforeAll(async () => {
    folder = await tempFolder();
    hook = await webhookReceiver();
    await begin();
    await clinician.put('/v1/receivers/team', {
      role: 'assigned',
      minSeverity: 'LOW',
      channels: [{ kind: 'webhook', url: hook.url, secret }],
    });
    await enrol(clinician, 'p1');
    const registration = {
      patientId: 'p1',
      kind: 'goniometer',
      segment: 'thigh',
      side: 'left',
      model: 'gonio',
    };
    device = (await clinician.post<typeof device>('/v1/devices', registration)).body;
  });

  afterAll(async () => {
    await server.stop();
    await hook.close();
    await folder.remove();
  });

  async function begin(): Promise<void> {
    server = await Server.start({ dataDir: folder.path, env });
    clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
    operator = new Api(server.address, await server.token({ role: 'operator', subject: 'ops' }));
  }

  const clock = async (now: string) =>
    expect((await operator.post('/v1/test-clock', { now })).status).toBe(200);
  const alarms = async () =>
    (await clinician.get<Alarms>('/v1/alarms?patientId=p1')).body.items.filter(
      ({ rule }) => rule !== 'missing-data',
    );
  const told = () =>
    hook.received.map(({ body }) => (JSON.parse(body) as { data: { alarmId: string } }).data.alarmId);

  /** Three turns to `peak` degrees and back. */
  const send = (sessionId: string, startedAt: string, peak = 30) => {
    const turn = Array.from({ length: 100 }, (_, i) => peak * Math.sin((Math.PI * i) / 100));
    const rest = Array<number>(50).fill(0);
    return new Api(server.address, device.token).post('/v1/readings', {
      deviceId: device.deviceId,
      sessionId,
      sequence: 0,
      kind: 'goniometer',
      segment: 'thigh',
      side: 'left',
      position: 'seated',
      purpose: 'measurement',
      startedAt,
      sampleRateHz: 50,
      channels: { angleDeg: [...rest, ...turn, ...turn, ...turn, ...rest] },
      last: true,
    });
  };

  test('given a device whose last batch came seven days ago, then a LOW alarm is raised, and told once however often the service starts', async () => {
    await clock('2026-01-07T08:00:00Z');
    expect((await send('s1', '2026-01-07T07:59:00Z')).status).toBe(202);
    // That the patient said nothing for a week is told here: later alarms within five minutes would join that notice.
    await clock('2026-01-13T12:00:00Z');
    await clock('2026-01-14T07:59:59Z');
    expect(await alarms()).toEqual([]);
    await clock('2026-01-14T08:00:00Z');
    const [offline] = await alarms();
    expect(offline).toMatchObject({
      rule: 'device-offline',
      severity: 'LOW',
      side: 'left',
      state: 'active',
      count: 1,
      firstAt: '2026-01-14T08:00:00.000Z',
    });
    await server.kill();
    await begin();
    await clock('2026-01-15T08:00:00Z');
    expect(await alarms()).toMatchObject([{ id: offline!.id, count: 1 }]);
    expect(told().filter((id) => id === offline!.id)).toHaveLength(1);
  });

  test('given it is still offline, when no rotation was measured for 14 days, then that is listed and told to nobody', async () => {
    await clock('2026-01-21T08:00:00Z');
    const missing = (await alarms()).find(({ rule }) => rule === 'rotation-missing');
    expect(missing).toMatchObject({ severity: 'LOW', side: 'left', state: 'active', count: 1 });
    expect(told()).not.toContain(missing!.id);
  });

  test('given a new measurement, when its session has ended, then both alarms clear', async () => {
    expect((await send('s2', '2026-01-21T07:59:00Z')).status).toBe(202);
    await clock('2026-01-21T08:01:00Z');
    expect((await alarms()).map(({ rule, state }) => `${rule} ${state}`).sort()).toEqual([
      'device-offline cleared',
      'rotation-missing cleared',
    ]);
  });

  test('given the device is revoked, then nobody waits for it; rotation that is missing is told now', async () => {
    await clinician.delete(`/v1/devices/${device.deviceId}`);
    await clock('2026-02-04T08:00:00Z');
    const active = (await alarms()).filter(({ state }) => state === 'active');
    expect(active).toMatchObject([{ rule: 'rotation-missing' }]);
    expect(told()).toContain(active[0]!.id);
  });
});
