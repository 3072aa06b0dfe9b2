import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@coxa/eventing';
import { ensureSigningKey, issueToken, type TokenRequest } from '@coxa/platform';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findKafka } from '../../scripts/backends/kafka.mjs';
import { findRedis } from '../../scripts/backends/redis.mjs';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { type Servers, startServers } from '../support/servers/servers.js';
import { Service, type ServiceName } from '../support/servers/service.js';
import { tempFolder } from '../support/temp-folder.js';
import { webhookReceiver } from '../support/webhook-receiver.js';

const there = (await findKafka()).by !== 'none' && (await findRedis()).by !== 'none';
const patients = ['s1', 's2', 's3', 's4', 's5', 's6'];

/** Two instances of each service, as processes of their own, on Kafka, Redis and an event store. */
(there ? describe : describe.skip)('three services, two instances of each', () => {
  let servers: Servers | undefined;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let hook: Awaited<ReturnType<typeof webhookReceiver>> | undefined;
  /** Each that was ever begun, whether or not it came up. */
  const begun: Promise<Service>[] = [];
  const all: Record<ServiceName, Service[]> = { ingest: [], program: [], notification: [] };
  const acknowledged = new Map<string, Set<string>>(patients.map((id) => [id, new Set()]));
  let started = 0;
  let counter = 0;

  const start = (name: ServiceName): Promise<Service> => {
    const dataDir = join(folder.path, `${name}-${started++}`);
    const env = {
      ...servers!.env,
      COXA_PREFIX: `several-${process.pid}`,
      COXA_KAFKA_PARTITIONS: '4',
      COXA_WEBHOOK_ALLOW_PRIVATE: 'true',
    };
    const service = Service.start({ name, dataDir, keys: join(folder.path, 'keys'), env });
    begun.push(service);
    return service;
  };
  const token = (request: TokenRequest) => issueToken(folder.path, request);
  const doctor = () => token({ role: 'clinician', subject: 'dr-lee' });

  beforeAll(async () => {
    folder = await tempFolder();
    servers = await startServers();
    hook = await webhookReceiver();
    mkdirSync(join(folder.path, 'keys'), { recursive: true });
    await ensureSigningKey(folder.path);
    for (const name of ['program', 'ingest', 'notification'] as const)
      all[name] = await Promise.all([start(name), start(name)]);
  }, 300_000);

  afterAll(async () => {
    // One that failed to start has ended itself; the others must not outlive it.
    await Promise.allSettled(begun.map(async (service) => (await service).end('SIGKILL')));
    await hook?.close();
    await servers?.stop();
    await folder.remove();
  }, 120_000);

  test('given a patient enrolled at one instance, when check-ins go to the others, then every instance shows them, a repeat counts once, and one webhook is sent', async () => {
    const clinician = await doctor();
    const [first, second] = all.program.map(({ address }) => new Api(address, clinician));
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    const receiver = {
      role: 'assigned',
      minSeverity: 'LOW',
      channels: [{ kind: 'webhook', url: hook!.url, secret }],
    };
    expect(
      (await new Api(all.notification[1]!.address, clinician).put('/v1/receivers/team', receiver)).status,
    ).toBeLessThan(300);
    const enrolledAt = new Date(Date.now() - 3_600_000).toISOString();
    for (const id of patients) expect((await enrol(first!, id, { enrolledAt })).status).toBe(201);
    const patient = await token({ role: 'patient', subject: 's1' });
    const [one, other] = all.ingest.map(({ address }) => new Api(address, patient));
    const spike = checkIn('s1', 'spike', new Date().toISOString(), 8);
    const answer = await one!.post<{ position: string; accepted: number }>('/v1/check-ins', spike);
    expect(answer).toMatchObject({ status: 202, body: { accepted: 1 } });
    for (const program of [first!, second!]) {
      const pain = await program.get<{ items: { checkInId: string }[] }>(
        `/v1/patients/s1/pain?after=${answer.body.position}`,
      );
      expect(pain.body.items?.map(({ checkInId }) => checkInId)).toEqual(['spike']);
      expect((await program.get(`/v1/patients/s1/program`)).status).toBe(200);
    }
    expect((await other!.post('/v1/check-ins', spike)).body).toMatchObject({ accepted: 0, duplicates: 1 });
    acknowledged.get('s1')!.add('spike');
    expect(await until(() => hook!.received.length > 0, 20_000)).toBe(true);
    // Deliveries are planned in one of them: the other waited for a plan of its own, and refused for good.
    for (const { address } of all.notification) {
      const api = new Api(address, clinician);
      const shown = () =>
        api.get<{ items: { alarmId: string }[] }>(`/v1/deliveries?after=${answer.body.position}`);
      expect(await until(async () => (await shown()).status === 200, 30_000)).toBe(true);
      expect((await shown()).body.items).toHaveLength(1);
    }
  }, 120_000);

  test('given load, when instances of every service are killed, stopped and started in turn, then nothing is lost, twice, or told twice', async () => {
    const clinician = await doctor();
    let stopped = false;
    const loops = patients.map(async (id) => {
      const mine = await token({ role: 'patient', subject: id });
      while (!stopped) {
        const name = `${id}-${counter++}`;
        const to = all.ingest[counter % all.ingest.length];
        const pain = counter % 40 === 39 ? 8 : 2;
        const sent = checkIn(id, name, new Date().toISOString(), pain);
        const answer = to
          ? await new Api(to.address, mine).post('/v1/check-ins', sent).catch(() => undefined)
          : undefined;
        if (answer?.status === 202) acknowledged.get(id)!.add(name);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    });
    try {
      for (const name of ['program', 'notification', 'ingest'] as const)
        for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
          const [leaving, staying] = all[name];
          all[name] = [staying!];
          const code = await leaving!.end(signal);
          if (signal === 'SIGTERM') expect({ name, code }).toEqual({ name, code: 0 });
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          all[name] = [staying!, await start(name)];
        }
    } finally {
      // Also when something is not as it should be: else they would go on for ever.
      stopped = true;
      await Promise.all(loops);
    }
    const calmAt = performance.now();
    const total = [...acknowledged.values()].reduce((sum, ids) => sum + ids.size, 0);
    expect(total).toBeGreaterThan(100);
    for (const program of all.program) {
      const api = new Api(program.address, clinician);
      for (const [id, sent] of acknowledged) {
        let seen: string[] = [];
        const shown = await until(async () => {
          seen = await painOf(api, id);
          return [...sent].every((name) => seen.includes(name));
        }, 40_000);
        expect({ id, shown, missing: [...sent].filter((name) => !seen.includes(name)) }).toEqual({
          id,
          shown: true,
          missing: [],
        });
        expect(new Set(seen).size).toBe(seen.length);
      }
    }
    console.info(
      `every instance of every service killed and restarted under load: ${total} check-ins, all shown by every instance ${Math.round(performance.now() - calmAt)} ms after the last restart`,
    );
    // An alarm that was told was told under one id, and each that stands was told.
    const alarms = new Api(all.notification[0]!.address, clinician);
    const raised = await alarms.get<{ items: { id: string }[] }>('/v1/alarms?limit=200');
    const told = () =>
      hook!.received.map(({ headers, body }) => ({
        id: String(headers['webhook-id']),
        alarm: (JSON.parse(body) as { data: { alarmId: string } }).data.alarmId,
      }));
    expect(
      await until(
        () => raised.body.items.every(({ id }) => told().some(({ alarm }) => alarm === id)),
        40_000,
      ),
    ).toBe(true);
    for (const { id } of raised.body.items)
      expect(new Set(told().flatMap((each) => (each.alarm === id ? [each.id] : []))).size).toBe(1);
  }, 400_000);
});

async function painOf(api: Api, id: string): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { body: { items?: { checkInId: string }[]; next?: string | null } } = await api.get(
      `/v1/patients/${id}/pain?limit=200${cursor ? `&cursor=${cursor}` : ''}`,
    );
    seen.push(...(page.body.items ?? []).map(({ checkInId }) => checkInId));
    cursor = page.body.next ?? null;
  }
  return seen;
}
