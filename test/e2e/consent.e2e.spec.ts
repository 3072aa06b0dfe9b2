import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Api } from '../support/api.js';
import { enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

const now = '2026-02-05T09:00:00+01:00';

describe('a registration that is changed', () => {
  let server: Server;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let clinician: Api;

  beforeAll(async () => {
    folder = await tempFolder();
    server = await Server.start({ dataDir: folder.path, env: { COXA_TEST_CLOCK: now } });
    clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
  });

  afterAll(async () => {
    await server.stop();
    await folder.remove();
  });

  test('given a name, when the care team changes, then the name is still there, also on the work list', async () => {
    await enrol(clinician, 'p1', { name: 'Ana Beispiel' });
    const { body } = await clinician.patch<{ position: string }>('/v1/patients/p1', {
      careTeam: ['dr-lee', 'dr-kim'],
    });
    expect((await clinician.get(`/v1/patients/p1?after=${body.position}`)).body).toMatchObject({
      name: 'Ana Beispiel',
      careTeam: ['dr-lee', 'dr-kim'],
    });
    expect((await clinician.get('/v1/patients')).body).toMatchObject({ items: [{ name: 'Ana Beispiel' }] });
  });

  test('given a care team without anybody, or an id that no address can hold, then it is refused: nobody could look', async () => {
    await enrol(clinician, 'p3');
    expect(await clinician.patch('/v1/patients/p3', { careTeam: [] })).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/careTeam', code: 'range' }] },
    });
    for (const id of ['.', '..'])
      expect(await enrol(clinician, id)).toMatchObject({
        status: 422,
        body: { errors: [{ path: '/id', code: 'range' }] },
      });
  });

  test('given a consent that was withdrawn, then nothing of the patient is stored, until they consent anew', async () => {
    await enrol(clinician, 'p2', { education: undefined });
    await clinician.patch('/v1/patients/p2', { consent: { withdrawnAt: now } });
    const answers = Array<number>(11).fill(2);
    const topics = await clinician.get<{ items: { topic: string }[] }>('/v1/patients/p2/education');
    const topic = topics.body.items[0]!.topic;
    const writes: readonly (readonly [string, object])[] = [
      ['questionnaires', { id: 'q1', at: now, measure: 'tsk-11', version: '1', answers }],
      [`education/${topic}/acknowledgement`, {}],
    ].map(([path, body]) => [`/v1/patients/p2/${path as string}`, body as object]);
    const device = { patientId: 'p2', kind: 'goniometer', segment: 'thigh', side: 'left', model: 'any' };
    const all = [...writes, ['/v1/devices', device] as const];
    for (const [path, body] of all)
      expect(await clinician.post(path, body)).toMatchObject({
        status: 422,
        body: { errors: [{ code: 'consent-withdrawn' }] },
      });
    await clinician.patch('/v1/patients/p2', { consent: { version: '2', at: now } });
    for (const [path, body] of all) expect((await clinician.post(path, body)).status).toBe(201);
  });

  test('regression: given a consent that was withdrawn, when weeks pass, then none is closed and nobody is told of silence, until they consent anew', async () => {
    await enrol(clinician, 'p4');
    const operator = new Api(server.address, await server.token({ role: 'operator', subject: 'ops' }));
    const typesAt = async (instant: string) => {
      expect((await operator.post('/v1/test-clock', { now: instant })).status).toBe(200);
      const { body } = await clinician.get<{ items: { type: string }[] }>(
        '/v1/patients/p4/timeline?limit=200',
      );
      return body.items.map(({ type }) => type);
    };
    await clinician.patch('/v1/patients/p4', { consent: { withdrawnAt: now } });
    const silent = await typesAt('2026-03-05T09:00:00+01:00');
    expect(silent).not.toContain('week-closed');
    expect(silent).not.toContain('data-missing');
    await clinician.patch('/v1/patients/p4', { consent: { version: '2', at: now } });
    const again = await typesAt('2026-03-05T09:00:01+01:00');
    expect(again).toContain('week-closed');
  });
});
