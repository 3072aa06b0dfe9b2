import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

const secret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
const env = { COXA_WEBHOOK_ALLOW_PRIVATE: 'true' };

/** A receiver that answers only when it is told to. */
async function slowReceiver() {
  const ids: string[] = [];
  const open: ServerResponse[] = [];
  const receiver = {
    ids,
    hold: false,
    url: '',
    answer: () => open.splice(0).forEach((response) => response.writeHead(204).end()),
    close: () => Promise.resolve(),
  };
  const server = createServer((request, response) => {
    request.resume();
    ids.push(String(request.headers['webhook-id']));
    if (receiver.hold) open.push(response);
    else response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  receiver.close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return receiver;
}

describe('a crash at every stage between a check-in and its webhook', () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let hook: Awaited<ReturnType<typeof slowReceiver>>;
  let server: Server;
  let clinician: Api;

  async function start(): Promise<void> {
    server = await Server.start({ dataDir: folder.path, env });
    clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
  }

  beforeEach(async () => {
    folder = await tempFolder();
    hook = await slowReceiver();
    await start();
    await clinician.put('/v1/receivers/team', {
      role: 'assigned',
      minSeverity: 'LOW',
      channels: [{ kind: 'webhook', url: hook.url, secret }],
    });
    const enrolledAt = new Date(Date.now() - 3_600_000).toISOString();
    await enrol(clinician, 'p1', {
      enrolledAt,
      consent: { version: '1', at: enrolledAt },
      education: { acknowledgedAt: enrolledAt },
      baseline: { pain: 2 },
    });
  });

  afterEach(async () => {
    await server.stop();
    await hook.close();
    await folder.remove();
  });

  const hurt = () => clinician.post('/v1/check-ins', checkIn('p1', 'c1', new Date().toISOString(), 9));

  async function eventually(condition: () => Promise<boolean> | boolean): Promise<void> {
    for (let tries = 0; tries < 500; tries++) {
      if (await condition()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('it did not come to that');
  }

  const delivered = async () => {
    const { body } = await clinician.get<{ items: { state: string }[] }>('/v1/deliveries');
    return body.items.length === 1 && body.items[0]!.state === 'delivered';
  };

  test.each([0, 1, 2, 4, 8, 16, 32])(
    'given a kill %d ms after the acknowledgement, when it comes back, then the alarm is told under one id',
    async (delay) => {
      expect((await hurt()).status).toBe(202);
      await new Promise((resolve) => setTimeout(resolve, delay));
      await server.kill();
      await start();
      await eventually(delivered);
      expect(new Set(hook.ids).size).toBe(1);
      const { body } = await clinician.get<{ items: unknown[] }>('/v1/alarms');
      expect(body.items).toHaveLength(1);
    },
  );

  test('given a kill between the call and its receipt, when it comes back, then the call is made again within 5 s under the same id', async () => {
    hook.hold = true;
    await hurt();
    await eventually(() => hook.ids.length === 1);
    await server.kill();
    hook.hold = false;
    const down = Date.now();
    await start();
    await eventually(() => hook.ids.length === 2);
    expect(Date.now() - down).toBeLessThan(15_000);
    expect(new Set(hook.ids).size).toBe(1);
  });

  test('given a receipt, when the server is killed and every view is rebuilt, then nothing is sent again', async () => {
    await hurt();
    await eventually(delivered);
    await server.kill();
    await start();
    const operator = new Api(server.address, await server.token({ role: 'operator', subject: 'ops' }));
    const { body } = await operator.get<{ items: { name: string }[] }>('/v1/ops/views');
    for (const { name } of body.items)
      expect((await operator.post(`/v1/ops/views/${name}/rebuild`, {})).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(hook.ids).toHaveLength(1);
  });
});
