import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What came back on a bare socket until the server closed it. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

export const parseAnswer = (text: string): RawAnswer => {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), body: rest.join('\r\n\r\n') };
};

/** Opens a socket, writes `text` and leaves it open. */
export async function openRaw(port: number, text: string | Buffer): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** Everything until the server closes the connection. */
export async function untilClosed(socket: Socket): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return parseAnswer(Buffer.concat(chunks).toString());
}

/** What comes first on a connection that stays open. */
export async function firstAnswer(socket: Socket): Promise<RawAnswer> {
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return parseAnswer(chunk.toString());
}
