import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';
import { webhookReceiver } from '../support/webhook-receiver.js';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

describe('from pain to a webhook', () => {
  let server: Server;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let hook: Awaited<ReturnType<typeof webhookReceiver>>;
  let clinician: Api;
  let operator: Api;
  const env = { COXA_TEST_CLOCK: '2026-01-06T09:00:00+01:00', COXA_WEBHOOK_ALLOW_PRIVATE: 'true' };

  beforeAll(async () => {
    folder = await tempFolder();
    hook = await webhookReceiver();
    server = await Server.start({ dataDir: folder.path, env });
    await logIn();
    await clinician.put('/v1/receivers/team', {
      role: 'assigned',
      minSeverity: 'LOW',
      channels: [{ kind: 'webhook', url: hook.url, secret }],
    });
    await enrol(clinician, 'p1');
  });

  afterAll(async () => {
    await server.stop();
    await hook.close();
    await folder.remove();
  });

  async function logIn(): Promise<void> {
    clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
    operator = new Api(server.address, await server.token({ role: 'operator', subject: 'ops' }));
  }

  const settle = () => operator.post('/v1/test-clock', { now: '2026-01-06T09:00:00+01:00' });

  test('given a pain of 8, when it is reported, then an alarm is raised and one signed webhook without clinical content arrives', async () => {
    const sent = await clinician.post<{ position: string; advice: unknown[] }>(
      '/v1/check-ins',
      checkIn('p1', 'c1', '2026-01-06T08:00:00+01:00', 8),
    );
    expect(sent.body.advice).toMatchObject([{ code: 'pain-spike' }]);
    const alarms = await clinician.get(`/v1/alarms?after=${sent.body.position}`);
    expect(alarms.body).toMatchObject({
      items: [
        {
          rule: 'pain-spike',
          severity: 'HIGH',
          state: 'active',
          acknowledged: false,
          count: 1,
          side: 'left',
        },
      ],
    });
    expect((await settle()).status).toBe(200);
    expect(hook.received).toHaveLength(1);
    const [{ headers, body }] = hook.received as [(typeof hook.received)[number]];
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', Buffer.alloc(32, 7)).update(signed).digest('base64')}`,
    );
    expect(Object.keys((JSON.parse(body) as { data: object }).data).sort()).toEqual([
      'alarmId',
      'patientId',
      'severity',
      'url',
    ]);
    expect((await clinician.get('/v1/deliveries')).body).toMatchObject({
      items: [{ id: headers['webhook-id'], state: 'delivered', attempts: [{ status: 204 }] }],
    });
  });

  test('regression: given the pain of 8, then the work list names it, first of what calls for attention', async () => {
    expect((await clinician.get('/v1/patients?attention=pain-spike')).body).toMatchObject({
      items: [{ patientId: 'p1', attention: ['pain-spike'] }],
    });
  });

  test('given the alarm, when it is acknowledged, commented and cleared, then its history tells who did', async () => {
    const { body } = await clinician.get<{ items: { id: string }[] }>('/v1/alarms');
    const { id } = body.items[0]!;
    await clinician.post(`/v1/alarms/${id}/acknowledge`, {});
    await clinician.post(`/v1/alarms/${id}/comment`, { text: 'called, resting' });
    const cleared = await clinician.post(`/v1/alarms/${id}/clear`, {});
    expect(cleared.body).toMatchObject({
      state: 'cleared',
      acknowledged: true,
      history: [
        { transition: 'raised' },
        { transition: 'acknowledged', by: 'dr-lee' },
        { transition: 'commented', text: 'called, resting' },
        { transition: 'cleared' },
      ],
    });
  });

  test('given a crash and a restart, when everything has caught up, then nothing is sent a second time', async () => {
    await server.kill();
    server = await Server.start({ dataDir: folder.path, env });
    await logIn();
    await settle();
    expect(hook.received).toHaveLength(1);
  });

  test('given a receiver that is down, when an alarm is raised, then it is tried again 5 s later under the same id', async () => {
    hook.status = 500;
    await clinician.post(
      '/v1/check-ins',
      checkIn('p1', 'c2', '2026-01-06T08:30:00+01:00', 2, { flags: ['cold-limb'] }),
    );
    await settle();
    hook.status = 204;
    await operator.post('/v1/test-clock', { now: '2026-01-06T09:00:05+01:00' });
    expect(hook.received.map(({ headers }) => headers['webhook-id']).slice(1)).toEqual([
      hook.received[1]!.headers['webhook-id'],
      hook.received[1]!.headers['webhook-id'],
    ]);
    const { body } = await clinician.get<{ items: { state: string; attempts: { status: number }[] }[] }>(
      '/v1/deliveries',
    );
    expect(body.items.find(({ attempts }) => attempts.length === 2)).toMatchObject({
      state: 'delivered',
      attempts: [{ status: 500 }, { status: 204 }],
    });
  });
});
