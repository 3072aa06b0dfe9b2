import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError, unseal, until } from '@coxa/eventing';
import { ana, ben, anasSensor, bensSensor, checkIn, names, patient, Scene } from '../test/scene.js';

const path = '/v1/check-ins';
let scene: Scene;

beforeAll(async () => {
  scene = await Scene.start();
});

afterAll(() => scene.end());

const logged = async (id: string) =>
  (await scene.all(names.checkIns)).filter(
    ({ value }) => JSON.parse(Buffer.from(value).toString()).id === id,
  );

const clinician = (subject = 'dr-lee') => scene.as({ role: 'clinician', subject });

describe('check-ins come in', () => {
  test('given a good one, then 202, once in the log, the note unreadable there, the access on record', async () => {
    const note = 'slept badly, worried about work';
    const answer = await scene.post(path, await scene.patient(ana), checkIn('c1', { note }));
    expect(answer).toMatchObject({
      status: 202,
      body: { accepted: 1, duplicates: 0, rejected: [], position: expect.any(String), advice: [] },
    });
    const [message] = await logged('c1');
    const text = Buffer.from(message!.value).toString();
    expect(text).not.toContain('worried');
    const { sealedNote } = JSON.parse(text) as { sealedNote: string };
    expect(await unseal(scene.keyring, ana, sealedNote)).toBe(note);
    expect(message).toMatchObject({
      key: ana,
      headers: { ce_specversion: '1.0', ce_type: 'coxa.check-in-reported.v1' },
    });
    expect(message!.headers['ce_traceparent']).toMatch(/^00-/);
    const audit = (await scene.all(names.audit)).map(({ value }) =>
      JSON.parse(Buffer.from(value).toString()),
    );
    expect(audit).toContainEqual(
      expect.objectContaining({
        actor: ana,
        patientId: ana,
        action: 'POST /v1/check-ins',
        outcome: 'granted',
      }),
    );
  });

  test('given the same again, also with its fields in another order, then a duplicate; other content is id-reused', async () => {
    const who = await scene.patient(ana);
    const first = checkIn('c2', { understanding: 4, note: 'a' });
    const taken = await scene.post(path, who, first);
    const turned = Object.fromEntries(Object.entries(first).reverse());
    expect((await scene.post(path, who, turned)).body).toMatchObject({
      accepted: 0,
      duplicates: 1,
      position: taken.body['position'],
    });
    const other = await scene.post(path, who, { ...first, note: 'b' });
    expect(other).toMatchObject({
      status: 422,
      body: { code: 'invalid', errors: [{ path: '/id', code: 'id-reused' }] },
    });
    expect(await logged('c2')).toHaveLength(1);
  });

  test('given the same from many at the same moment, then one is accepted and it lies there once', async () => {
    const who = await clinician('dr-kim');
    const answers = await Promise.all(Array.from({ length: 12 }, () => scene.post(path, who, checkIn('c3'))));
    const bodies = answers.map(({ body }) => body as { accepted: number; duplicates: number });
    expect(bodies.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(1);
    expect(bodies.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(11);
    expect(await logged('c3')).toHaveLength(1);
  });

  test('given an array with good and bad entries, then the good are taken and each other one is told its faults', async () => {
    const answer = await scene.post(path, await scene.patient(ana), [
      checkIn('d1'),
      { ...checkIn('d2'), pain: { now: 11, site: 'groin', side: 'left' } },
      checkIn('d1'),
      checkIn('d1', { understanding: 1 }),
      checkIn('d3', { patientId: ben }),
      checkIn('d4', { patientId: 'nobody' }),
      checkIn('d5', { at: '2026-01-05T07:59:59+01:00' }),
      checkIn('d6', { at: '2126-01-05T07:59:59+01:00' }),
      null,
      checkIn('d7'),
    ]);
    expect(answer).toMatchObject({ status: 202, body: { accepted: 2, duplicates: 1 } });
    expect(answer.body['rejected']).toMatchObject([
      { index: 1, errors: [{ path: '/1/pain/now', code: 'range' }] },
      { index: 3, errors: [{ path: '/3/id', code: 'id-reused' }] },
      { index: 4, errors: [{ path: '/4/patientId', code: 'unknown-patient' }] },
      { index: 5, errors: [{ path: '/5/patientId', code: 'unknown-patient' }] },
      { index: 6, errors: [{ path: '/6/at', code: 'before-enrolment' }] },
      { index: 7, errors: [{ path: '/7/at', code: 'in-future' }] },
      { index: 8, errors: [{ path: '/8', code: 'type' }] },
    ]);
  });

  test('given an array of nothing but bad ones: 202; an empty one: 422; over 1,000: 413', async () => {
    const who = await scene.patient(ana);
    expect(await scene.post(path, who, [{}])).toMatchObject({
      status: 202,
      body: { accepted: 0, position: null },
    });
    expect((await scene.post(path, who, [])).status).toBe(422);
    expect(
      (
        await scene.post(
          path,
          who,
          Array.from({ length: 1001 }, () => 1),
        )
      ).status,
    ).toBe(413);
  });

  test('given a flag or a peak of 8, then advice at once, and again when it is repeated', async () => {
    const who = await clinician();
    const bad = checkIn('e1', {
      flags: ['cold-limb', 'night-pain'],
      pain: { now: 1, worst: 8, site: 'groin', side: 'left' },
    });
    for (const count of ['accepted', 'duplicates']) {
      const { body } = await scene.post(path, who, bad);
      expect(body).toMatchObject({
        [count]: 1,
        advice: [{ code: 'red-flag' }, { code: 'amber-flag' }, { code: 'pain-spike' }],
      });
      for (const { text } of body['advice'] as { text: string }[])
        expect(text).toContain('no emergency service');
    }
  });

  test.each([
    ['the patient', { role: 'patient', subject: ana }, 202],
    ['their device', { role: 'device', subject: anasSensor }, 202],
    ['a clinician of the care team', { role: 'clinician', subject: 'dr-lee' }, 202],
    ['another patient', { role: 'patient', subject: ben }, 404],
    ['the device of another', { role: 'device', subject: bensSensor }, 404],
    ['a clinician from elsewhere', { role: 'clinician', subject: 'dr-who' }, 404],
    ['an operator', { role: 'operator', subject: 'ops' }, 403],
  ] as const)('given %s as sender', async (_who, request, status) => {
    const answer = await scene.post(path, await scene.as(request), checkIn(`f-${request.subject}`));
    expect(answer.status).toBe(status);
  });

  test('a refused sender is on record', async () => {
    await scene.post(path, await scene.as({ role: 'clinician', subject: 'dr-curious' }), [
      checkIn('n1'),
      checkIn('n2'),
    ]);
    const denied = async () =>
      (await scene.all(names.audit))
        .map(({ value }) => JSON.parse(Buffer.from(value).toString()))
        .filter(({ actor }) => actor === 'dr-curious');
    expect(await until(async () => (await denied()).length > 0, 20_000)).toBe(true);
    expect(await denied()).toMatchObject([
      { patientId: ana, outcome: 'denied', action: 'POST /v1/check-ins' },
    ]);
  });

  test('a stranger who breaks the glass may look, not write', async () => {
    const who = {
      ...(await scene.as({ role: 'clinician', subject: 'dr-who' })),
      'coxa-break-glass': 'night',
    };
    expect((await scene.post(path, who, checkIn('g1'))).status).toBe(404);
  });

  test('given withdrawn consent, then nothing is taken', async () => {
    await scene.register(patient(ben, '2026-02-01T08:00:00+01:00'));
    const answer = await scene.post(path, await scene.patient(ben), checkIn('h1', { patientId: ben }));
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ path: '/patientId', code: 'consent-withdrawn' }] },
    });
    await scene.register(patient(ben));
  });

  test.each([
    ['cut text', '{"id":', {}, 400, 'malformed'],
    ['a name twice', '{"id":"a","id":"b"}', {}, 400, 'malformed'],
    ['another type', 'id=1', { 'content-type': 'text/plain' }, 415, 'unsupported-type'],
    ['another encoding', '{}', { 'content-encoding': 'br' }, 415, 'unsupported-type'],
    ['what is no gzip', '{}', { 'content-encoding': 'gzip' }, 400, 'malformed'],
    ['__proto__', '{"__proto__":{"id":"x"}}', {}, 422, 'invalid'],
  ] as const)('given %s, then a problem document', async (_what, body, headers, status, code) => {
    const answer = await scene.post(path, await clinician(), body, headers);
    expect(answer).toMatchObject({ status, body: { status, code } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  test('given a query, which this call has none of, then 400', async () => {
    const answer = await scene.post(`${path}?dry=1`, await clinician(), checkIn('k1'));
    expect(answer).toMatchObject({ status: 400, body: { code: 'malformed' } });
  });

  test('given more than 20 requests at once from one sender, then 429 with Retry-After, and others are served', async () => {
    const hasty = await scene.as({ role: 'clinician', subject: 'dr-hasty' });
    const answers = await Promise.all(Array.from({ length: 40 }, () => scene.post(path, hasty, [])));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]!.headers.get('retry-after')).toBe('1');
    expect((await scene.post(path, await scene.device(anasSensor), checkIn('i1'))).status).toBe(202);
  });

  test('regression: given the views are lost, when started again, then what was taken is still known', async () => {
    await scene.post(path, await scene.device(anasSensor), checkIn('j1'));
    await scene.restart(async (dataDir) => {
      for (const end of ['', '-wal', '-shm']) await rm(join(dataDir, `views.db${end}`), { force: true });
    });
    expect((await scene.post(path, await scene.device(anasSensor), checkIn('j1'))).body).toMatchObject({
      accepted: 0,
      duplicates: 1,
    });
  });
});

describe('when the log cannot take it', () => {
  test('regression: given repeats within one array, then 503, nothing is left unhandled, and sent again it is taken', async () => {
    const own = await Scene.start();
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const { log } = own;
    const append = log.append.bind(log);
    log.append = () => Promise.reject(new EngineError('storage-full', 'no space left on device'));
    const entries = [checkIn('x1'), checkIn('x1'), checkIn('x2')];
    const refused = await own.post(path, await own.patient(ana), entries);
    log.append = append;
    expect(refused).toMatchObject({ status: 503, body: { code: 'overloaded' } });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await own.post(path, await own.patient(ana), entries)).body).toMatchObject({
      accepted: 2,
      duplicates: 1,
    });
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    await own.end();
  });
});
