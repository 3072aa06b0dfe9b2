import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { firstAnswer, openRaw } from '../../test/raw-client.js';
import { expectProblem, Scene } from '../../test/scene.js';

let scene: Scene;

beforeAll(async () => {
  scene = await Scene.start();
});

afterAll(() => scene.end());

describe('bodies', () => {
  test('a good one is taken, plain or gzipped', async () => {
    expect((await scene.post('{"value":1}')).json()).toMatchObject({ value: 1 });
    expect((await scene.post(gzipSync('{"value":2}'), { 'content-encoding': 'gzip' })).json()).toMatchObject({
      value: 2,
    });
  });

  test.each([
    ['cut off', '{"value":'],
    ['empty', ''],
    ['a name twice', '{"value":1,"value":2}'],
    ['a lone surrogate', '{"value":"\\ud800"}'],
    ['a byte order mark', '\ufeff{"value":1}'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ['a tower of brackets', '['.repeat(100_000)],
  ])('%s: 400', async (_what, body) => {
    expectProblem(await scene.post(body), 400, 'malformed');
  });

  test.each([
    ['a wrong type', '{"value":"1"}', [{ path: '/value', code: 'type' }]],
    ['null', '{"value":null}', [{ path: '/value', code: 'type' }]],
    ['nothing', '{}', [{ path: '/value', code: 'required' }]],
    ['an unknown field', '{"value":1,"a/b":2}', [{ path: '/a~1b', code: 'unknown-field' }]],
    ['__proto__', '{"value":1,"__proto__":{"a":1}}', [{ path: '/__proto__', code: 'unknown-field' }]],
  ])('%s: 422 with its place', async (_what, body, errors) => {
    const answer = await scene.post(body);
    expectProblem(answer, 422, 'invalid');
    expect(answer.json()['errors']).toMatchObject(errors);
  });

  test.each([
    ['another type', { 'content-type': 'text/plain' }],
    ['a type that is none', { 'content-type': 'json' }],
    ['another encoding', { 'content-encoding': 'br' }],
  ])('%s: 415', async (_what, headers: Record<string, string>) => {
    expectProblem(await scene.post('{"value":1}', headers), 415, 'unsupported-type');
  });

  test('gzip that is none: 400', async () => {
    expectProblem(await scene.post('{"value":1}', { 'content-encoding': 'gzip' }), 400, 'malformed');
    const cut = gzipSync('{"value":1}').subarray(0, 15);
    expectProblem(await scene.post(cut, { 'content-encoding': 'gzip' }), 400, 'malformed');
  });

  test('a gzip bomb is stopped while it expands: 413', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    expectProblem(await scene.post(bomb, { 'content-encoding': 'gzip' }), 413, 'too-large');
  });

  test('a body over 4 MiB: 413, by its announced length before the body comes', async () => {
    const { authorization } = await scene.bearer();
    const head = `POST /v1/numbers HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\ncontent-type: application/json\r\n`;
    const socket = await openRaw(scene.probe.port, `${head}content-length: 5000000\r\n\r\n`);
    const answer = await firstAnswer(socket);
    expect(answer.status).toBe(413);
    expect(answer.head).toContain('application/problem+json');
    socket.destroy();
    const asking = await openRaw(
      scene.probe.port,
      `${head}expect: 100-continue\r\ncontent-length: 5000000\r\n\r\n`,
    );
    expect((await firstAnswer(asking)).status).toBe(413);
    asking.destroy();
  });

  test('a body that grows over 4 MiB without announcing it: 413', async () => {
    const { authorization } = await scene.bearer();
    const socket = await openRaw(
      scene.probe.port,
      `POST /v1/numbers HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    const answered = firstAnswer(socket);
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    for (let sent = 0; sent < 70; sent++) socket.write(chunk);
    expect((await answered).status).toBe(413);
    socket.destroy();
  });

  test('regression: a client that sends 30 MB to the end still learns why it was refused', async () => {
    const refused = Array.from({ length: 5 }, () => scene.post(new Uint8Array(30_000_000)));
    for (const answer of await Promise.all(refused)) expectProblem(answer, 413, 'too-large');
  });

  test('exactly 4 MiB is taken', async () => {
    const body = `{"value":1}${' '.repeat(4 * 1024 * 1024 - 11)}`;
    expect((await scene.post(body)).status).toBe(202);
    expectProblem(await scene.post(`${body} `), 413, 'too-large');
  });
});
