import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { decodeReadingBatch } from '@coxa/contracts';
import { ana, anasSensor, bensSensor, names, patient, Scene, sensor } from '../test/scene.js';

const path = '/v1/recordings';
const early = 'patient-early';
const earlysSensor = 'device-early';
const text = { 'content-type': 'text/csv' };
const formats = join(process.env['COXA_SHARED'] ?? resolve('..', 'shared'), 'data', 'motion', 'formats');
let scene: Scene;
let device: Record<string, string>;
let clinician: Record<string, string>;

beforeAll(async () => {
  scene = await Scene.start();
  const before = { ...patient(early), enrolledAt: '2021-01-05T08:00:00+01:00' } as ReturnType<typeof patient>;
  await scene.register(before, sensor(earlysSensor, early));
  device = await scene.device(anasSensor);
  clinician = await scene.as({ role: 'clinician', subject: 'dr-lee' });
});

afterAll(() => scene.end());

const at = encodeURIComponent('2026-02-03T10:00:00+01:00');
const rows = 12_000;
const plain = (count = rows) =>
  ['timestamp (s),accX (m/s^2),accY (m/s^2),accZ (m/s^2),gyrX (deg/s),gyrY (deg/s),gyrZ (deg/s)']
    .concat(Array.from({ length: count }, (_, i) => `${(i / 100).toFixed(2)},0,0,9.81,${i % 7},90,-1.5`))
    .join('\n');

const stored = async (sessionId: string) =>
  (await scene.all(names.readings))
    .map(({ key, value }) => ({ key, batch: decodeReadingBatch(value) }))
    .filter(({ batch }) => batch.sessionId === sessionId);

