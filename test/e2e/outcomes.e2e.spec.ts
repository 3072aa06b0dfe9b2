import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Api } from '../support/api.js';
import { enrol, enrolledAt } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

interface Place {
  readonly position: string;
}

describe('outcome measures and education', () => {
  let server: Server;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let clinician: Api;
  let patient: Api;

  beforeAll(async () => {
    folder = await tempFolder();
    server = await Server.start({
      dataDir: folder.path,
      env: { COXA_TEST_CLOCK: '2026-02-05T09:00:00+01:00' },
    });
    clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
    patient = new Api(server.address, await server.token({ role: 'patient', subject: 'p1' }));
    await enrol(clinician, 'p1', { education: undefined });
  });

  afterAll(async () => {
    expect(await server.stop()).toBe(0);
    await folder.remove();
  });

  const questionnaire = (id: string, at: string, answer: number) => ({
    id,
    at,
    measure: 'tsk-11',
    version: '1',
    answers: Array<number>(11).fill(answer),
  });

  test('given a TSK-11 that rises, when it is answered, then it is scored once, on the timeline, and a LOW alarm is there (U2)', async () => {
    const path = '/v1/patients/p1/questionnaires';
    const first = questionnaire('q1', '2026-01-06T09:00:00+01:00', 2);
    expect(await clinician.post(path, first)).toMatchObject({
      status: 201,
      body: { id: 'q1', score: 22, verdict: 'not-enough-data', duplicate: false },
    });
    expect(await clinician.post(path, first)).toMatchObject({
      status: 201,
      body: { score: 22, duplicate: true },
    });
    const second = await patient.post<Place>(path, questionnaire('q2', '2026-02-05T08:00:00+01:00', 3));
    expect(second).toMatchObject({ status: 201, body: { score: 33, change: 11, verdict: 'worse' } });
    const timeline = await clinician.get<{ items: { type: string }[] }>(
      `/v1/patients/p1/timeline?after=${second.body.position}`,
    );
    expect(timeline.body.items.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['questionnaire-scored', 'fear-rising']),
    );
    const alarms = await clinician.get(`/v1/alarms?patientId=p1&after=${second.body.position}`);
    expect(alarms.body).toMatchObject({ items: [{ rule: 'fear', severity: 'LOW', side: 'left' }] });
    expect((await clinician.get(path)).body).toMatchObject({
      // The offset is kept as it was sent.
      items: [
        { id: 'q1', at: '2026-01-06T09:00:00+01:00' },
        { id: 'q2', score: 33 },
      ],
    });
  });

  test.each(['cursor', 'after'])(
    'regression: what is no %s is named as other parameters are',
    async (name) => {
      expect(await clinician.get(`/v1/patients/p1/timeline?${name}=zzz`)).toMatchObject({
        status: 400,
        body: { code: 'malformed', errors: [{ path: `?${name}`, code: 'range' }] },
      });
    },
  );

  test.each([
    [
      'other answers under the same id',
      { ...questionnaire('q1', '2026-01-06T09:00:00+01:00', 4) },
      ['/id id-reused'],
    ],
    [
      'two answers out of range',
      { ...questionnaire('q9', '2026-01-06T09:00:00+01:00', 2), answers: [5, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1] },
      ['/answers/0 range', '/answers/1 range'],
    ],
    [
      'text among the answers',
      { ...questionnaire('q9', '2026-01-06T09:00:00+01:00', 2), answers: [1, '2'] },
      ['/answers/1 type'],
    ],
    ['the year 2093', questionnaire('q9', '2093-01-06T09:00:00+01:00', 2), ['/at in-future']],
    [
      'a day before the enrolment',
      questionnaire('q9', '2025-01-06T09:00:00+01:00', 2),
      ['/at before-enrolment'],
    ],
    ['another measure', { ...questionnaire('q9', enrolledAt, 2), measure: 'oxford' }, ['/measure enum']],
    ['another version', { ...questionnaire('q9', enrolledAt, 2), version: '9' }, ['/version enum']],
  ])('given %s, when sent, then it is refused with every place', async (_what, body, faults) => {
    const answer = await clinician.post<{ errors: { path: string; code: string }[] }>(
      '/v1/patients/p1/questionnaires',
      body,
    );
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map(({ path, code }) => `${path} ${code}`)).toEqual(faults);
  });

  test('given topics to read, when the patient reads all of the start, then phase 1 begins (P01)', async () => {
    interface Topic {
      readonly topic: string;
      readonly required: boolean;
      readonly acknowledgedAt: string | null;
    }
    const before = await patient.get<{ phase: { id: string }; education: Topic[] }>(
      '/v1/patients/p1/program',
    );
    expect(before.body.phase.id).toBe('0');
    const required = before.body.education.filter((each) => each.required);
    expect(required.length).toBeGreaterThan(0);
    let position = '';
    for (const { topic } of required) {
      const read = await patient.post<Place>(`/v1/patients/p1/education/${topic}/acknowledgement`, {});
      expect(read.status).toBe(201);
      position = read.body.position;
    }
    const after = await patient.get(`/v1/patients/p1/program?after=${position}`);
    expect(after.body).toMatchObject({ phase: { id: '1' }, targets: [{ rule: 'O2' }] });
    expect((await patient.post('/v1/patients/p1/education/magic/acknowledgement', {})).status).toBe(404);
    const { body } = await patient.get<{ items: Topic[] }>('/v1/patients/p1/education');
    expect(body.items.filter((each) => each.required && each.acknowledgedAt === null)).toEqual([]);
  });
});
