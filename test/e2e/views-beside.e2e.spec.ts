import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';
import { webhookReceiver } from '../support/webhook-receiver.js';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const now = '2026-01-08T09:00:00+01:00';

interface Standing {
  readonly name: string;
  readonly position: number | null;
  readonly beside: number | null;
  readonly before: number | null;
}

describe('a view beside the one in use', () => {
  let server: Server;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let hook: Awaited<ReturnType<typeof webhookReceiver>>;
  let clinician: Api;
  let operator: Api;

  beforeAll(async () => {
    folder = await tempFolder();
    hook = await webhookReceiver();
    server = await Server.start({
      dataDir: folder.path,
      env: { COXA_TEST_CLOCK: now, COXA_WEBHOOK_ALLOW_PRIVATE: 'true' },
    });
    clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
    operator = new Api(server.address, await server.token({ role: 'operator', subject: 'ops' }));
    await clinician.put('/v1/receivers/team', {
      role: 'assigned',
      minSeverity: 'LOW',
      channels: [{ kind: 'webhook', url: hook.url, secret }],
    });
    await enrol(clinician, 'ana');
  });

  afterAll(async () => {
    await server.stop();
    await hook.close();
    await folder.remove();
  });

  const settle = () => operator.post('/v1/test-clock', { now });
  const says = async (id: string, pain: number) => {
    const at = `2026-01-0${id}T08:00:00+01:00`;
    expect((await clinician.post('/v1/check-ins', checkIn('ana', `c${id}`, at, pain))).status).toBe(202);
    await settle();
  };
  const pains = async () =>
    (await clinician.get<{ items: { now: number }[] }>('/v1/patients/ana/pain')).body.items.map(
      (item) => item.now,
    );
  const alarms = async () =>
    (await clinician.get<{ items: unknown[] }>('/v1/alarms?patientId=ana')).body.items.length;
  const standing = async (name: string) =>
    (await operator.get<{ items: Standing[] }>('/v1/ops/views')).body.items.find(
      (view) => view.name === name,
    )!;

  test('given views in use, when they are built beside, compared, switched and put back while check-ins come, then readers see each check-in and nobody is told twice', async () => {
    await says('6', 8);
    expect(hook.received).toHaveLength(1);
    for (const name of ['pain', 'alarms', 'deliveries']) {
      expect((await operator.post(`/v1/ops/views/${name}/rollback`, {})).status).toBe(409);
      expect((await operator.post(`/v1/ops/views/${name}/switch`, {})).status).toBe(409);
      expect((await operator.post(`/v1/ops/views/${name}/build`, {})).status).toBe(200);
    }
    // Comes after the build: it is brought up before it is compared and switched.
    await says('7', 2);
    for (const name of ['pain', 'alarms', 'deliveries']) {
      const compared = await operator.post(`/v1/ops/views/${name}/compare`, {});
      expect(compared.body).toEqual({ name, equal: true, differences: [] });
      expect((await operator.post(`/v1/ops/views/${name}/switch`, {})).status).toBe(200);
    }
    expect([await pains(), await alarms()]).toEqual([[8, 2], 1]);
    expect(await standing('pain')).toMatchObject({ beside: null, before: expect.any(Number) });
    await says('8', 3);
    expect(await pains()).toEqual([8, 2, 3]);
    for (const name of ['pain', 'alarms', 'deliveries'])
      expect((await operator.post(`/v1/ops/views/${name}/rollback`, {})).status).toBe(200);
    expect([await pains(), await alarms()]).toEqual([[8, 2, 3], 1]);
    expect((await operator.post('/v1/ops/views/pain/drop/beside', {})).status).toBe(200);
    expect(await standing('pain')).toMatchObject({ beside: null, before: null });
    await settle();
    expect(hook.received).toHaveLength(1);
    expect((await operator.post('/v1/ops/verify', {})).body).toMatchObject({ ok: true });
  });

  test('given nobody but an operator, when views are asked for, then it is refused; a view that is not there is not found', async () => {
    expect((await clinician.get('/v1/ops/views')).status).toBe(403);
    expect((await operator.post('/v1/ops/views/nonsense/build', {})).status).toBe(404);
    expect((await operator.post('/v1/ops/views/pain/drop/7', {})).status).toBe(409);
    expect((await operator.post('/v1/ops/views/pain/drop/all', {})).status).toBe(404);
  });
});
