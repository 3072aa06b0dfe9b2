import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { openEmbedded } from '@coxa/adapter-embedded';
import { openEventStoreDb } from '@coxa/adapter-eventstoredb';
import { openKafka } from '@coxa/adapter-kafka';
import { namesOf, toHeaders } from '@coxa/contracts';
import { systemClock, until } from '@coxa/eventing';
import { issueToken } from '@coxa/platform';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { seatedImuSession } from '../../apps/cli/src/synthetic/imu-session.js';
import { seeded } from '../../apps/cli/src/synthetic/random.js';
import { findKafka } from '../../scripts/backends/kafka.mjs';
import { findRedis } from '../../scripts/backends/redis.mjs';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { coxaWith, documentOf } from '../support/coxa.js';
import { Server } from '../support/server.js';
import { type Servers, startServers } from '../support/servers/servers.js';
import { tempFolder } from '../support/temp-folder.js';
import { webhookReceiver } from '../support/webhook-receiver.js';

const there = (await findKafka()).by !== 'none' && (await findRedis()).by !== 'none';
const bin = fileURLToPath(new URL('../../apps/cli/bin/coxa.js', import.meta.url));
const prefix = `move-${randomBytes(3).toString('hex')}`;
const names = namesOf(prefix);
const many = 300;
const single = 18;
const started = Date.now() - 8 * 86_400_000;
const at = (i: number) => new Date(started + i * 1_000_000).toISOString();
const paths = ['program', 'pain?limit=200', 'timeline?limit=200', 'rotation', 'sessions'];

interface Moved {
  readonly keys: number;
  readonly events: { readonly count: number };
  readonly topics: readonly { readonly topic: string; readonly count: number }[];
}

