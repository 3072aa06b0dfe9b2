import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeCbor, encodeCbor } from '@coxa/contracts';
import { WebSocket } from 'ws';
import { Api } from '../support/api.js';
import { checkIn, enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';
import { webhookReceiver } from '../support/webhook-receiver.js';

const kills = 25;
const patients = ['k1', 'k2', 'k3', 'k4'];

/** What was acknowledged, and therefore must be there once. */
interface Acknowledged {
  readonly checkIns: Map<string, Set<string>>;
  readonly batches: Set<string>;
}

describe('kill -9 at random moments under load', () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let hook: Awaited<ReturnType<typeof webhookReceiver>>;
  let server: Server;
  const env = { COXA_WEBHOOK_ALLOW_PRIVATE: 'true' };
  const clinicianToken = () => server.token({ role: 'clinician', subject: 'dr-lee' });

  beforeAll(async () => {
    folder = await tempFolder();
    hook = await webhookReceiver();
    server = await Server.start({ dataDir: folder.path, env });
  });

  afterAll(async () => {
    await server.stop();
    await hook.close();
    await folder.remove();
  });

  test(`given ${kills} kills, when the server has come back, then every acknowledged item is there once, views equal the fold, and each alarm was told, under one id`, async () => {
    let clinician = new Api(server.address, await clinicianToken());
    const enrolledAt = new Date(Date.now() - 3_600_000).toISOString();
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    await clinician.put('/v1/receivers/team', {
      role: 'assigned',
      subject: 'dr-lee',
      minSeverity: 'LOW',
      channels: [{ kind: 'webhook', url: hook.url, secret }],
    });
    const devices = new Map<string, { deviceId: string; token: string }>();
    for (const id of patients) {
      await enrol(clinician, id, {
        enrolledAt,
        consent: { version: '1', at: enrolledAt },
        education: { acknowledgedAt: enrolledAt },
        baseline: { pain: 2 },
      });
      devices.set(
        id,
        (
          await clinician.post<{ deviceId: string; token: string }>('/v1/devices', {
            patientId: id,
            kind: 'goniometer',
            segment: 'thigh',
            side: 'left',
            model: 'g',
          })
        ).body,
      );
    }
    const acknowledged: Acknowledged = {
      checkIns: new Map(patients.map((id) => [id, new Set()])),
      batches: new Set(),
    };
    for (let round = 0; round < kills; round++) {
      const load = new AbortController();
      const senders = patients.flatMap((id) => [
        sendCheckIns(server.address, id, round, acknowledged, load.signal, server),
        sendBatches(server.address, id, round, devices.get(id)!, acknowledged, load.signal),
        streamBatches(server.address, `w-${id}-${round}`, devices.get(id)!, acknowledged, load.signal),
      ]);
      await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 500));
      await server.kill();
      load.abort();
      await Promise.all(senders);
      server = await Server.start({ dataDir: folder.path, env });
      // Dealt with, so that the next pain is an alarm of its own.
      clinician = new Api(server.address, await clinicianToken());
      for (const { id } of await everything<{ id: string }>(clinician, '/v1/alarms', 'state=active'))
        await clinician.post(`/v1/alarms/${id}/clear`, {});
    }
    clinician = new Api(server.address, await clinicianToken());
    const operator = new Api(server.address, await server.token({ role: 'operator', subject: 'ops' }));

    for (const id of patients) {
      const seen = (await everything<{ checkInId: string }>(clinician, `/v1/patients/${id}/pain`)).map(
        ({ checkInId }) => checkInId,
      );
      expect(new Set(seen).size).toBe(seen.length);
      expect([...acknowledged.checkIns.get(id)!].filter((sent) => !seen.includes(sent))).toEqual([]);
    }
    const sessions = (
      await Promise.all(patients.map((id) => everything<Session>(clinician, `/v1/patients/${id}/sessions`)))
    ).flat();
    for (const batch of acknowledged.batches) {
      const [sessionId, sequence] = batch.split('#') as [string, string];
      const session = sessions.find((each) => each.sessionId === sessionId);
      expect(session).toBeDefined();
      expect(session!.missing.some(([from, to]) => from <= Number(sequence) && Number(sequence) <= to)).toBe(
        false,
      );
    }
    const verified = await operator.post<{ ok: boolean; faults: string[]; checkIns: number }>(
      '/v1/ops/verify',
      {},
    );
    expect(verified.body).toMatchObject({ ok: true, faults: [] });
    const total = [...acknowledged.checkIns.values()].reduce((sum, ids) => sum + ids.size, 0);
    console.info(
      `${kills} kills: ${total} check-ins and ${acknowledged.batches.size} batches acknowledged, all there once`,
    );
    expect(total).toBeGreaterThan(kills);

    // Every alarm was told, under one id however often the attempt had to be made again, and not again once that was on record.
    const raised = (await everything<{ id: string }>(clinician, '/v1/alarms')).map(({ id }) => id);
    let told: Told[] = [];
    for (let tries = 0; tries < 200; tries++) {
      told = await everything<Told>(clinician, '/v1/deliveries');
      if (told.length >= raised.length && told.every(({ state }) => state === 'delivered')) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(told.map(({ alarmId }) => alarmId).sort()).toEqual(raised.sort());
    for (const { state, attempts } of told)
      expect([state, attempts.filter(({ status }) => status === 204).length]).toEqual(['delivered', 1]);
    const ids = hook.received.map(
      ({ headers, body }) =>
        `${(JSON.parse(body) as { data: { alarmId: string } }).data.alarmId} ${String(headers['webhook-id'])}`,
    );
    const alarms = new Set(ids.map((each) => each.split(' ')[0]));
    expect(new Set(ids).size).toBe(alarms.size);
    expect([...alarms].sort()).toEqual(raised.sort());
  }, 300_000);
});

