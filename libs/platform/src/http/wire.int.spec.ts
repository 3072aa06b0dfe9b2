import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openRaw, untilClosed } from '../../test/raw-client.js';
import { expectProblem, Scene } from '../../test/scene.js';

let scene: Scene;

beforeAll(async () => {
  scene = await Scene.start({ headersTimeoutMs: 1_500, requestTimeoutMs: 3_000 });
});

afterAll(() => scene.end());

describe('paths, methods and queries', () => {
  test.each([
    ['an unknown path', '/v1/nothing', 404, 'not-found'],
    ['a path that cannot be decoded', '/v1/patients/%zz', 400, 'malformed'],
    ['a path that is too long', `/v1/${'x'.repeat(9_000)}`, 414, 'too-large'],
    ['a path part that is too long', `/v1/patients/${'x'.repeat(600)}`, 414, 'too-large'],
  ])('%s: a problem document', async (_what, path, status, code) => {
    const answer = await scene.get(path, await scene.clinician('dr-lee'));
    expectProblem(answer, status, code);
  });

  test('a known path with another method: 405 and what is possible', async () => {
    const answer = await scene.call('DELETE', '/v1/numbers', await scene.bearer());
    expectProblem(answer, 405, 'method-not-allowed');
    expect(answer.headers.get('allow')).toBe('POST');
  });

  test.each([
    ['unknown', '/v1/list?nope=1', '?nope'],
    ['repeated', '/v1/list?limit=1&limit=2', '?limit'],
    ['out of range', '/v1/list?limit=201', '?limit'],
    ['no instant', '/v1/list?at=yesterday', '?at'],
    ['not one of the choices', '/v1/list?kind=c', '?kind'],
    ['of the machinery', '/v1/list?__proto__=1', '?__proto__'],
  ])('a query parameter that is %s: 400 with its name', async (_what, path, name) => {
    const answer = await scene.get(path, await scene.bearer());
    expectProblem(answer, 400, 'malformed');
    expect(answer.json()['errors']).toMatchObject([{ path: name }]);
  });

  test('an offset whose plus sign was not escaped is understood', async () => {
    const answer = await scene.get('/v1/list?at=2026-01-05T08:00:00+01:00&limit=5', await scene.bearer());
    expect(answer.json()).toEqual({ at: '2026-01-05T08:00:00+01:00', limit: 5 });
  });
});

describe('faults on our side', () => {
  test('a full disk refuses politely', async () => {
    const answer = await scene.call('POST', '/v1/full', await scene.bearer());
    expectProblem(answer, 503, 'overloaded');
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  test('an unexpected failure tells the client nothing about itself', async () => {
    const answer = await scene.call('POST', '/v1/crash', await scene.bearer());
    expectProblem(answer, 500, 'internal');
    expect(answer.text).not.toContain('clinical');
  });
});

describe('what is slow or no HTTP', () => {
  test('regression: an offer to go on in HTTP/2, as some clients make it, is passed over and the request served, with its body', async () => {
    const { authorization } = await scene.bearer();
    const socket = await openRaw(
      scene.probe.port,
      [
        'POST /v1/numbers HTTP/1.1',
        'host: x',
        'connection: Upgrade, HTTP2-Settings',
        'upgrade: h2c',
        'http2-settings: AAMAAABkAARAAAAAAAIAAAAA',
        `authorization: ${authorization}`,
        'content-type: application/json',
        'content-length: 11',
        '',
        '{"value":1}',
      ].join('\r\n'),
    );
    socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    const answer = await untilClosed(socket);
    expect(answer.status).toBe(202);
    expect(answer.body).toContain('"live"');
  });

  test('regression: HTTP/1.1 without a host: 400 as a problem document', async () => {
    const answer = await untilClosed(
      await openRaw(scene.probe.port, 'GET /v1/list HTTP/1.1\r\nconnection: close\r\n\r\n'),
    );
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'malformed' });
  });

  test('regression: an Expect that nobody knows: 417 as a problem document', async () => {
    const answer = await untilClosed(
      await openRaw(scene.probe.port, 'GET /v1/list HTTP/1.1\r\nhost: x\r\nexpect: tea\r\n\r\n'),
    );
    expect(answer.status).toBe(417);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'malformed', status: 417 });
  });

  test('regression: an Expect that nobody knows behind another request on one connection: the answers keep their order', async () => {
    const { authorization } = await scene.bearer();
    const both = [
      `GET /v1/list?limit=5 HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n\r\n`,
      'GET /v1/list HTTP/1.1\r\nhost: x\r\nexpect: tea\r\n\r\n',
    ];
    const { status, body } = await untilClosed(await openRaw(scene.probe.port, both.join('')));
    expect(status).toBe(200);
    expect(body).toContain('HTTP/1.1 417');
  });

  test('a header that trickles in: 408 and closed', async () => {
    const socket = await openRaw(scene.probe.port, 'GET /health/live HTTP/1.1\r\nhost: x\r\n');
    const trickle = setInterval(() => socket.write('x-slow: 1\r\n'), 100);
    const answer = await untilClosed(socket);
    clearInterval(trickle);
    expect(answer.status).toBe(408);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'timeout' });
  });

  test('a body that never ends: 408 and closed', async () => {
    const { authorization } = await scene.bearer();
    const socket = await openRaw(
      scene.probe.port,
      `POST /v1/numbers HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
    );
    const trickle = setInterval(() => socket.write(' '), 200);
    const answer = await untilClosed(socket);
    clearInterval(trickle);
    expect(answer.status).toBe(408);
    expect(answer.head).toContain('application/problem+json');
  });

  test('a header without end: 431', async () => {
    const socket = await openRaw(
      scene.probe.port,
      `GET / HTTP/1.1\r\nhost: x\r\nx-big: ${'x'.repeat(40_000)}\r\n\r\n`,
    );
    const answer = await untilClosed(socket);
    expect(answer.status).toBe(431);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'too-large', status: 431 });
  });

  test('what is no HTTP: 400', async () => {
    const answer = await untilClosed(await openRaw(scene.probe.port, 'hello\r\n\r\n'));
    expect(answer.status).toBe(400);
  });
});
