import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@coxa/eventing';
import { firstAnswer } from '../../test/raw-client.js';
import { device, expectProblem, mine, Scene } from '../../test/scene.js';
import { ensureSigningKey, issueToken } from '../index.js';

let scene: Scene;

beforeAll(async () => {
  scene = await Scene.start();
  await scene.enrol();
});

afterAll(() => scene.end());

describe('who may do what', () => {
  const path = `/v1/patients/${mine}`;

  test.each([
    ['no token', {}],
    ['no bearer', { authorization: 'Basic eDp5' }],
    ['nonsense', { authorization: 'Bearer a.b.c' }],
  ])('given %s: 401', async (_what, headers: Record<string, string>) => {
    const answer = await scene.get(path, headers);
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  test('an expired token: 401', async () => {
    expectProblem(await scene.get(path, await scene.bearer({ expiresInS: -1 })), 401, 'unauthenticated');
  });

  test('a token that is good and then expires: 401 though it was remembered', async () => {
    const headers = await scene.bearer({ role: 'clinician', subject: 'dr-lee', expiresInS: 1 });
    expect((await scene.get(path, headers)).status).toBe(200);
    expect(await until(async () => (await scene.get(path, headers)).status === 401, 20_000)).toBe(true);
  });

  test('a token of another key, or with another algorithm: 401', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'coxa-key-'));
    await ensureSigningKey(elsewhere);
    const foreign = await issueToken(elsewhere, { role: 'operator', subject: 'ops' });
    await rm(elsewhere, { recursive: true });
    const claims = Buffer.from(
      JSON.stringify({ iss: 'coxa', sub: 'x', role: 'operator', exp: 9e9 }),
    ).toString('base64url');
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`;
    for (const token of [foreign, none])
      expectProblem(
        await scene.get('/v1/list', { authorization: `Bearer ${token}` }),
        401,
        'unauthenticated',
      );
  });

  test('given one connection on which others speak in turn, then each is who their own token says', async () => {
    const socket = connect(scene.probe.port, '127.0.0.1');
    await once(socket, 'connect');
    const ask = async (headers: Record<string, string>): Promise<number> => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n${lines.join('')}\r\n`);
      return (await firstAnswer(socket)).status;
    };
    const patient = await scene.bearer({ role: 'patient', subject: mine });
    const other = await scene.bearer({ role: 'patient', subject: 'patient-2' });
    const wrong = { authorization: patient.authorization.replace('Bearer ', 'Bearer x') };
    const asked = [
      patient,
      patient,
      other,
      patient,
      wrong,
      {},
      { authorization: 'Basic eDp5' },
      patient,
      await scene.bearer(),
    ];
    const told: number[] = [];
    for (const headers of asked) told.push(await ask(headers));
    expect(told).toEqual([200, 200, 404, 200, 401, 401, 401, 200, 403]);
    socket.destroy();
  });

  test('a role that may never use a call: 403', async () => {
    expectProblem(await scene.get(path, await scene.bearer()), 403, 'wrong-role');
  });

  test('a route whose author forgot to say who may is closed', async () => {
    expectProblem(await scene.get('/v1/forgotten', await scene.bearer()), 403, 'wrong-role');
  });

  test('what is not yours is the same document as what does not exist', async () => {
    const other = await scene.clinician('dr-other');
    const theirs = await scene.get(path, other);
    const nobody = await scene.get('/v1/patients/nobody', other);
    expectProblem(theirs, 404, 'not-found');
    expect(theirs.text).toBe(nobody.text);
  });

  test.each([
    ['the patient', { role: 'patient', subject: mine }],
    ['a clinician of the care team', { role: 'clinician', subject: 'dr-lee' }],
    ['their device', { role: 'device', subject: device }],
  ] as const)('%s is let in, and that is on record', async (_who, request) => {
    const before = (await scene.auditTrail()).length;
    expect((await scene.get(path, await scene.bearer(request))).status).toBe(200);
    // Refusals of earlier requests are recorded beside their answer and may come in late.
    const granted = (await scene.auditTrail()).slice(before).filter(({ outcome }) => outcome === 'granted');
    expect(granted).toMatchObject([
      {
        actor: request.subject,
        role: request.role,
        patientId: mine,
        action: 'GET /v1/patients/:id',
        outcome: 'granted',
        type: 'coxa.data-accessed.v1',
      },
    ]);
  });

  test('a refused access is on record too', async () => {
    await scene.get(path, await scene.clinician('dr-curious'));
    const seen = async () =>
      (await scene.auditTrail()).some(({ actor, outcome }) => actor === 'dr-curious' && outcome === 'denied');
    expect(await until(seen, 20_000)).toBe(true);
  });

  test('a clinician who breaks the glass is let in; reason sealed, notice announced', async () => {
    const headers = { ...(await scene.clinician('dr-night')), 'coxa-break-glass': 'unconscious in the ward' };
    expect((await scene.get(path, headers)).status).toBe(200);
    const record = (await scene.auditTrail()).filter(({ outcome }) => outcome === 'granted').at(-1)!;
    expect(record).toMatchObject({ actor: 'dr-night', breakGlass: true, type: 'coxa.break-glass-used.v1' });
    expect(typeof record['sealedReason']).toBe('string');
    expect(JSON.stringify(record)).not.toContain('unconscious');
  });

  test('breaking the glass needs a reason, and opens nothing for others than clinicians', async () => {
    const night = await scene.clinician('dr-night');
    expectProblem(await scene.get(path, { ...night, 'coxa-break-glass': ' ' }), 400, 'malformed');
    const patient = await scene.bearer({ role: 'patient', subject: 'patient-2' });
    expectProblem(await scene.get(path, { ...patient, 'coxa-break-glass': 'curious' }), 404, 'not-found');
    expectProblem(
      await scene.get('/v1/patients/nobody', { ...night, 'coxa-break-glass': 'why' }),
      404,
      'not-found',
    );
  });

  test('a revoked device: 401 from the next request on', async () => {
    const headers = await scene.bearer({ role: 'device', subject: device });
    expect((await scene.get(path, headers)).status).toBe(200);
    const known = scene.registry.device(device)!;
    await scene.register({ ...known, revokedAt: '2026-01-02T00:00:00Z', position: 2 }, device);
    expectProblem(await scene.get(path, headers), 401, 'unauthenticated');
  });

  test('the signing key can be read by its owner alone', async () => {
    expect((await stat(join(scene.dataDir, 'keys', 'signing.jwk.json'))).mode & 0o777).toBe(0o600);
  });
});
