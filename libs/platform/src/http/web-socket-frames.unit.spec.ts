import type { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import * as ws from 'ws';
import { webSocketFrames } from './web-socket-frames.js';

/** The library exports it, its types do not tell. */
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };

test('given messages of every size of head, when they are framed, then a receiver takes them as they were, in order', async () => {
  const sent = [0, 1, 125, 126, 65_535, 65_536, 3].map((size, n) => Buffer.alloc(size, n));
  const receiver = new Receiver({ isServer: false });
  const received: Buffer[] = [];
  receiver.on('message', (data: Buffer, isBinary: boolean) => isBinary && received.push(data));
  await new Promise<void>((resolve) => receiver.end(webSocketFrames(sent), resolve));
  expect(received).toEqual(sent);
});