interface Session {
  readonly sessionId: string;
  readonly missing: readonly [number, number][];
}

interface Told {
  readonly alarmId: string;
  readonly state: string;
  readonly attempts: readonly { readonly status: number | string }[];
}

async function sendCheckIns(
  address: string,
  id: string,
  round: number,
  acknowledged: Acknowledged,
  signal: AbortSignal,
  server: Server,
): Promise<void> {
  const api = new Api(address, await server.token({ role: 'patient', subject: id }));
  for (let n = 0; !signal.aborted; n++) {
    const name = `${id}-${round}-${n}`;
    // Every tenth hurts, so that alarms are on their way too.
    const pain = n % 10 === 9 ? 8 : 2;
    const answer = await api
      .post('/v1/check-ins', checkIn(id, name, new Date().toISOString(), pain))
      .catch(() => undefined);
    if (answer?.status === 202) acknowledged.checkIns.get(id)!.add(name);
    if (answer?.status !== 202) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The same over WebSocket, as many under way as the credit allows. */
async function streamBatches(
  address: string,
  sessionId: string,
  { deviceId, token }: { deviceId: string; token: string },
  acknowledged: Acknowledged,
  signal: AbortSignal,
): Promise<void> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/v1/readings/stream`, {
    headers: { authorization: `Bearer ${token}` },
  });
  socket.on('error', () => undefined);
  let sequence = 0;
  const send = () => {
    const channels = { angleDeg: Float32Array.from({ length: 50 }, (_, i) => i / 2) };
    socket.send(encodeCbor({ ...practice(deviceId, sessionId, sequence++), channels }));
  };
  let first = true;
  socket.on('message', (data: Buffer) => {
    const answer = decodeCbor(data) as { t: string; n: number; sequence: number };
    if (answer.t === 'ack') acknowledged.batches.add(`${sessionId}#${answer.sequence}`);
    if (signal.aborted) return;
    if (answer.t !== 'credit') send();
    else if (first) for (let i = 0; i < answer.n; i++) send();
    first = false;
  });
  await new Promise((resolve) => socket.once('close', resolve));
}

const practice = (deviceId: string, sessionId: string, sequence: number) => ({
  deviceId,
  sessionId,
  sequence,
  kind: 'goniometer',
  segment: 'thigh',
  side: 'left',
  position: 'seated',
  purpose: 'practice',
  startedAt: new Date().toISOString(),
  sampleRateHz: 50,
});

async function sendBatches(
  address: string,
  id: string,
  round: number,
  { deviceId, token }: { deviceId: string; token: string },
  acknowledged: Acknowledged,
  signal: AbortSignal,
): Promise<void> {
  const api = new Api(address, token);
  const sessionId = `s-${id}-${round}`;
  for (let sequence = 0; !signal.aborted; sequence++) {
    const batch = {
      ...practice(deviceId, sessionId, sequence),
      channels: { angleDeg: Array.from({ length: 50 }, (_, i) => i / 2) },
    };
    const answer = await api.post('/v1/readings', batch).catch(() => undefined);
    if (answer?.status === 202) acknowledged.batches.add(`${sessionId}#${sequence}`);
  }
}

async function everything<T>(api: Api, path: string, filter = ''): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body }: { body: { items: T[]; next: string | null } } = await api.get(
      `${path}?limit=200${filter && `&${filter}`}${cursor ? `&cursor=${cursor}` : ''}`,
    );
    items.push(...body.items);
    cursor = body.next;
  }
  return items;
}
