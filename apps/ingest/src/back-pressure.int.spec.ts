import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { encodeCbor } from '@coxa/contracts';
import type { LogPosition, LogRecord, MessageLog } from '@coxa/eventing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openRaw, parseAnswer, type RawAnswer, untilClosed } from '../../../libs/platform/test/raw-client.js';
import { anasSensor, batch, bensSensor, names, Scene } from '../test/scene.js';
import { deviceStream } from '../test/stream-client.js';

const path = '/v1/readings';
const MiB = 1024 * 1024;

/** A log that can be held up. */
class HeldLog {
  private readonly waiting: (() => void)[] = [];
  held = false;

  over(real: MessageLog): MessageLog {
    const append = async (records: readonly LogRecord[]): Promise<LogPosition[]> => {
      if (this.held && records.some(({ topic }) => topic === names.readings))
        await new Promise<void>((resolve) => this.waiting.push(resolve));
      return real.append(records);
    };
    return {
      append,
      ensureTopics: (topics) => real.ensureTopics(topics),
      consume: (options, handler) => real.consume(options, handler),
      read: (topic, partition, from, limit) => real.read(topic, partition, from, limit),
      offsets: (topic, group) => real.offsets(topic, group),
      close: () => real.close(),
    };
  }

  release(): void {
    this.held = false;
    for (const go of this.waiting.splice(0)) go();
  }
}

const log = new HeldLog();
let scene: Scene;
let ana: Record<string, string>;
let ben: Record<string, string>;
let port: number;

beforeAll(async () => {
  scene = await Scene.start(
    {},
    {
      limits: { headersTimeoutMs: 1_500, requestTimeoutMs: 3_000 },
      batchesPerSecond: 100,
      log: (real) => log.over(real),
    },
  );
  ana = await scene.device(anasSensor);
  ben = await scene.device(bensSensor);
  port = Number(new URL(scene.address).port);
});

afterAll(() => scene.end());

const bens = (sequence: number) => batch(sequence, { deviceId: bensSensor, sessionId: 'b' });

/** Ben's sensor goes about its work meanwhile. */
async function expectBenIsServed(sequence: number): Promise<void> {
  expect(await scene.post(path, ben, bens(sequence))).toMatchObject({
    status: 202,
    body: { duplicate: false },
  });
}

