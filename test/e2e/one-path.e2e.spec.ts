import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

describe('one whole path', () => {
  let server: Server;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let clinician: Api;
  let operator: Api;

  beforeAll(async () => {
    folder = await tempFolder();
    server = await Server.start({
      dataDir: folder.path,
      env: { COXA_TEST_CLOCK: '2026-01-05T09:00:00+01:00' },
    });
    clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
    operator = new Api(server.address, await server.token({ role: 'operator', subject: 'ops' }));
  });

  afterAll(async () => {
    expect(await server.stop()).toBe(0);
    await folder.remove();
  });

  test('given an enrolled patient, when a quiet week has passed, then the target advances with its reason', async () => {
    expect((await enrol(clinician, 'p1')).status).toBe(201);
    const first = await clinician.get('/v1/patients/p1/program');
    expect(first.body).toMatchObject({
      phase: { id: '1' },
      targets: [{ exercise: 'squat', sets: 3, reps: 8, loadKg: 10, decision: 'start', rule: 'O2' }],
    });

    const patient = new Api(server.address, await server.token({ role: 'patient', subject: 'p1' }));
    const set = { reps: 8, loadKg: 10 };
    const sent = [
      checkIn('p1', 'c1', '2026-01-05T08:30:00+01:00'),
      checkIn('p1', 'c2', '2026-01-06T18:00:00+01:00', 2, {
        pain: { now: 2, duringExercise: 2, site: 'groin', side: 'left' },
        session: { kind: 'strength', exercise: 'squat', sets: [set, set, set] },
        understanding: 4,
      }),
      checkIn('p1', 'c3', '2026-01-07T08:00:00+01:00', 2, {
        pain: { now: 2, nextMorning: 2, site: 'groin', side: 'left' },
        note: 'slept well',
      }),
      checkIn('p1', 'c4', '2026-01-10T08:00:00+01:00'),
    ];
    await operator.post('/v1/test-clock', { now: '2026-01-11T09:00:00+01:00' });
    const answer = await patient.post<{ position: string }>('/v1/check-ins', sent);
    expect(answer).toMatchObject({ status: 202, body: { accepted: 4, duplicates: 0, rejected: [] } });
    expect((await patient.post('/v1/check-ins', sent)).body).toMatchObject({ accepted: 0, duplicates: 4 });
    const pain = await clinician.get(`/v1/patients/p1/pain?after=${answer.body.position}`);
    expect(pain.body).toMatchObject({
      items: [
        { checkInId: 'c1' },
        { checkInId: 'c2', duringExercise: 2 },
        { checkInId: 'c3' },
        { checkInId: 'c4' },
      ],
      next: null,
    });

    expect((await operator.post('/v1/test-clock', { now: '2026-01-15T00:00:00+01:00' })).status).toBe(200);
    const program = await clinician.get('/v1/patients/p1/program');
    expect(program.body).toMatchObject({
      targets: [{ week: '2026-W03', reps: 9, decision: 'advance', rule: 'O3', provisional: false }],
    });
    const timeline = await clinician.get<{ items: { type: string; data: { note?: string } }[] }>(
      '/v1/patients/p1/timeline',
    );
    expect(timeline.body.items.map(({ type }) => type)).toContain('target-decided');
    expect(timeline.body.items.find(({ data }) => data.note)?.data.note).toBe('slept well');
    expect((await clinician.get('/v1/patients')).body).toMatchObject({
      items: [{ patientId: 'p1', name: 'Ana Beispiel' }],
    });
  });

  test('given a stranger, when they ask, then it is as if the patient did not exist', async () => {
    const stranger = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-who' }));
    const theirs = await stranger.get('/v1/patients/p1/program');
    const nobody = await stranger.get('/v1/patients/nobody/program');
    expect(theirs.status).toBe(404);
    expect(theirs.body).toEqual(nobody.body);
  });

  test('given a seated thigh sensor, when a session of three turns is sent, then rotation is measured, and a repeat changes nothing', async () => {
    const device = await clinician.post<{ deviceId: string; token: string }>('/v1/devices', {
      patientId: 'p1',
      kind: 'imu',
      segment: 'thigh',
      side: 'left',
      model: 'acme-1',
      mounting: [1, 0, 0, 0],
    });
    expect(device.status).toBe(201);
    const { seatedImuSession } = await import('../../apps/cli/src/synthetic/imu-session.js');
    const { seeded } = await import('../../apps/cli/src/synthetic/random.js');
    const channels = seatedImuSession({
      side: 'left',
      peaksDeg: [24, 25, 26, 25],
      sampleRateHz: 50,
      random: seeded(1),
    });
    const batch = {
      deviceId: device.body.deviceId,
      sessionId: 's1',
      sequence: 0,
      kind: 'imu',
      segment: 'thigh',
      side: 'left',
      position: 'seated',
      purpose: 'measurement',
      startedAt: '2026-01-14T10:00:00+01:00',
      sampleRateHz: 50,
      channels,
      last: true,
    };
    const sender = new Api(server.address, device.body.token);
    const sent = await sender.post<{ position: string }>('/v1/readings', batch);
    expect(sent).toMatchObject({ status: 202, body: { accepted: true, duplicate: false } });
    expect((await sender.post('/v1/readings', batch)).body).toMatchObject({ duplicate: true });
    expect((await sender.post('/v1/readings', { ...batch, side: 'right' })).status).toBe(409);
    const rotation = await clinician.get<{ items: { value: number; sessionId?: string }[] }>(
      `/v1/patients/p1/rotation?after=${sent.body.position}`,
    );
    const measured = rotation.body.items.find(({ sessionId }) => sessionId === 's1');
    expect(Math.abs(measured!.value - 25)).toBeLessThan(1);
    const sessions = await clinician.get(`/v1/patients/p1/sessions`);
    expect(sessions.body).toMatchObject({
      items: [{ sessionId: 's1', batches: 1, missing: [], ended: 'last' }],
    });
  });
});