describe('files of devices come in', () => {
  test('given a plain CSV from the device, then it lies in the log as batches, in SI, and says what cannot be known', async () => {
    const answer = await scene.post(`${path}?startedAt=${at}&position=seated`, device, plain(), text);
    expect(answer).toMatchObject({
      status: 202,
      body: {
        accepted: true,
        duplicate: false,
        format: 'plain-csv',
        kind: 'imu',
        deviceId: anasSensor,
        samples: rows,
        sampleRateHz: expect.closeTo(100, 6),
        packets: { expected: rows, received: rows, lost: 0, gaps: 0 },
        position: expect.any(String),
      },
    });
    expect((answer.body['notes'] as string[]).join()).toContain('no angle can be known');
    const batches = await stored(answer.body['sessionId'] as string);
    expect(batches.map(({ batch }) => batch.sequence)).toEqual([0, 1, 2]);
    expect(batches.map(({ batch }) => batch.last)).toEqual([undefined, undefined, true]);
    const [{ key, batch }] = batches as [(typeof batches)[number]];
    expect(key).toBe(ana);
    expect(batch).toMatchObject({ segment: 'thigh', side: 'left', position: 'seated', measuredBy: 'self' });
    expect(batch.channels['gyrY']![0]).toBeCloseTo(Math.PI / 2, 9);
    expect(batches[1]!.batch.startedAt).toBe('2026-02-03T10:00:50.000+01:00');
  });

  test('given the same file again, also from the clinician, then it is a duplicate', async () => {
    const where = `${path}?startedAt=${at}&position=prone`;
    const first = await scene.post(where, device, plain(300), text);
    const again = await scene.post(where, device, plain(300), text);
    expect(again).toMatchObject({
      status: 202,
      body: { duplicate: true, sessionId: first.body['sessionId'] },
    });
    const other = await scene.post(
      `${where}&deviceId=${anasSensor}&measuredBy=self`,
      clinician,
      plain(300),
      text,
    );
    expect(other).toMatchObject({ status: 202, body: { duplicate: true } });
    const changed = await scene.post(`${where}&side=right`, device, plain(300), text);
    expect(changed).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  test('given a file that does not say when it began, when it is sent twice at once and once more later, then it is taken once', async () => {
    const upload = () => scene.post(`${path}?position=prone`, device, plain(5_700), text);
    const answers = await Promise.all([upload(), upload()]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    answers.push(await upload());
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    const duplicates = answers.map(({ body }) => body['duplicate']);
    expect(duplicates.filter((duplicate) => duplicate === false)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body['startedAt'])).size).toBe(1);
    const batches = await stored(answers[0]!.body['sessionId'] as string);
    expect(batches.map(({ batch }) => batch.sequence)).toEqual([0, 1]);
  });

  test('given a form with the file and its fields, then the same', async () => {
    const form = new FormData();
    form.set('position', 'supine');
    form.set('neutral', '0-1000');
    form.set('mounting', '1,0,0,0');
    form.set('startedAt', '2026-02-04T10:00:00+01:00');
    form.set('file', new Blob([plain(400)]), 'export.csv');
    const response = await fetch(`${scene.address}${path}`, { method: 'POST', headers: device, body: form });
    const body = (await response.json()) as { sessionId: string; notes: string[] };
    expect(response.status).toBe(202);
    expect(body.notes.join()).not.toContain('mounting');
    const { batch } = (await stored(body.sessionId))[0]!;
    expect(batch).toMatchObject({
      position: 'supine',
      mounting: [1, 0, 0, 0],
      marks: [{ kind: 'neutral', fromMs: 0, toMs: 1000 }],
    });
  });

  test.each([
    ['a letter', 'Dear doctor,\nmy hip hurts.', /text whose first line has the columns/],
    ['an empty file', '', /empty/],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]), /binary/],
    ['acceleration alone', 'time (s),accX (g),accY (g),accZ (g)\n0,0,0,1\n0.01,0,0,1', /gyroscope is needed/],
    ['no unit', 'time,accX,accY,accZ,gyrX,gyrY,gyrZ\n0,0,0,1,0,0,0\n', /no unit/],
  ])('given %s, then it is refused and what was seen is said', async (_what, body, seen) => {
    const answer = await scene.post(path, device, body, { 'content-type': 'application/octet-stream' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'invalid' } });
    const [fault] = answer.body['errors'] as [{ message: string }];
    expect(fault.message).toMatch(seen);
  });

  test('given somebody who may not, then they are told so', async () => {
    expect((await scene.post(path, await scene.patient(ana), plain(9), text)).status).toBe(403);
    expect((await scene.post(path, {}, plain(9), text)).status).toBe(401);
    expect(await scene.post(`${path}?deviceId=${bensSensor}`, device, plain(9), text)).toMatchObject({
      status: 404,
    });
    const stranger = await scene.as({ role: 'clinician', subject: 'dr-who' });
    expect((await scene.post(`${path}?deviceId=${anasSensor}`, stranger, plain(9), text)).status).toBe(404);
    expect(await scene.post(path, clinician, plain(9), text)).toMatchObject({
      status: 422,
      body: { errors: [{ path: '?deviceId', code: 'required' }] },
    });
    expect((await scene.post(path, device, plain(9), { 'content-type': 'image/png' })).status).toBe(415);
    expect((await scene.post(`${path}?colour=red`, device, plain(9), text)).status).toBe(400);
    expect((await scene.post(path, device, Buffer.alloc(5 << 20, 32), text)).status).toBe(413);
  });

  test('given a file that began before the enrolment, then it is refused and yet recognised', async () => {
    const when = encodeURIComponent('2025-12-01T10:00:00Z');
    const answer = await scene.post(`${path}?startedAt=${when}`, device, plain(50), text);
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ path: '?startedAt', code: 'before-enrolment' }] },
    });
    expect(JSON.stringify(answer.body['errors'])).toContain('recognised as plain-csv, 50 packets of 50');
  });

  test('given hip rotation of both sides from OpenSim, then that of the device’s side is taken', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `${(i / 100).toFixed(2)}\t${i / 2}\t${-i / 2}`);
    const body = `Coordinates\nversion=1\nnRows=40\nnColumns=3\ninDegrees=yes\nendheader\ntime\thip_rotation_r\thip_rotation_l\n${lines.join('\n')}\n`;
    const answer = await scene.post(path, device, body, text);
    expect(answer).toMatchObject({
      status: 202,
      body: { format: 'opensim-mot', kind: 'goniometer', sensor: 'hip-left' },
    });
    const { batch } = (await stored(answer.body['sessionId'] as string))[0]!;
    expect([...batch.channels['angleDeg']!].slice(0, 3)).toEqual([0, -0.5, -1]);
  });

  test('given the genuine files, then packets expected, received and lost are told', async () => {
    if (!existsSync(formats)) return console.info(`genuine device files: not tried, ${formats} is not here`);
    const sender = await scene.device(earlysSensor);
    const send = (file: string, query = '') =>
      scene.post(`${path}${query}`, sender, readFileSync(join(formats, file)), text);
    const femur = await send('opensense/LFemur_20210820_202113_831.csv');
    expect(femur).toMatchObject({
      status: 202,
      body: {
        format: 'xsens-dot-csv',
        kind: 'orientation',
        startedAt: '2021-08-20T12:21:13.829Z',
        packets: { expected: 352, received: 195, lost: 157, gaps: 138 },
      },
    });
    expect((femur.body['notes'] as string[]).join()).toContain('no angle can be known');
    expect(await send('imt/knee_tracking1_femur.csv')).toMatchObject({ status: 202, body: { kind: 'imu' } });
    for (const file of ['MT_012005D6_009-001_00B421E6.txt', 'XSDot_20210820_202113_Pelvis.txt'])
      expect(await send(`opensense/${file}`, `?startedAt=${at}`)).toMatchObject({
        status: 202,
        body: { format: 'xsens-mt-text', kind: 'orientation' },
      });
  });
});
