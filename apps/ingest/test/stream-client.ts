import { once } from 'node:events';
import type { Socket } from 'node:net';
import { decodeCbor } from '@coxa/contracts';
import { WebSocket } from 'ws';

export type Message = Readonly<Record<string, unknown>>;

/** A device at the other end of a stream, as a test sees it. */
export interface Device {
  /** The next message of the server. */
  next(): Promise<Message>;
  /** The next acknowledgement or refusal. */
  answer(): Promise<Message>;
  /** Of the first credit message. */
  readonly credit: number;
  readonly protocol: string;
  readonly closed: Promise<number>;
  send(data: Uint8Array | string): void;
  /** Bytes past the framing. */
  raw(bytes: Uint8Array): void;
  end(): void;
  /** Goes without a word. */
  vanish(): void;
}

export async function deviceStream(
  address: string,
  { headers = {}, protocols = [] }: { headers?: Record<string, string>; protocols?: string[] },
): Promise<Device> {
  const url = `${address.replace('http', 'ws')}/v1/readings/stream`;
  const socket = new WebSocket(url, protocols, { headers });
  const messages: Message[] = [];
  const waiting: ((message: Message) => void)[] = [];
  let credit = 0;
  socket.on('message', (data: Buffer) => {
    const message = decodeCbor(data) as Message;
    credit ||= Number(message['n'] ?? 0);
    const waiter = waiting.shift();
    if (waiter) waiter(message);
    else messages.push(message);
  });
  socket.on('error', () => undefined);
  const closed = once(socket, 'close').then(([code]) => code as number);
  await once(socket, 'open');
  const next = (): Promise<Message> => {
    const message = messages.shift();
    return message ? Promise.resolve(message) : new Promise((resolve) => waiting.push(resolve));
  };
  const answer = async (): Promise<Message> => {
    for (;;) {
      const message = await next();
      if (message['t'] !== 'credit') return message;
    }
  };
  return {
    next,
    answer,
    get credit() {
      return credit;
    },
    protocol: socket.protocol,
    closed,
    send: (data) => socket.send(data),
    raw: (bytes) => void (socket as unknown as { _socket: Socket })._socket.write(bytes),
    end: () => socket.close(),
    vanish: () => socket.terminate(),
  };
}

/** The problem document with which an upgrade is refused. */
export async function refusal(
  address: string,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; code: string }> {
  const socket = new WebSocket(address.replace('http', 'ws') + path, { headers });
  socket.on('error', () => undefined);
  const [, response] = (await once(socket, 'unexpected-response')) as [
    unknown,
    { statusCode: number; headers: Record<string, string> } & AsyncIterable<Buffer>,
  ];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  if (response.headers['content-type'] !== 'application/problem+json')
    throw new Error('not a problem document');
  const { code } = JSON.parse(Buffer.concat(chunks).toString()) as { code: string };
  return { status: response.statusCode, code };
}
