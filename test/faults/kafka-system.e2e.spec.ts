import { until } from '@coxa/eventing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Kafka, logLevel } from 'kafkajs';
import { kafkaProgramsThere } from '../../scripts/backends/kafka.mjs';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { KafkaCluster } from '../support/kafka/cluster.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

const prefix = 'faults';
const patients = ['f1', 'f2', 'f3'];

(kafkaProgramsThere() ? describe : describe.skip)('the system while Kafka is away', () => {
  let cluster: KafkaCluster;
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let server: Server;
  let clinician: Api;
  const acknowledged = new Map<string, Set<string>>(patients.map((id) => [id, new Set()]));
  let counter = 0;

  beforeAll(async () => {
    cluster = await KafkaCluster.start({ proxied: true });
    folder = await tempFolder();
    const env = {
      COXA_LOG: 'kafka',
      COXA_KAFKA_BROKERS: cluster.addresses.join(','),
      COXA_KAFKA_PARTITIONS: '3',
      COXA_PREFIX: prefix,
    };
    server = await Server.start({ dataDir: folder.path, env, timeoutMs: 60_000 });
    clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
    for (const id of patients)
      await enrol(clinician, id, { enrolledAt: new Date(Date.now() - 3_600_000).toISOString() });
  }, 300_000);
  afterAll(async () => {
    await server.stop();
    await cluster.stop();
    await folder.remove();
  });

  /** Sends check-ins of each patient, one after the other, until told to stop; the longest wait for an answer. */
  function load() {
    let stopped = false;
    let longest = 0;
    const loops = patients.map(async (id) => {
      const api = new Api(server.address, await server.token({ role: 'patient', subject: id }));
      while (!stopped) {
        const name = `${id}-${counter++}`;
        const began = performance.now();
        const answer = await api.post('/v1/check-ins', checkIn(id, name, new Date().toISOString()));
        longest = Math.max(longest, performance.now() - began);
        if (answer.status === 202) acknowledged.get(id)!.add(name);
        else expect(answer.status).toBe(503);
        await new Promise((resolve) => setTimeout(resolve, answer.status === 202 ? 70 : 300));
      }
    });
    return {
      async stop() {
        stopped = true;
        await Promise.all(loops);
        return longest;
      },
    };
  }

  const total = () => [...acknowledged.values()].reduce((sum, ids) => sum + ids.size, 0);
  const taken = async () => {
    const before = total();
    expect(await until(() => total() > before + patients.length, 60_000)).toBe(true);
  };
  const ready = async () => (await fetch(`${server.address}/health/ready`)).status;

  /** Every acknowledged check-in is shown once, and the views are the fold of their events. */
  async function expectAllThere(): Promise<void> {
    for (const id of patients) {
      const all = acknowledged.get(id)!;
      let seen: string[] = [];
      const shown = await until(async () => {
        seen = await painOf(clinician, id);
        return [...all].every((name) => seen.includes(name));
      }, 30_000);
      expect({ id, shown }).toEqual({ id, shown: true });
      expect(new Set(seen).size).toBe(seen.length);
    }
    const operator = new Api(server.address, await server.token({ role: 'operator', subject: 'ops' }));
    expect((await operator.post('/v1/ops/verify', {})).body).toMatchObject({ ok: true, faults: [] });
  }

  test('given load, when the broker is killed and started again, three times, then nothing acknowledged is lost or twice', async () => {
    const sending = load();
    const recoveries: number[] = [];
    for (let kill = 0; kill < 3; kill++) {
      await taken();
      await cluster.node(1).down();
      cluster.node(1).up();
      const upAt = performance.now();
      await taken();
      recoveries.push(performance.now() - upAt);
    }
    await sending.stop();
    const metrics = await (await fetch(`${server.address}/metrics`)).text();
    expect(metrics).toMatch(/coxa_consumer_lag\{group="program",topic="faults\.check-ins\.v1"\} \d+/);
    console.info(
      `broker killed 3 times: ms from its start until check-ins were taken again: ${recoveries.map(Math.round).join(' ')}`,
    );
    await expectAllThere();
    expect(await until(async () => (await ready()) === 200, 20_000)).toBe(true);
  }, 240_000);

  test('given load, when the network to the broker is cut for a minute, then requests are refused in time, readiness says so, and afterwards all goes on', async () => {
    const sending = load();
    await taken();
    for (const proxy of cluster.proxies) proxy.pullCable();
    expect(await until(async () => (await ready()) === 503, 30_000)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    for (const proxy of cluster.proxies) proxy.plugIn();
    const backAt = performance.now();
    await taken();
    const recovery = performance.now() - backAt;
    const longest = await sending.stop();
    await expectAllThere();
    console.info(
      `network cut for 60 s: check-ins taken again after ${Math.round(recovery)} ms; longest wait for an answer ${Math.round(longest)} ms`,
    );
    expect(await until(async () => (await ready()) === 200, 30_000)).toBe(true);
  }, 240_000);

  test('given messages on our topics that nobody of ours wrote, when they are consumed, then they are parked with their reasons, and other patients go on', async () => {
    const producer = new Kafka({ brokers: cluster.addresses, logLevel: logLevel.NOTHING }).producer();
    await producer.connect();
    const foreign = { key: 'f3', headers: { ce_id: 'foreign', ce_type: 'who.knows.v9' } };
    await producer.send({
      topic: `${prefix}.check-ins.v1`,
      messages: [
        { ...foreign, value: 'not json' },
        { value: null },
        { ...foreign, value: Buffer.from([0, 255, 17]) },
      ],
    });
    await producer.send({ topic: `${prefix}.readings.v1`, messages: [{ ...foreign, value: 'no cbor' }] });
    await producer.send({ topic: `${prefix}.program-events.v1`, messages: [{ ...foreign, value: '{}' }] });
    await producer.disconnect();
    const operator = new Api(server.address, await server.token({ role: 'operator', subject: 'ops' }));
    let parked: { reason: string; origin: { topic: string } }[] = [];
    await until(async () => {
      parked = (await operator.get<{ items: typeof parked }>('/v1/ops/parked')).body.items;
      return parked.length >= 5;
    }, 20_000);
    expect(new Set(parked.map(({ origin }) => origin.topic))).toEqual(
      new Set(['check-ins', 'readings', 'program-events'].map((name) => `${prefix}.${name}.v1`)),
    );
    for (const { reason } of parked) expect(reason).not.toBe('');
    const patient = new Api(server.address, await server.token({ role: 'patient', subject: 'f1' }));
    const answer = await patient.post<{ position: string }>(
      '/v1/check-ins',
      checkIn('f1', 'after-foreign', new Date().toISOString()),
    );
    const pain = await clinician.get(`/v1/patients/f1/pain?after=${answer.body.position}`);
    expect(pain.status).toBe(200);
  }, 60_000);
});

async function painOf(clinician: Api, id: string): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: { body: { items?: { checkInId: string }[]; next?: string | null } } = await clinician.get(
      `/v1/patients/${id}/pain?limit=200${cursor ? `&cursor=${cursor}` : ''}`,
    );
    seen.push(...(page.body.items ?? []).map(({ checkInId }) => checkInId));
    cursor = page.body.next ?? null;
  }
  return seen;
}