const head = (who: Record<string, string>, length: number, more = ''): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: ${who['authorization']}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n${more}\r\n`;

/** The first answer on a connection, whole. */
async function answerOn(socket: Socket): Promise<RawAnswer> {
  let text = '';
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    text += chunk.toString();
    const answer = parseAnswer(text);
    const length = Number(/content-length: (\d+)/.exec(answer.head)?.[1] ?? NaN);
    if (Buffer.byteLength(answer.body) >= length) return answer;
  }
}

const problemIn = ({ body }: RawAnswer) => JSON.parse(body) as { code: string; status: number };

describe('who may not send is told before the body', () => {
  test.each([
    ['without a token', () => ({ authorization: 'none' }), 100, 401, 'unauthenticated'],
    ['over 4 MiB', () => ana, 4 * MiB + 1, 413, 'too-large'],
  ] as const)(
    'given a request %s, when not a byte of the body has been sent, then it is answered',
    async (_what, who, length, status, code) => {
      const socket = await openRaw(port, head(who(), length));
      const answer = await answerOn(socket);
      expect(problemIn(answer)).toMatchObject({ status, code });
      socket.destroy();
    },
  );
});

describe('a flood from one device', () => {
  test('given more batches a second over HTTP than it may send, then 429 with Retry-After, another device is served, and a retry is taken once', async () => {
    const text = (sequence: number) => JSON.stringify(batch(sequence, { sessionId: 'flood' }));
    const sockets = await Promise.all(Array.from({ length: 20 }, () => openRaw(port, '')));
    const refused: number[] = [];
    let next = 0;
    const ask = async (socket: Socket, sequence: number): Promise<RawAnswer> => {
      const body = text(sequence);
      socket.write(head(ana, body.length) + body);
      return answerOn(socket);
    };
    const flood = async (socket: Socket) => {
      while (refused.length < 50 && next < 20_000) {
        const sequence = next++;
        const answer = await ask(socket, sequence);
        if (answer.status === 202) continue;
        expect(problemIn(answer)).toMatchObject({ status: 429, code: 'too-many-requests' });
        expect(answer.head).toContain('retry-after: 1');
        refused.push(sequence);
      }
    };
    const flooding = Promise.all(sockets.map(flood));
    await expectBenIsServed(100);
    await flooding;
    expect(refused.length).toBeGreaterThanOrEqual(50);
    await expectBenIsServed(101);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    for (const sequence of refused.slice(0, 50))
      expect(await scene.post(path, ana, text(sequence))).toMatchObject({
        status: 202,
        body: { duplicate: false },
      });
    for (const socket of sockets) socket.destroy();
  });

  test('given the same over WebSocket, then it is refused and slowed down, another device is served, and it may go on later', async () => {
    const device = await deviceStream(scene.address, { headers: ana });
    await device.next();
    const frame = (sequence: number) => encodeCbor(typed(batch(sequence, { sessionId: 'stream-flood' })));
    let refused = 0;
    let sequence = 0;
    for (let i = 0; i < device.credit; i++) device.send(frame(sequence++));
    while (refused < 50 && sequence < 20_000) {
      const answer = await device.answer();
      if (answer['t'] === 'nack') {
        expect(answer['problem']).toMatchObject({ code: 'too-many-requests', status: 429 });
        refused++;
        if (refused === 1) await expectBenIsServed(110);
      }
      device.send(frame(sequence++));
    }
    expect(refused).toBe(50);
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (let open = true; open;) {
      const answer = await device.answer();
      open = Number(answer['sequence']) < sequence - 1;
    }
    device.send(frame(30_000));
    expect(await device.answer()).toMatchObject({ t: 'ack', sequence: 30_000, duplicate: false });
    device.end();
  });
});

const typed = (whole: ReturnType<typeof batch>) => ({
  ...whole,
  channels: Object.fromEntries(
    Object.entries(whole.channels).map(([name, column]) => [name, Float64Array.from(column as number[])]),
  ),
});

describe('a log that cannot keep up', () => {
  test('given 64 MiB that wait for it, then 503 with Retry-After; once it goes on, all that waited is taken, and what was refused is not there', async () => {
    const large = (sequence: number) => encodeCbor(typed(batch(sequence, { sessionId: 'held' }, 20_000)));
    const cbor = { 'content-type': 'application/cbor' };
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    log.held = true;
    const sent = Array.from({ length: 75 }, (_, sequence) => scene.post(path, ana, large(sequence), cbor));
    const first = await Promise.race(sent);
    expect(first).toMatchObject({ status: 503, body: { code: 'overloaded' } });
    expect(first.headers.get('retry-after')).toBe('1');
    log.release();
    const answers = await Promise.all(sent);
    const refused = answers.flatMap(({ status }, sequence) => (status === 503 ? [sequence] : []));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(75 - refused.length);
    expect(refused.length).toBeLessThan(15);
    for (const sequence of refused)
      expect(await scene.post(path, ana, large(sequence), cbor)).toMatchObject({
        status: 202,
        body: { duplicate: false },
      });
  });
});

describe('half of something', () => {
  test('given many who trickle headers and bodies, then others are served, and these are ended with 408', async () => {
    const slow = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        openRaw(port, i % 2 === 0 ? 'POST /v1/readings HTTP/1.1\r\nhost: x\r\n' : `${head(ana, 500)}{`),
      ),
    );
    const trickle = setInterval(() => {
      for (const [i, socket] of slow.entries()) socket.write(i % 2 === 0 ? 'x-slow: 1\r\n' : ' ');
    }, 200);
    const ends = slow.map(untilClosed);
    for (let i = 0; i < 10; i++) await expectBenIsServed(200 + i);
    const answers = await Promise.all(ends);
    clearInterval(trickle);
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 408));
  });

  test('given half bodies of 64 MiB together, then the next one is told 503 with Retry-After, small ones go through, and all is well when they have gone', async () => {
    const part = Buffer.alloc(4 * MiB - 1, 0x20);
    const half = await Promise.all(Array.from({ length: 16 }, () => openRaw(port, head(ana, 4 * MiB))));
    await Promise.all(
      half.map((socket) => new Promise<void>((resolve) => socket.write(part, () => resolve()))),
    );
    const asked = await eventually(async () => {
      const socket = connect(port, '127.0.0.1');
      socket.write(head(ana, 4 * MiB));
      socket.write(part.subarray(0, 1 * MiB));
      const answer = await Promise.race([answerOn(socket), quietly(200)]);
      socket.destroy();
      return answer;
    });
    expect(problemIn(asked)).toMatchObject({ status: 503, code: 'overloaded' });
    expect(asked.head).toContain('retry-after: 1');
    await expectBenIsServed(300);
    for (const socket of half) socket.destroy();
    const large = JSON.stringify(batch(301, { sessionId: 'large' })).padEnd(2 * MiB, ' ');
    const after = await eventually(async () => {
      const answer = await scene.post(path, ana, large);
      return answer.status === 503 ? undefined : answer;
    });
    expect(after).toMatchObject({ status: 202 });
  });

  test('given clients that go away in the middle, then nobody is told of a fault of ours', async () => {
    for (let i = 0; i < 20; i++) (await openRaw(port, `${head(ana, 500)}{`)).destroy();
    await expectBenIsServed(310);
    const metrics = await (await fetch(`${scene.address}/metrics`)).text();
    expect(metrics).toContain(`route="${path}",status="202"`);
    expect(metrics).not.toMatch(/status="5(?!03)\d\d"/);
  });

  test('given half a WebSocket frame, then others are served, and when it goes it is gone', async () => {
    const device = await deviceStream(scene.address, { headers: ana });
    await device.next();
    device.raw(Uint8Array.of(0x82, 0xfe, 0x40));
    await expectBenIsServed(320);
    device.vanish();
    await device.closed;
    await expectBenIsServed(321);
  });
});

test('given many compressed bombs at once, then each is refused while it expands, and others are served', async () => {
  const bomb = gzipSync(Buffer.alloc(256 * MiB));
  const bombs = Array.from({ length: 30 }, () => scene.post(path, ana, bomb, { 'content-encoding': 'gzip' }));
  await expectBenIsServed(400);
  for (const answer of await Promise.all(bombs))
    expect(answer).toMatchObject({ status: 413, body: { code: 'too-large' } });
});

const quietly = (ms: number): Promise<undefined> =>
  new Promise((resolve) => setTimeout(() => resolve(undefined), ms));

async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 50; tries++) {
    const found = await ask();
    if (found !== undefined) return found;
    await quietly(50);
  }
  throw new Error('it did not come to that');
}