/** An installation on embedded storage, lived in, is carried to Kafka, Redis and an event store. */
(there ? describe : describe.skip)('moving to the distributed runtime (needs Kafka and Redis)', () => {
  let servers: Servers;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let hook: Awaited<ReturnType<typeof webhookReceiver>>;
  let from: string;
  let settings: Record<string, string>;
  let before: Record<string, unknown>;
  let told: number;

  beforeAll(async () => {
    folder = await tempFolder();
    from = join(folder.path, 'old');
    [servers, hook] = await Promise.all([startServers(), webhookReceiver()]);
    settings = {
      ...servers.env,
      COXA_PREFIX: prefix,
      COXA_KAFKA_PARTITIONS: '3',
      COXA_WEBHOOK_ALLOW_PRIVATE: 'true',
    };
  }, 300_000);
  afterAll(async () => {
    await Promise.all([servers.stop(), hook.close()]);
    await folder.remove();
  }, 60_000);

  const startOld = () =>
    Server.start({
      dataDir: from,
      env: {
        COXA_RUNTIME: 'embedded',
        COXA_LOG: 'embedded',
        COXA_PREFIX: prefix,
        COXA_WEBHOOK_ALLOW_PRIVATE: 'true',
      },
    });
  const doctor = () => issueToken(from, { role: 'clinician', subject: 'dr-lee' });
  const move = () => coxaWith(settings, folder.path, 'move', '--from', from, '--to', 'distributed', '--json');

  /** What patients and clinicians see. Positions are others in each store. */
  async function seen(address: string): Promise<Record<string, unknown>> {
    const api = new Api(address, await doctor());
    const all: Record<string, unknown> = {};
    for (const id of ['p1', 'p2', 'p3'])
      for (const path of paths) {
        const { status, body } = await api.get(`/v1/patients/${id}/${path}`);
        const { position: _position, asOf: _asOf, next: _next, ...rest } = body;
        all[`${id} ${path}`] = { status, ...rest };
      }
    all['alarms'] = (await api.get('/v1/alarms?limit=200')).body['items'];
    return all;
  }

  const parked = async (address: string) =>
    (
      await new Api(address, await issueToken(from, { role: 'operator', subject: 'ops' })).get<{
        items: { id: string; key: string }[];
      }>('/v1/ops/parked')
    ).body.items;

  /** Patients, check-ins with a note, an alarm that was told, a recording, and a message that is set aside with one behind it. */
  async function live(): Promise<Server> {
    let server = await startOld();
    const api = new Api(server.address, await doctor());
    for (const id of ['p1', 'p2', 'p3'])
      await enrol(api, id, { enrolledAt: new Date(Date.now() - 9 * 86_400_000).toISOString() });
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    const channels = [{ kind: 'webhook', url: hook.url, secret }];
    await api.put('/v1/receivers/team', { role: 'assigned', minSeverity: 'LOW', channels });
    for (const id of ['p1', 'p2'])
      await api.post(
        '/v1/check-ins',
        Array.from({ length: many }, (_, i) => checkIn(id, `c${i}`, at(i), 2, { note: `note ${i}` })),
      );
    // One by one, patients in turn: many small appends, so that a move can be stopped among them.
    await Promise.all(
      ['p1', 'p2', 'p3'].map(async (id) => {
        const mine = new Api(server.address, await issueToken(from, { role: 'patient', subject: id }));
        for (let i = 0; i < single; i++)
          expect((await mine.post('/v1/check-ins', checkIn(id, `s${i}`, at(many + i)))).status).toBe(202);
      }),
    );
    await api.post('/v1/check-ins', checkIn('p1', 'spike', new Date().toISOString(), 9));
    const registered = { patientId: 'p1', kind: 'imu', segment: 'thigh', side: 'left', model: 'acme-1' };
    const { body } = await api.post<{ deviceId: string; token: string }>('/v1/devices', {
      ...registered,
      mounting: [1, 0, 0, 0],
    });
    const session = {
      side: 'left',
      peaksDeg: [24, 25, 26, 25],
      sampleRateHz: 50,
      random: seeded(1),
    } as const;
    const sent = await new Api(server.address, body.token).post<{ position: string }>('/v1/readings', {
      deviceId: body.deviceId,
      sessionId: 's1',
      sequence: 0,
      ...{ kind: 'imu', segment: 'thigh', side: 'left', position: 'seated', purpose: 'measurement' },
      startedAt: new Date(Date.now() - 600_000).toISOString(),
      sampleRateHz: 50,
      channels: seatedImuSession(session),
      last: true,
    });
    await api.get(`/v1/patients/p1/rotation?after=${sent.body.position}`);
    expect(await until(() => hook.received.length > 0, 20_000)).toBe(true);
    expect(await server.stop()).toBe(0);
    const storage = await openEmbedded(from, systemClock);
    const headers = toHeaders({
      ...{ id: 'poison-1', source: 'elsewhere', type: 'coxa.check-in-reported.v1' },
      ...{ time: new Date().toISOString(), contentType: 'application/json' as const },
    });
    const poison = { topic: names.checkIns, key: 'p3', value: Buffer.from('no check-in'), headers };
    await storage.log.append([poison]);
    // Of somebody whose free text was erased.
    await storage.keyring.keyFor('gone');
    await storage.keyring.erase('gone');
    await storage.close();
    server = await startOld();
    await new Api(server.address, await doctor()).post(
      '/v1/check-ins',
      checkIn('p3', 'behind', new Date().toISOString(), 2),
    );
    expect(await until(async () => (await parked(server.address)).length === 2, 20_000)).toBe(true);
    return server;
  }

  test('given a server that runs on it, when it is to be moved, then that is refused with the number of the process, and nothing is carried', async () => {
    const server = await live();
    const { code, err } = await move();
    expect(code).toBe(1);
    expect(err).toContain(`in use by process ${server.process.pid}`);
    before = await seen(server.address);
    told = hook.received.length;
    expect(await server.stop()).toBe(0);
  }, 120_000);

  test('given a move that is killed among the events and again among the messages, when it is begun again, then everything lies there once, by count and hash', async () => {
    const masterKey = Buffer.from(readFileSync(join(from, 'keys', 'master.key'), 'utf8'), 'base64url');
    const { COXA_EVENTSTORE_URL: url = '', COXA_KAFKA_BROKERS: brokers = '' } = servers.env;
    const carriedEvents = async () => {
      const target = await openEventStoreDb({ url, prefix, masterKey });
      const events = await target.events.readAll(null, 10_000);
      await target.close();
      return events.length;
    };
    await killedWhen(async () => (await carriedEvents()) > 50);
    const cutShort = await carriedEvents();
    const log = await openKafka({ brokers: brokers.split(',') });
    const carriedMessages = async () =>
      (await log.offsets(names.checkIns)).reduce((sum, { end }) => sum + end, 0);
    await killedWhen(async () => (await carriedMessages()) > 0);
    const { code, out, err } = await move();
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    const moved = JSON.parse(out) as Moved;
    expect(moved.events.count).toBeGreaterThanOrEqual(cutShort);
    expect(await carriedEvents()).toBe(moved.events.count);
    expect(moved.keys).toBeGreaterThanOrEqual(4);
    const target = await openEventStoreDb({ url, prefix, masterKey });
    await expect(target.keyring.keyFor('gone')).rejects.toThrow(/erased/);
    await target.close();
    expect(moved.topics.find(({ topic }) => topic === names.checkIns)?.count).toBe(2 * many + 3 * single + 3);
    expect(moved.topics.find(({ topic }) => topic === names.readings)?.count).toBe(1);
    await log.close();
    // Once more changes nothing.
    expect(documentOf(await move())).toEqual(moved);
  }, 240_000);

  test('given what was moved, when services start on it, then all is seen as before, nothing is told again, repeats are known, and life goes on', async () => {
    const dataDir = join(folder.path, 'new');
    mkdirSync(dataDir);
    symlinkSync(join(from, 'keys'), join(dataDir, 'keys'));
    const server = await Server.start({ dataDir, env: settings, timeoutMs: 90_000 });
    await until(async () => isDeepStrictEqual(await seen(server.address), before), 30_000);
    expect(await seen(server.address)).toEqual(before);
    const verified = documentOf<{ ok: boolean; faults: string[] }>(
      await coxaWith(settings, dataDir, 'verify', '--json'),
    );
    expect(verified).toMatchObject({ ok: true, faults: [] });
    const api = new Api(server.address, await doctor());
    const old = checkIn('p1', 'c0', at(0), 2, { note: 'note 0' });
    expect((await api.post('/v1/check-ins', old)).body).toMatchObject({ accepted: 0, duplicates: 1 });
    const fresh = await api.post<{ position: string }>(
      '/v1/check-ins',
      checkIn('p2', 'fresh', new Date().toISOString(), 1),
    );
    const lately = new Date(Date.now() - 3_600_000).toISOString();
    const pain = await api.get(`/v1/patients/p2/pain?from=${lately}&after=${fresh.body.position}`);
    expect(JSON.stringify(pain.body)).toContain('"fresh"');
    // What waited behind the foreign message is let through once that is given up.
    const [poison, behind] = await parked(server.address);
    const operator = new Api(server.address, await issueToken(from, { role: 'operator', subject: 'ops' }));
    await operator.post(`/v1/ops/parked/${poison!.id}/drop`, {});
    await operator.post(`/v1/ops/parked/${behind!.id}/replay`, {});
    expect(await until(async () => (await parked(server.address)).length === 0, 20_000)).toBe(true);
    const theirs = async () => JSON.stringify((await api.get('/v1/patients/p3/pain')).body);
    // Parked no longer, it has still to become an event and then a part of the view.
    expect(await until(async () => (await theirs()).includes('"behind"'), 20_000)).toBe(true);
    expect(hook.received).toHaveLength(told);
    const again = await move();
    expect(again.code).toBe(1);
    expect(again.err).toMatch(/Redis holds views/);
    expect(await server.stop()).toBe(0);
  }, 240_000);

  /** Starts a move and ends it as a power cut does, as soon as it has come so far. */
  async function killedWhen(reached: () => Promise<boolean>): Promise<void> {
    const child: ChildProcess = spawn(
      process.execPath,
      [bin, 'move', '--from', from, '--to', 'distributed', '--json'],
      { env: { ...process.env, NODE_OPTIONS: '', ...settings }, stdio: 'ignore' },
    );
    const ended = once(child, 'exit');
    expect(await until(() => reached().catch(() => false), 60_000)).toBe(true);
    child.kill('SIGKILL');
    await ended;
  }
});
