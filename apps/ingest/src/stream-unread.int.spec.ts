import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeCbor } from '@coxa/contracts';
import { until } from '@coxa/eventing';
import { ProblemException } from '@coxa/platform';
import { expect, test } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import type { ReadingsGate } from './readings-gate.js';
import { ReadingsStream } from './readings-stream.js';

const principal = { role: 'device', subject: 'd', deviceId: 'd' } as const;
/** Its answer is as long: some hundred are more than the server keeps for a client that does not read. */
const message = encodeCbor({ deviceId: 'x'.repeat(60_000), sessionId: 's', sequence: 1 });

test('regression: given a device that is too fast and does not read its answers, when it has read them, then its stream goes on', async () => {
  let tooFast = true;
  let taken = 0;
  let refused = 0;
  const gate = {
    admit: () => {
      if (!tooFast) return;
      refused++;
      throw new ProblemException('too-many-requests', { retryAfterS: 1 });
    },
    read: (_: unknown, bytes: Uint8Array) => ({ deviceId: 'd', sessionId: 's', sequence: taken, bytes }),
    take: () => Promise.resolve({ duplicate: false, sequence: taken++ }),
  } as unknown as ReadingsGate;
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  let socket: WebSocket | undefined;
  const server = createServer().on('upgrade', (request, wire: Socket, head) =>
    sockets.handleUpgrade(request, wire, head, (opened) => {
      socket = opened;
      ReadingsStream.open({ socket: opened, wire }, principal, gate);
    }),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    perMessageDeflate: false,
  });
  await once(client, 'open');
  client.pause();
  for (let sent = 0; socket!.bufferedAmount < 1024 * 1024; await sleep(1))
    if (sent - refused < 8) {
      client.send(message);
      sent++;
    }
  // What was on its way comes while the stream is held back for being too fast.
  await sleep(300);
  tooFast = false;
  client.resume();
  expect(await until(() => socket!.bufferedAmount === 0, 10_000)).toBe(true);
  client.send(message);
  expect(await until(() => taken > 0, 3_000)).toBe(true);
  client.terminate();
  server.close();
});
