import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openEmbedded } from '@coxa/adapter-embedded';
import { systemClock } from '@coxa/eventing';
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
  let server: Server | undefined;
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
    await server?.stop();
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
      await server!.kill();
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
    await server!.kill();
    hook.hold = false;
    const down = Date.now();
    await start();
    await eventually(() => hook.ids.length === 2);
    expect(Date.now() - down).toBeLessThan(15_000);
    expect(new Set(hook.ids).size).toBe(1);
  });

  test('regression: given a notice that was decided and not planned, when it comes back without its views, then the care team is told all the same', async () => {
    const team = {
      subject: 'dr-lee',
      minSeverity: 'LOW',
      channels: [{ kind: 'webhook', url: hook.url, secret }],
    };
    // Somebody else's: whoever is not of the care team is told of nothing.
    await clinician.put('/v1/receivers/team', { ...team, role: 'assigned', subject: 'dr-elsewhere' });
    const { position } = (await hurt()).body as { position: string };
    const { body } = await clinician.get<{ items: { id: string }[] }>(`/v1/alarms?after=${position}`);
    await clinician.put('/v1/receivers/team', { ...team, role: 'assigned' });
    await server!.kill();
    const alarmId = body.items[0]!.id;
    await decide({ noticeId: 'n1', alarmId, kind: 'alarm.raised', severity: 'HIGH', reminder: false });
    await loseViews();
    await start();
    await eventually(() => hook.ids.length === 1);
  });

  test('regression: given a receiver set up after the notice, when the server comes back without its views, then nothing is sent to it', async () => {
    const team = { minSeverity: 'LOW', channels: [{ kind: 'webhook', url: hook.url, secret }] };
    // Somebody else's: whoever is not of the care team is told of nothing.
    await clinician.put('/v1/receivers/team', { ...team, role: 'assigned', subject: 'dr-elsewhere' });
    const { position } = (await hurt()).body as { position: string };
    await clinician.get(`/v1/deliveries?after=${position}`);
    await clinician.put('/v1/receivers/team', { ...team, role: 'assigned' });
    await server!.kill();
    await loseViews();
    await start();
    const operator = new Api(server!.address, await server!.token({ role: 'operator', subject: 'ops' }));
    const { body } = await operator.post<{ ok: boolean }>('/v1/ops/verify', {});
    expect(body.ok).toBe(true);
    expect(hook.ids).toEqual([]);
  });

  test('regression: given a receipt, when the server dies before its views are saved, then nothing is sent again', async () => {
    await hurt();
    await eventually(() => hook.ids.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server!.kill();
    await loseViews();
    await start();
    await eventually(delivered);
    expect(hook.ids).toHaveLength(1);
  });

  const loseViews = async () => {
    for (const file of ['views.db', 'views.db-wal', 'views.db-shm'])
      await rm(join(folder.path, file), { force: true });
  };

  /** Puts a decision to notify into the store of a server that is down, as if it had died right after it. */
  async function decide(notice: object): Promise<void> {
    const { events, close } = await openEmbedded(folder.path, systemClock);
    const stream = 'coxa.alarms-p1';
    const before = (await events.readStream(stream)).length;
    const data = { ...notice, at: new Date().toISOString(), sequence: before };
    await events.append(stream, before === 0 ? 'no-stream' : before - 1, [
      {
        id: randomUUID(),
        type: 'coxa.notice-requested.v1',
        data: Buffer.from(JSON.stringify(data)),
        metadata: {},
      },
    ]);
    await close();
  }

  test('regression: given a receiver that does not answer, when the server is told to stop, then it ends in time with 0, and the call is made again at the next start', async () => {
    hook.hold = true;
    await hurt();
    await eventually(() => hook.ids.length === 1);
    expect(await server!.stop()).toBe(0);
    hook.hold = false;
    await start();
    await eventually(() => hook.ids.length === 2);
    expect(new Set(hook.ids).size).toBe(1);
  });

  test('given a receipt, when the server is killed and every view is rebuilt, then nothing is sent again', async () => {
    await hurt();
    await eventually(delivered);
    await server!.kill();
    await start();
    const operator = new Api(server!.address, await server!.token({ role: 'operator', subject: 'ops' }));
    const { body } = await operator.get<{ items: { name: string }[] }>('/v1/ops/views');
    for (const { name } of body.items)
      expect((await operator.post(`/v1/ops/views/${name}/rebuild`, {})).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(hook.ids).toHaveLength(1);
  });
});
