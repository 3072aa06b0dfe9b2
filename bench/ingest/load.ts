import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { type Encoding, Payload } from './payload.js';
import { type Hello, subjectOf } from './servers/say.js';

export interface Load {
  readonly connections: number;
  readonly samples: number;
  readonly encoding: Encoding;
  readonly ms: number;
  /** Told apart from other rounds. */
  readonly round: string;
}

/** Closed loop over HTTP on raw sockets: batches acknowledged a second. */
export async function httpRate({ port, tokens }: Hello, load: Load): Promise<number> {
  let done = 0;
  const until = performance.now() + load.ms;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: load.connections }, async (_, i) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      const payload = new Payload(subjectOf(i), `s-${load.round}`, load.samples, load.encoding);
      const head = Buffer.from(headOf(payload.bytes.length, load.encoding, tokens[i]));
      while (performance.now() < until) {
        socket.write(Buffer.concat([head, payload.advance()]));
        await answered(socket);
        done++;
      }
      socket.destroy();
    }),
  );
  return done / ((performance.now() - start) / 1_000);
}

function headOf(length: number, encoding: Encoding, token: string | undefined): string {
  const type = encoding === 'cbor' ? 'application/cbor' : 'application/json';
  const lines = [
    'POST /v1/readings HTTP/1.1',
    'host: localhost',
    `content-type: ${type}`,
    `content-length: ${length}`,
  ];
  if (token !== undefined) lines.push(`authorization: Bearer ${token}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** Resolves when one whole answer has come. @throws when it is no 202 */
async function answered(socket: Socket): Promise<void> {
  const status = await statusOf(socket);
  if (status !== 202) throw new Error(`answered with ${status}`);
}

/** Of one whole answer. */
function statusOf(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      socket.off('data', read);
      socket.off('error', reject);
      resolve(Number(text.slice(9, 12)));
    };
    socket.on('data', read);
    socket.once('error', reject);
  });
}

const ackMark = Buffer.from('cack', 'latin1');
const nackMark = Buffer.from('dnack', 'latin1');

/** The same over WebSocket with some batches under way at once on each connection. */
export async function streamRate(
  { port, tokens }: Hello,
  load: Load & { readonly inFlight: number },
): Promise<number> {
  let done = 0;
  const start = performance.now();
  const until = start + load.ms;
  await Promise.all(
    Array.from({ length: load.connections }, async (_, i) => {
      const headers = { authorization: `Bearer ${tokens[i]!}` };
      const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/readings/stream`, {
        headers,
        perMessageDeflate: false,
      });
      const payload = new Payload(subjectOf(i), `w-${load.round}`, load.samples, 'cbor');
      await new Promise<void>((resolve, reject) => {
        let flying = 0;
        const send = () => {
          flying++;
          socket.send(Buffer.from(payload.advance()));
        };
        socket.on('message', (data: Buffer) => {
          if (data.includes(nackMark)) return reject(new Error(data.toString('latin1')));
          if (data.includes(ackMark)) {
            flying--;
            done++;
            if (performance.now() < until) send();
            else if (flying === 0) resolve();
          } else if (flying === 0 && performance.now() < until)
            for (let k = 0; k < load.inFlight; k++) send();
        });
        socket.on('error', reject);
      });
      socket.close();
    }),
  );
  return done / ((performance.now() - start) / 1_000);
}

/**
 * More than can be taken: so many batches a second are meant to go, over many connections; what finds none free is given up, as by a device
 * whose buffer is full. Batches acknowledged a second.
 */
export async function overload({ port, tokens }: Hello, perSecond: number, load: Load): Promise<number> {
  const idle: (() => Promise<void>)[] = [];
  const sockets: Socket[] = [];
  let done = 0;
  for (let i = 0; i < load.connections; i++) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const payload = new Payload(subjectOf(i), `o-${load.round}`, load.samples, load.encoding);
    const head = Buffer.from(headOf(payload.bytes.length, load.encoding, tokens[i]));
    sockets.push(socket);
    const send = async () => {
      socket.write(Buffer.concat([head, payload.advance()]));
      if ((await statusOf(socket)) === 202) done++;
      idle.push(send);
    };
    idle.push(send);
  }
  // Sessions are begun beforehand: the first batches of each are parsed and written to the audit trail, which the peak's fewer, longer sessions hardly feel.
  for (let begun = 0; begun < 3; begun++) await Promise.all(idle.splice(0).map((send) => send()));
  done = 0;
  const start = performance.now();
  for (let sent = 0; performance.now() - start < load.ms;) {
    const due = Math.floor(((performance.now() - start) / 1_000) * perSecond);
    for (; sent < due && idle.length > 0; sent++) void idle.shift()!();
    sent = due;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const rate = done / ((performance.now() - start) / 1_000);
  for (const socket of sockets) socket.destroy();
  return rate;
}

/** Open loop on a core of its own: so many batches a second, each answer timed from when its batch was meant to go. Milliseconds. */
export async function latencies(
  { port, tokens }: Hello,
  {
    perSecond,
    seconds,
    round,
  }: { readonly perSecond: number; readonly seconds: number; readonly round: number },
): Promise<number[]> {
  const times: number[] = [];
  const idle: { socket: Socket; payload: Payload; head: Buffer }[] = [];
  for (let i = 0; i < 64; i++) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    const payload = new Payload(subjectOf(i), `l-${round}`, 50, 'cbor');
    idle.push({ socket, payload, head: Buffer.from(headOf(payload.bytes.length, 'cbor', tokens[i])) });
  }
  const all = [...idle];
  const flying: Promise<void>[] = [];
  const start = performance.now();
  for (let n = 0; n < perSecond * seconds; n++) {
    const meant = start + (n * 1_000) / perSecond;
    // A timer would be up to a millisecond late, and that would be taken for the server's.
    while (performance.now() < meant || idle.length === 0)
      await new Promise((resolve) => setImmediate(resolve));
    const one = idle.shift()!;
    one.socket.write(Buffer.concat([one.head, one.payload.advance()]));
    flying.push(
      answered(one.socket).then(() => {
        times.push(performance.now() - meant);
        idle.push(one);
      }),
    );
  }
  await Promise.all(flying);
  for (const { socket } of all) socket.destroy();
  return times;
}
