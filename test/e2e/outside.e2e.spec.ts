import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Api } from '../support/api.js';
import { checkIn, enrol, enrolledAt, enrolment } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';
import { webhookReceiver } from '../support/webhook-receiver.js';

const now = '2026-01-10T12:00:00+01:00';
const later = '2026-01-11T12:00:00+01:00';
const env = { COXA_TEST_CLOCK: now, COXA_WEBHOOK_ALLOW_PRIVATE: 'true' };
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

interface Problem {
  readonly code: string;
  readonly errors: readonly { readonly path: string; readonly code: string }[];
}

describe('the outside, clause by clause', () => {
  let server: Server;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let hook: Awaited<ReturnType<typeof webhookReceiver>>;
  let lee: Api;
  let kim: Api;
  let operator: Api;

  async function start(): Promise<void> {
    server = await Server.start({ dataDir: folder.path, env });
    const as = async (role: 'clinician' | 'operator', subject: string) =>
      new Api(server.address, await server.token({ role, subject }));
    [lee, kim, operator] = [
      await as('clinician', 'dr-lee'),
      await as('clinician', 'dr-kim'),
      await as('operator', 'ops'),
    ];
  }

  beforeAll(async () => {
    folder = await tempFolder();
    hook = await webhookReceiver();
    await start();
    await enrol(lee, 'ana');
    await enrol(kim, 'ben');
  });

  afterAll(async () => {
    await server?.stop();
    await hook.close();
    await folder.remove();
  });

  describe('every field that is wrong is named with its code', () => {
    const wrong = async (answer: Promise<{ status: number; body: unknown }>) => {
      const { status, body } = await answer;
      const { code, errors } = body as Problem;
      return [status, code, ...(errors ?? []).map((error) => `${error.path} ${error.code}`)];
    };
    const enrolling = (more: Record<string, unknown>) =>
      wrong(lee.post('/v1/patients', enrolment('new', more)));
    const reading = enrolment('x').baseline.rotation[0]!;

    test.each<[string, Record<string, unknown>, string]>([
      ['a zone that is not known', { zone: 'Mars/Olympus' }, '/zone enum'],
      ['a zone that is no text', { zone: 3 }, '/zone type'],
      ['a birth after the enrolment', { birthYear: 2027 }, '/birthYear range'],
      ['an unknown exercise', { startExercise: 'deadlift' }, '/startExercise unknown-exercise'],
      ['an exercise that builds no strength', { startExercise: 'passive-ir' }, '/startExercise enum'],
      [
        'a baseline from the future',
        { baseline: { pain: 3, rotation: [{ ...reading, at: later }] } },
        '/baseline/rotation/0/at in-future',
      ],
      [
        'a baseline reading that names a patient',
        { baseline: { pain: 3, rotation: [{ ...reading, patientId: 'new' }] } },
        '/baseline/rotation/0/patientId unknown-field',
      ],
      [
        'two baseline readings under one id',
        { baseline: { pain: 3, rotation: [reading, { ...reading, valuesDeg: [40, 41, 42] }] } },
        '/baseline/rotation/1/id id-reused',
      ],
      ['null', { bodyMassKg: null }, '/bodyMassKg type'],
    ])('enrolment: %s', async (_what, more, fault) => {
      expect(await enrolling(more)).toEqual([422, 'invalid', fault]);
    });

    test.each<[string, Record<string, unknown>, string[]]>([
      ['a consent from the future', { consent: { version: '2', at: later } }, ['/consent/at in-future']],
      ['an empty consent', { consent: {} }, ['/consent/version required', '/consent/at required']],
      [
        'an education from the future',
        { education: { acknowledgedAt: later } },
        ['/education/acknowledgedAt in-future'],
      ],
    ])('a change of a patient: %s', async (_what, body, faults) => {
      expect(await wrong(lee.patch('/v1/patients/ana', body))).toEqual([422, 'invalid', ...faults]);
    });

    test('an override: an unknown exercise; regression: 500 kg where 10 stand, until that is confirmed', async () => {
      const order = (more: object, confirmed: object = {}) => {
        const value = { exercise: 'squat', sets: 3, reps: 8, loadKg: 10, ...more };
        return lee.post('/v1/patients/ana/overrides', { kind: 'target', value, reason: 'x', ...confirmed });
      };
      const unknown = [422, 'invalid', '/value/exercise unknown-exercise'];
      expect(await wrong(order({ exercise: 'deadlift' }))).toEqual(unknown);
      expect(await wrong(order({ loadKg: 500 }))).toEqual([422, 'invalid', '/value/loadKg range']);
      expect((await order({ loadKg: 500 }, { confirmed: true })).status).toBe(201);
    });

    test('a receiver without any channel would never be told', async () => {
      const body = { role: 'assigned', minSeverity: 'LOW', channels: [] };
      expect(await wrong(lee.put('/v1/receivers/none', body))).toEqual([422, 'invalid', '/channels range']);
    });
  });

  test.each([
    ['POST', '/v1/patients'],
    ['PATCH', '/v1/patients/ana'],
    ['POST', '/v1/patients/ana/overrides'],
    ['POST', '/v1/measurements'],
    ['POST', '/v1/devices'],
    ['PUT', '/v1/receivers/team'],
    ['POST', '/v1/check-ins'],
    ['POST', '/v1/readings'],
  ])('%s %s takes no query parameter: 400 names the one that was sent', async (method, path) => {
    const device = new Api(server.address, await server.token({ role: 'device', subject: 'd' }));
    const api = path === '/v1/readings' ? device : lee;
    const call = { POST: 'post', PATCH: 'patch', PUT: 'put' }[method] as 'post';
    expect(await api[call](`${path}?dryRun=true`, {})).toMatchObject({
      status: 400,
      body: { code: 'malformed', errors: [{ path: '?dryRun' }] },
    });
  });

  describe('measurements', () => {
    const measurement = {
      ...enrolment('x').baseline.rotation[0]!,
      id: 'm1',
      patientId: 'ana',
      at: '2026-01-06T18:00:00+01:00',
    };
    const send = (more: object = {}) => lee.post('/v1/measurements', { ...measurement, ...more });

    test('given one, then 202; the same again a duplicate; other content under its id is refused and the first stands', async () => {
      expect(await send()).toMatchObject({ status: 202, body: { accepted: true, duplicate: false } });
      expect(await send()).toMatchObject({ status: 202, body: { accepted: true, duplicate: true } });
      for (const valuesDeg of [
        [30, 31, 32],
        [19, 21, 23],
      ])
        expect(await send({ valuesDeg })).toMatchObject({
          status: 422,
          body: { errors: [{ path: '/id', code: 'id-reused' }] },
        });
      const { body } = await lee.get<{ items: object[] }>('/v1/patients/ana/rotation');
      expect(body.items).toContainEqual(expect.objectContaining({ measurementId: 'm1', value: 21 }));
      const timeline = await lee.get<{ items: { type: string }[] }>('/v1/patients/ana/timeline');
      expect(timeline.body.items.map(({ type }) => type)).not.toContain('rotation-corrected');
    });

    test('given withdrawn consent, then nothing is taken until there is a new one', async () => {
      const consent = { version: '1', at: enrolledAt };
      await lee.patch('/v1/patients/ana', { consent: { withdrawnAt: now } });
      expect(await send({ id: 'm2' })).toMatchObject({
        status: 422,
        body: { errors: [{ path: '/patientId', code: 'consent-withdrawn' }] },
      });
      expect((await lee.patch('/v1/patients/ana', { consent })).status).toBe(200);
      expect((await send({ id: 'm2' })).status).toBe(202);
    });
  });

  test('every write answers a position that a read can wait for, also when it changed nothing', async () => {
    const device = await lee.post<{ deviceId: string }>('/v1/devices', {
      patientId: 'ana',
      kind: 'imu',
      segment: 'thigh',
      side: 'left',
      model: 'm',
    });
    const receiver = { role: 'lead', minSeverity: 'HIGH', channels: [{ kind: 'log' }] };
    const writes = [
      device,
      await lee.delete(`/v1/devices/${device.body.deviceId}`),
      await lee.delete(`/v1/devices/${device.body.deviceId}`),
      await lee.patch('/v1/patients/ana', {}),
      await lee.patch('/v1/patients/ana', { zone: 'Europe/Berlin' }),
      await lee.put('/v1/receivers/lead', receiver),
      await lee.post('/v1/check-ins', checkIn('ana', 'w1', '2026-01-07T18:00:00+01:00')),
      await lee.post('/v1/patients/ana/overrides', { kind: 'resume', reason: 'x' }),
    ];
    const reads = [
      '/v1/patients',
      '/v1/patients/ana',
      '/v1/patients/ana/program',
      '/v1/alarms',
      '/v1/receivers',
      '/v1/deliveries',
    ];
    for (const { body } of writes)
      for (const path of reads) {
        const after = encodeURIComponent(String((body as Record<string, unknown>)['position']));
        expect([path, (await lee.get(`${path}?after=${after}`)).status]).toEqual([path, 200]);
      }
  });

  describe('alarms and what was told of them', () => {
    let delivery: string;
    let alarm: string;

    test('given a spike, when its position is waited for, then the delivery log holds it, for its own clinician and for operators', async () => {
      await lee.put('/v1/receivers/team', {
        role: 'assigned',
        subject: 'dr-kim',
        minSeverity: 'LOW',
        channels: [{ kind: 'webhook', url: hook.url, secret }],
      });
      const { body } = await kim.post('/v1/check-ins', checkIn('ben', 'c1', now, 9));
      const after = `?after=${String(body['position'])}`;
      const mine = await kim.get<{ items: { id: string; alarmId: string }[] }>(`/v1/deliveries${after}`);
      expect(mine.body.items).toHaveLength(1);
      [delivery, alarm] = [mine.body.items[0]!.id, mine.body.items[0]!.alarmId];
      expect((await operator.get<{ items: object[] }>(`/v1/deliveries${after}`)).body.items).toHaveLength(1);
      expect((await lee.get<{ items: object[] }>(`/v1/deliveries${after}`)).body.items).toEqual([]);
      expect((await lee.post(`/v1/deliveries/${delivery}/resend`, {})).status).toBe(404);
    });

    test('given a graver occurrence, then the alarm shows what made it graver', async () => {
      await kim.post('/v1/check-ins', checkIn('ben', 'm1', '2026-01-10T11:00:00+01:00', 0));
      const pain = { now: 6, site: 'groin', side: 'right' };
      await kim.post('/v1/check-ins', checkIn('ben', 'm2', '2026-01-10T11:58:00+01:00', 0, { pain }));
      const graver = { pain: { ...pain, now: 10 } };
      const { body } = await kim.post('/v1/check-ins', checkIn('ben', 'm3', now, 0, graver));
      const after = String(body['position']);
      const { body: list } = await kim.get<{ items: { side: string }[] }>(`/v1/alarms?after=${after}`);
      expect(list.items.find(({ side }) => side === 'right')).toMatchObject({
        severity: 'HIGH',
        count: 2,
        inputs: { checkInId: 'm3', value: 10 },
      });
    });

    test('given a body where none belongs, then its field is refused', async () => {
      expect(await kim.post(`/v1/alarms/${alarm}/acknowledge`, { by: 'me' })).toMatchObject({
        status: 422,
        body: { errors: [{ path: '/by', code: 'unknown-field' }] },
      });
      expect((await kim.post(`/v1/alarms/${alarm}/acknowledge`, undefined)).status).toBe(200);
      expect((await kim.post(`/v1/alarms/${alarm}/clear`, {})).status).toBe(200);
    });

    test('given somebody asks for it to be sent again, when the server is killed before it can, then it is sent all the same, under its id', async () => {
      hook.hold = true;
      const asked = await kim.post(`/v1/deliveries/${delivery}/resend`, {});
      expect(asked).toMatchObject({ status: 202, body: { id: delivery, state: 'pending' } });
      await server.kill();
      hook.hold = false;
      const before = hook.received.length;
      await start();
      for (let tries = 0; hook.received.length === before && tries < 250; tries++)
        await new Promise((resolve) => setTimeout(resolve, 20));
      expect(hook.received.at(-1)!.headers['webhook-id']).toBe(delivery);
      expect(hook.received.length).toBe(before + 1);
    });
  });

  test('given a test clock that was moved, when the server is killed and started again, then time has not turned back', async () => {
    expect((await operator.post('/v1/test-clock', { now: later })).status).toBe(200);
    await server.kill();
    await start();
    expect((await operator.post('/v1/test-clock', { now })).status).toBe(422);
    expect((await lee.post('/v1/check-ins', checkIn('ana', 'w2', later))).status).toBe(202);
  });

  test('the API document tells every parameter that is taken, and nothing is taken that it does not tell', async () => {
    const document = (await lee.get('/docs-json')).body as unknown as {
      paths: Record<string, Record<string, { parameters?: { in: string; name: string }[] }>>;
    };
    const lists = [
      '/v1/patients',
      '/v1/patients/{id}/timeline',
      '/v1/patients/{id}/pain',
      '/v1/patients/{id}/questionnaires',
      '/v1/alarms',
      '/v1/receivers',
      '/v1/deliveries',
    ];
    for (const path of lists) {
      const named = (document.paths[path]!['get']!.parameters ?? [])
        .filter((each) => each.in === 'query')
        .map(({ name }) => name);
      expect(named).toEqual(expect.arrayContaining(['limit', 'cursor', 'after']));
      expect((await lee.get(`${path.replace('{id}', 'ana')}?nope=1`)).status).toBe(400);
    }
  });
});
