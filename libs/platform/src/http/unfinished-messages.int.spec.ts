import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { UnfinishedMessages } from './unfinished-messages.js';

const kibibyte = 1024;
let server: Server;
let unfinished: UnfinishedMessages;
let received: string[];
let clients: WebSocket[];

beforeEach(async () => {
  received = [];
  clients = [];
  unfinished = new UnfinishedMessages({ roomBytes: 1024 * kibibyte, longestMs: 700 });
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server = createServer().on('upgrade', (request, wire: Socket, head) =>
    sockets.handleUpgrade(request, wire, head, (socket) => {
      const sender = request.url!.slice(1);
      unfinished.watch(socket, wire, sender);
      socket.on('message', (data: Buffer) => received.push(`${sender} ${data.length}`));
    }),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
});

afterEach(() => {
  unfinished.close();
  for (const client of clients) client.terminate();
  server.close();
});

async function open(sender: string): Promise<{ client: WebSocket; closed: Promise<number> }> {
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/${sender}`, {
    perMessageDeflate: false,
  });
  clients.push(client);
  const closed = new Promise<number>((resolve) => client.on('close', resolve));
  client.on('error', () => undefined);
  await once(client, 'open');
  return { client, closed };
}

const part = (client: WebSocket, bytes: number) => client.send(Buffer.alloc(bytes), { fin: false });

describe('messages of streams that are not all there', () => {
  test('regression: given a device that begins more than there is room for, also right behind a whole message, then its streams are closed, and another device finishes its message', async () => {
    const [first, second, other] = [await open('flood'), await open('flood'), await open('other')];
    part(other.client, 300 * kibibyte);
    for (const { client } of [first, second]) {
      client.send(Buffer.alloc(10));
      part(client, 600 * kibibyte);
    }
    expect(await Promise.all([first.closed, second.closed])).toEqual([1013, 1013]);
    other.client.send(Buffer.alloc(kibibyte), { fin: true });
    await sleep(200);
    expect(received).toContain(`other ${301 * kibibyte}`);
  });

  test('regression: given a message that is never ended, when its time is over, then the stream is closed, however it answers pings; one that only rests stays open', async () => {
    const [endless, resting] = [await open('a'), await open('b')];
    resting.client.send(Buffer.alloc(10));
    part(endless.client, 10);
    for (let i = 0; i < 12; i++) {
      for (const { client } of [endless, resting])
        if (client.readyState === WebSocket.OPEN) client.ping('still here');
      await sleep(100);
    }
    expect(await endless.closed).toBe(1008);
    expect(resting.client.readyState).toBe(WebSocket.OPEN);
  });
});
