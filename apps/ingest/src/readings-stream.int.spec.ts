import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { decodeReadingBatch, encodeCbor } from '@coxa/contracts';
import { ana, anasSensor, batch, bensSensor, names, Scene, sensor } from '../test/scene.js';
import { type Device, deviceStream, type Message, refusal } from '../test/stream-client.js';

let scene: Scene;
let token: Record<string, string>;

beforeAll(async () => {
  scene = await Scene.start();
  token = await scene.device(anasSensor);
});

afterAll(() => scene.end());

const stored = async (sequence: number) =>
  (await scene.all(names.readings)).filter(({ value }) => decodeReadingBatch(value).sequence === sequence);
const bytesOf = (sequence: number, more: Record<string, unknown> = {}) => {
  const whole = batch(sequence, more);
  const channels = Object.entries(whole.channels);
  return encodeCbor({
    ...whole,
    channels: Object.fromEntries(
      channels.map(([name, column]) => [name, Float32Array.from(column as number[])]),
    ),
  });
};

async function streamed(work: (device: Device) => Promise<void>): Promise<void> {
  const device = await deviceStream(scene.address, { headers: token });
  await work(device);
  device.end();
}

describe('a device streams', () => {
  test('given a batch, then credit first, then an acknowledgement, and the very bytes lie in the log', () =>
    streamed(async (device) => {
      expect(await device.next()).toEqual({ t: 'credit', n: expect.any(Number) });
      expect(device.credit).toBeGreaterThanOrEqual(8);
      const bytes = bytesOf(0);
      device.send(bytes);
      const ack = { t: 'ack', deviceId: anasSensor, sessionId: 's1', sequence: 0, duplicate: false };
      expect(await device.answer()).toEqual(ack);
      expect(Buffer.compare((await stored(0))[0]!.value, bytes)).toBe(0);
      device.send(bytes);
      expect(await device.answer()).toEqual({ ...ack, duplicate: true });
      expect(await stored(0)).toHaveLength(1);
    }));

  test('given other content under a known key, wrong content or another device, then a refusal as over HTTP, and the stream goes on', () =>
    streamed(async (device) => {
      device.send(bytesOf(1));
      device.send(bytesOf(1, { position: 'prone' }));
      device.send(bytesOf(2, { side: 'middle' }));
      device.send(bytesOf(3, { deviceId: bensSensor }));
      device.send(bytesOf(4));
      const answers: Message[] = [];
      for (let i = 0; i < 5; i++) answers.push(await device.answer());
      const of = (sequence: number) => answers.filter((answer) => answer['sequence'] === sequence);
      expect(of(1)).toHaveLength(2);
      expect(of(1)).toContainEqual(
        expect.objectContaining({
          t: 'nack',
          problem: expect.objectContaining({ status: 409, code: 'conflict' }),
        }),
      );
      expect(of(2)).toMatchObject([
        { t: 'nack', problem: { status: 422, code: 'invalid', errors: [{ path: '/side', code: 'enum' }] } },
      ]);
      expect(of(3)).toMatchObject([{ t: 'nack', deviceId: bensSensor, problem: { code: 'not-found' } }]);
      expect(of(4)).toMatchObject([{ t: 'ack' }]);
    }));

  test('given a client that counts credit messages alone, when it sends long, then credit never ends', () =>
    streamed(async (device) => {
      let told = 0;
      let answers = 0;
      for (let sent = 0; sent < 100;) {
        while (told > 0 && sent < 100) {
          device.send(bytesOf(100 + sent++));
          told--;
        }
        const message = await device.next();
        if (message['t'] === 'credit') told += message['n'] as number;
        else answers++;
      }
      while (answers < 100) if ((await device.next())['t'] === 'ack') answers++;
      expect(await stored(199)).toHaveLength(1);
    }));

  test('given a client that counts answers alone, when it sends long, then it is never turned away', () =>
    streamed(async (device) => {
      const { n } = (await device.next()) as { n: number };
      for (let sent = 0; sent < 100; sent++) {
        if (sent >= n) expect(await device.answer()).toMatchObject({ t: 'ack' });
        device.send(bytesOf(300 + sent));
      }
    }));

  test.each([
    [
      'more than its credit',
      1008,
      (device: Device) => Array.from({ length: 500 }, () => device.send(bytesOf(0))),
    ],
    ['text', 1003, (device: Device) => device.send('{}')],
    ['what is no CBOR', 1007, (device: Device) => device.send(Uint8Array.of(0xff, 0, 1))],
    ['over 4 MiB', 1009, (device: Device) => device.send(Buffer.alloc(4 * 1024 * 1024 + 1))],
    [
      'a message in more parts than it may have',
      1008,
      (device: Device) => {
        // Whole it would be no CBOR, and closed with 1007.
        const heads = [0x02, ...Array<number>(298).fill(0x00), 0x80];
        for (const head of heads) device.raw(Uint8Array.of(head, 0x81, 0, 0, 0, 0, 1));
      },
    ],
    [
      'a frame against the protocol',
      1002,
      (device: Device) => device.raw(Uint8Array.of(0xc3, 0x80, 1, 2, 3, 4)),
    ],
  ])('given %s, then the stream is closed with %i', async (_what, code, act) => {
    const device = await deviceStream(scene.address, { headers: token });
    act(device);
    expect(await device.closed).toBe(code);
  });

  test('given the token as a subprotocol, then it opens, and the plain one is chosen', async () => {
    const bearer = token['authorization']!.slice('Bearer '.length);
    const device = await deviceStream(scene.address, { protocols: ['coxa.v1', `bearer.${bearer}`] });
    expect(device.protocol).toBe('coxa.v1');
    device.end();
  });

  test('given no token, a wrong role, an unknown path or a query, then the upgrade is refused with a problem document', async () => {
    const stream = '/v1/readings/stream';
    const refused = (path: string, headers: Record<string, string>) => refusal(scene.address, path, headers);
    expect(await refused(stream, {})).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect(await refused(stream, await scene.patient(ana))).toMatchObject({
      status: 403,
      code: 'wrong-role',
    });
    expect(await refused('/v1/other', token)).toMatchObject({ status: 404, code: 'not-found' });
    expect(await refused(`${stream}?a=1`, token)).toMatchObject({ status: 400, code: 'malformed' });
    expect(await refused('//', token)).toMatchObject({ status: 404, code: 'not-found' });
    const plain = await fetch(scene.address + stream, { headers: token });
    expect(plain.status).toBe(426);
    expect(await plain.json()).toMatchObject({ code: 'upgrade-required' });
  });

  test.each([
    ['an old version', { 'sec-websocket-version': '7' }, 426, 'upgrade-required'],
    ['no version', { 'sec-websocket-version': '' }, 426, 'upgrade-required'],
    ['a key that is none', { 'sec-websocket-key': 'short' }, 400, 'malformed'],
    ['a subprotocol twice', { 'sec-websocket-protocol': 'coxa.v1, coxa.v1' }, 400, 'malformed'],
    ['subprotocols without names', { 'sec-websocket-protocol': ',,' }, 400, 'malformed'],
  ])(
    'regression: given a handshake with %s, then a problem document says so',
    async (_what, wrong, status, code) => {
      const headers = {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...token,
        ...wrong,
      };
      const asked = request(`${scene.address}/v1/readings/stream`, { headers }).end();
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      const text = (await response.toArray()).join('');
      expect(response.headers['content-type']).toBe('application/problem+json');
      expect([response.statusCode, (JSON.parse(text) as { code: string }).code]).toEqual([status, code]);
    },
  );

  test('given a device that is revoked, then its stream is closed with 1008 within five seconds', async () => {
    await scene.register(sensor('device-lost', ana));
    const device = await deviceStream(scene.address, { headers: await scene.device('device-lost') });
    const fact = sensor('device-lost', ana);
    await scene.register({ ...fact, revokedAt: '2026-01-06T19:00:00+01:00' } as typeof fact);
    expect(await device.closed).toBe(1008);
  }, 7_000);

  test('given half a handshake and a client that vanishes, then others go on', async () => {
    const { port } = new URL(scene.address);
    const lost = connect(Number(port), '127.0.0.1');
    lost.write('GET /v1/readings/stream HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\n');
    const gone = await deviceStream(scene.address, { headers: token });
    gone.send(bytesOf(500));
    gone.vanish();
    lost.destroy();
    await streamed(async (device) => {
      device.send(bytesOf(501));
      expect(await device.answer()).toMatchObject({ t: 'ack', sequence: 501 });
    });
  });

  test('given a stop, then streams are closed with 1001', async () => {
    const device = await deviceStream(scene.address, { headers: token });
    await scene.restart();
    expect(await device.closed).toBe(1001);
  });
});
