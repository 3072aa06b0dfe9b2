import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

describe('why, and what this body responds to', () => {
  let server: Server;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let clinician: Api;

  beforeAll(async () => {
    folder = await tempFolder();
    server = await Server.start({
      dataDir: folder.path,
      env: { COXA_TEST_CLOCK: '2026-01-16T09:00:00+01:00' },
    });
    clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
    await enrol(clinician, 'p1');
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
      }),
      checkIn('p1', 'c4', '2026-01-10T08:00:00+01:00'),
    ];
    const { body } = await clinician.post<{ position: string }>('/v1/check-ins', sent);
    await clinician.get(`/v1/patients/p1/program?after=${body.position}`);
    const operator = new Api(server.address, await server.token({ role: 'operator', subject: 'ops' }));
    await operator.post('/v1/test-clock', { now: '2026-01-22T10:00:00+01:00' });
  });

  afterAll(async () => {
    expect(await server.stop()).toBe(0);
    await folder.remove();
  });

  test('given a closed week, when asked why, then the chain names the check-ins that the target rests on', async () => {
    const { status, body } = await clinician.get<{ chain: { because: { id: string }[] }[] }>(
      '/v1/patients/p1/targets/2026-W03/squat/why',
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      exercise: 'squat',
      week: '2026-W03',
      chain: [
        { decision: 'advance', rule: 'O3', event: 'target-decided', ruleset: '1.0.0', from: '2026-W02' },
        { decision: 'start', rule: 'O2', from: null },
      ],
    });
    expect(body.chain[0]!.because.map(({ id }) => id)).toEqual(['c1', 'c2', 'c3', 'c4']);
  });

  test('regression: given an instant centuries ahead, then it is refused at once: its weeks, closed one by one, kept everybody else waiting', async () => {
    for (const path of ['program', 'education', 'responses', 'targets/2026-W03/squat/why'])
      expect(await clinician.get(`/v1/patients/p1/${path}?asOf=2500-01-01T00:00:00Z`)).toMatchObject({
        status: 400,
        body: { code: 'malformed', errors: [{ path: '?asOf', code: 'range' }] },
      });
    const { status } = await clinician.get('/v1/patients/p1/program?asOf=2030-01-01T00:00:00Z');
    expect(status).toBe(200);
  });

  test('given what is not there, then 404; given another clinician, then the same', async () => {
    expect((await clinician.get('/v1/patients/p1/targets/2026-W09/squat/why')).status).toBe(404);
    expect((await clinician.get('/v1/patients/p1/targets/2026-W03/lunge/why')).status).toBe(404);
    const other = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-who' }));
    expect((await other.get('/v1/patients/p1/targets/2026-W03/squat/why')).status).toBe(404);
    expect((await other.get('/v1/patients/p1/responses')).status).toBe(404);
  });

  test('given one session, when asked for responses, then it is listed, and little is said of it (A2)', async () => {
    expect((await clinician.get('/v1/patients/p1/responses')).body).toMatchObject({
      items: [{ exercise: 'squat', sessions: 1, pain: { during: 2 } }],
      suggestion: null,
    });
  });

  test('given a candidate ruleset, when the history is replayed under it, then what would differ is told and nothing is changed', async () => {
    const path = '/v1/patients/p1/ruleset-comparison';
    const before = await clinician.get('/v1/patients/p1/timeline');
    const candidate = { version: '1.1.0', extends: '1.0.0', parameters: { deloadWeeks: 1 } };
    expect(await clinician.post(path, candidate)).toMatchObject({
      status: 200,
      body: {
        patientId: 'p1',
        ruleset: '1.1.0',
        targets: [
          {
            week: '2026-W03',
            was: { decision: 'advance', rule: 'O3' },
            would: { decision: 'deload', rule: 'O6', sets: 2 },
          },
          // After a lighter week the earlier target is the base.
          { week: '2026-W04', was: { rule: 'S8', reps: 9 }, would: { rule: 'O6', reps: 8 } },
        ],
      },
    });
    expect((await clinician.get('/v1/patients/p1/timeline')).body).toEqual(before.body);
    const faulty = { version: '1.1.0', extends: '1.0.0', parameters: { painStop: 9, nonsense: 1 } };
    const refused = await clinician.post<{ errors: { path: string }[] }>(path, faulty);
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map((error) => error.path)).toEqual([
      '/parameters/painStop',
      '/parameters/nonsense',
    ]);
    expect((await clinician.get('/v1/ruleset')).body).toMatchObject({
      version: '1.0.0',
      parameters: { plateKg: { value: 2.5, unit: 'kg', confidence: 'low' } },
    });
  });
});
