import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { decodeReadingBatch, encodeCbor, encodeReadingBatch, type ReadingBatch } from '@coxa/contracts';
import { ana, anasSensor, batch, ben, bensSensor, names, patient, Scene } from '../test/scene.js';

const path = '/v1/readings';
const cbor = { 'content-type': 'application/cbor' };
let scene: Scene;
let sensor: Record<string, string>;

beforeAll(async () => {
  scene = await Scene.start();
  sensor = await scene.device(anasSensor);
});

afterAll(() => scene.end());

/** As a device would write it: float32 columns. */
const single = (whole: ReturnType<typeof batch>) =>
  encodeCbor({
    ...whole,
    channels: Object.fromEntries(
      Object.entries(whole.channels).map(([name, column]) => [name, Float32Array.from(column as number[])]),
    ),
  });

const stored = async (sequence: number) =>
  (await scene.all(names.readings)).filter(({ value }) => decodeReadingBatch(value).sequence === sequence);

describe('batches of samples come in', () => {
  test('given JSON, then 202 and a CBOR batch under the patient in the log', async () => {
    const answer = await scene.post(path, sensor, batch(0));
    expect(answer).toMatchObject({
      status: 202,
      body: { accepted: true, duplicate: false, position: expect.any(String) },
    });
    const [message, ...more] = await stored(0);
    expect(more).toEqual([]);
    expect(message).toMatchObject({ key: ana, headers: { 'content-type': 'application/cbor' } });
    const { channels } = decodeReadingBatch(message!.value);
    expect(channels['gyrZ']).toEqual(Float64Array.from([5, 5.1, 5.2]));
  });

  test('given CBOR, then the log holds the very bytes that came', async () => {
    const bytes = single(batch(1));
    expect((await scene.post(path, sensor, bytes, cbor)).status).toBe(202);
    expect(Buffer.compare((await stored(1))[0]!.value, bytes)).toBe(0);
  });

  test('given batches, new and repeated, then each that Prometheus asks for is counted once, however often it asks', async () => {
    const told = async () => {
      const text = await (await fetch(`${scene.address}/metrics`)).text();
      const count = (duplicate: string) =>
        Number(new RegExp(`kind="batch",duplicate="${duplicate}"} (\\d+)`).exec(text)?.[1]);
      return { taken: count('no'), repeated: count('yes') };
    };
    const { taken, repeated } = await told();
    await scene.post(path, sensor, batch(200));
    expect(await told()).toEqual({ taken: taken + 1, repeated });
    await scene.post(path, sensor, batch(201));
    await scene.post(path, sensor, batch(201));
    expect(await told()).toEqual({ taken: taken + 2, repeated: repeated + 1 });
    expect(await told()).toEqual({ taken: taken + 2, repeated: repeated + 1 });
  });

  test('given the same in another encoding, then a duplicate; other content 409; both also when it is long in the log', async () => {
    for (const sequence of [2, 3]) {
      const first = await scene.post(path, sensor, batch(sequence));
      if (sequence === 3) await scene.restart();
      for (const [body, headers] of [
        [batch(sequence), {}],
        [single(batch(sequence)), cbor],
        [encodeReadingBatch(batch(sequence) as unknown as ReadingBatch), cbor],
        [gzipSync(JSON.stringify(batch(sequence))), { 'content-encoding': 'gzip' }],
      ] as const)
        expect(await scene.post(path, sensor, body, headers)).toMatchObject({
          status: 202,
          body: { duplicate: true, position: first.body['position'] },
        });
      const other = await scene.post(path, sensor, batch(sequence, { side: 'right' }));
      expect(other).toMatchObject({ status: 409, body: { code: 'conflict' } });
      expect(await stored(sequence)).toHaveLength(1);
    }
  });

  test('given the same from many at the same moment, then it lies there once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => scene.post(path, sensor, batch(4))));
    expect(answers.filter(({ body }) => body['duplicate'] === false)).toHaveLength(1);
    expect(await stored(4)).toHaveLength(1);
  });

  test('regression: given the views are lost, when started again, then what was taken is still known', async () => {
    await scene.post(path, sensor, batch(5));
    await scene.restart(async (dataDir) => {
      for (const end of ['', '-wal', '-shm']) await rm(join(dataDir, `views.db${end}`), { force: true });
    });
    expect((await scene.post(path, sensor, batch(5))).body).toMatchObject({ duplicate: true });
    expect((await scene.post(path, sensor, batch(5, { side: 'right' }))).status).toBe(409);
  });

  test.each([
    ['another device than the token says', { deviceId: bensSensor }, 404],
    ['the patient of another', { patientId: ben }, 404],
    ['its own patient by name', { patientId: ana }, 202],
    ['a start before the enrolment', { startedAt: '2026-01-05T07:00:00+01:00' }, 422],
    ['a start in the future', { startedAt: '2126-01-05T07:00:00+01:00' }, 422],
  ])('given %s', async (_what, more, status) => {
    expect((await scene.post(path, sensor, batch(100 + status, more))).status).toBe(status);
  });

  test.each([
    ['a patient', { role: 'patient', subject: ana }],
    ['a clinician', { role: 'clinician', subject: 'dr-lee' }],
    ['an operator', { role: 'operator', subject: 'ops' }],
  ] as const)('given %s as sender: 403', async (_who, request) => {
    expect((await scene.post(path, await scene.as(request), batch(6))).status).toBe(403);
  });

  test('given withdrawn consent, then nothing is taken', async () => {
    await scene.register(patient(ana, '2026-02-01T08:00:00+01:00'));
    expect(await scene.post(path, sensor, batch(7))).toMatchObject({
      status: 422,
      body: { errors: [{ code: 'consent-withdrawn' }] },
    });
    await scene.register(patient(ana));
  });

  test.each([
    ['no CBOR', Uint8Array.of(0xff, 0x00), cbor, 400],
    ['CBOR cut short', single(batch(8)).subarray(0, -1), cbor, 400],
    ['bytes after the CBOR', Buffer.concat([single(batch(8)), Buffer.alloc(1)]), cbor, 400],
    ['a nested bomb', Buffer.alloc(100_000, 0x81), cbor, 400],
    ['an array that claims 2^32 items', Uint8Array.of(0x9a, 0xff, 0xff, 0xff, 0xff), cbor, 400],
    ['plain arrays in CBOR', encodeCbor(batch(8)), cbor, 422],
    ['a compressed bomb', gzipSync(Buffer.alloc(64 * 1024 * 1024)), { 'content-encoding': 'gzip' }, 413],
    ['more than 4 MiB', Buffer.alloc(4 * 1024 * 1024 + 1), {}, 413],
    ['too many samples', batch(8, {}, 20_001), {}, 413],
    ['text', 'x', { 'content-type': 'text/csv' }, 415],
    ['NaN', single(batch(8, { channels: { ...batch(8).channels, accX: [1, NaN, 3] } })), cbor, 422],
    ['ragged columns', batch(8, { channels: { ...batch(8).channels, accX: [1] } }), {}, 422],
    ['__proto__ as channel', `{"channels":{"__proto__":[1]}}`, {}, 422],
    [
      'megabytes where a header field belongs',
      encodeCbor({ ...batch(8), units: new Int16Array(1e6) }),
      cbor,
      422,
    ],
  ] as const)(
    'given %s, then a problem document and nothing in the log',
    async (_what, body, headers, status) => {
      const answer = await scene.post(path, sensor, body, headers);
      expect(answer).toMatchObject({ status, body: { status } });
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(await stored(8)).toEqual([]);
    },
  );
});
