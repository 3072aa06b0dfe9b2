import { readdirSync } from 'node:fs';
import { openEmbedded } from '@coxa/adapter-embedded';
import { decodeCbor, encodeCbor, namesOf } from '@coxa/contracts';
import { systemClock } from '@coxa/eventing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectAsync } from 'mqtt';
import { WebSocket } from 'ws';
import { Mosquitto, mosquittoProgram } from '../../apps/ingest/test/mosquitto.js';
import { Api } from '../support/api.js';
import { enrol } from '../support/clinic.js';
import { Server } from '../support/server.js';
import { tempFolder } from '../support/temp-folder.js';

const kills = 26;
const program = mosquittoProgram();

interface Device {
  readonly deviceId: string;
  readonly token: string;
}

/** Sends until the signal aborts; notes the key of each batch that was acknowledged. */
type Sender = (address: string, device: Device, round: number, signal: AbortSignal) => Promise<void>;

const acknowledged = new Set<string>();
const keyOf = (deviceId: string, sessionId: string, sequence: number) =>
  `${deviceId}/${sessionId}/${sequence}`;

const batch = ({ deviceId }: Device, sessionId: string, sequence: number) => ({
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
const angles = Array.from({ length: 50 }, (_, i) => i / 2);
const cbor = (device: Device, sessionId: string, sequence: number): Uint8Array =>
  encodeCbor({
    ...batch(device, sessionId, sequence),
    channels: { angleDeg: Float32Array.from(angles) },
  });

/** One after the other over HTTP. */
const http =
  (type: 'json' | 'cbor'): Sender =>
  async (address, device, round, signal) => {
    const sessionId = `${type}-${round}`;
    for (let sequence = 0; !signal.aborted; sequence++) {
      const body =
        type === 'cbor'
          ? new Uint8Array(cbor(device, sessionId, sequence))
          : JSON.stringify({ ...batch(device, sessionId, sequence), channels: { angleDeg: angles } });
      const answer = await fetch(`${address}/v1/readings`, {
        method: 'POST',
        headers: { authorization: `Bearer ${device.token}`, 'content-type': `application/${type}` },
        body,
      }).catch(() => undefined);
      if (answer?.status === 202) acknowledged.add(keyOf(device.deviceId, sessionId, sequence));
    }
  };

/** As many under way as the credit allows. */
const stream: Sender = async (address, device, round, signal) => {
  const sessionId = `websocket-${round}`;
  const socket = new WebSocket(`${address.replace('http', 'ws')}/v1/readings/stream`, {
    headers: { authorization: `Bearer ${device.token}` },
  });
  socket.on('error', () => undefined);
  let sequence = 0;
  let credit = 0;
  socket.on('message', (data: Buffer) => {
    const answer = decodeCbor(data) as { t: string; n: number; sequence: number };
    if (answer.t === 'ack') acknowledged.add(keyOf(device.deviceId, sessionId, answer.sequence));
    credit = answer.t === 'credit' ? credit || answer.n : 1;
    if (signal.aborted || (answer.t === 'credit' && sequence > 0)) return;
    for (; credit > 0; credit--) socket.send(cbor(device, sessionId, sequence++));
  });
  await new Promise((resolve) => socket.once('close', resolve));
};

/** Through a broker, which keeps what it has taken while the server is away. */
const broker =
  (url: string): Sender =>
  async (_address, device, round, signal) => {
    const sessionId = `mqtt-${round}`;
    const client = await connectAsync(url, { protocolVersion: 5 });
    for (let sequence = 0; !signal.aborted && sequence < 40; sequence++) {
      const bytes = Buffer.from(cbor(device, sessionId, sequence));
      await client.publishAsync(`coxa/${device.deviceId}/readings`, bytes, { qos: 1 });
      acknowledged.add(keyOf(device.deviceId, sessionId, sequence));
    }
    await client.endAsync();
  };

describe('kill -9 under every transport', () => {
  let folder: Awaited<ReturnType<typeof tempFolder>>;
  let mosquitto: Mosquitto | undefined;

  beforeAll(async () => {
    folder = await tempFolder();
    if (program !== undefined) mosquitto = await Mosquitto.start(program);
    else console.info('MQTT: not run, no mosquitto on this machine');
  });

  afterAll(async () => {
    await mosquitto?.end();
    await folder.remove();
  });

  test(`given ${kills} kills while devices send over HTTP (JSON and CBOR), WebSocket and MQTT, then every acknowledged batch is there once, and none twice`, async () => {
    const env = { COXA_PREFIX: 'coxa', ...(mosquitto ? { COXA_MQTT_URL: mosquitto.url } : {}) };
    let server = await Server.start({ dataDir: folder.path, env });
    const clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
    const enrolledAt = new Date(Date.now() - 3_600_000).toISOString();
    await enrol(clinician, 'p1', { enrolledAt, consent: { version: '1', at: enrolledAt } });
    const senders: Sender[] = [http('json'), http('cbor'), stream];
    if (mosquitto) senders.push(broker(mosquitto.url));
    const devices: Device[] = [];
    for (const _sender of senders) {
      const kind = { patientId: 'p1', kind: 'goniometer', segment: 'thigh', side: 'left', model: 'g' };
      devices.push((await clinician.post<Device>('/v1/devices', kind)).body);
    }
    for (let round = 0; round < kills; round++) {
      const load = new AbortController();
      const sending = senders.map((send, i) => send(server.address, devices[i]!, round, load.signal));
      await allHeard(devices);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 260));
      await server.kill();
      load.abort();
      await Promise.all(sending);
      server = await Server.start({ dataDir: folder.path, env });
    }
    const verified = await settled(server);
    expect(await server.stop()).toBe(0);

    const found = await keysInLog(folder.path);
    expect(found.length).toBe(new Set(found).size);
    const there = new Set(found);
    expect([...acknowledged].filter((key) => !there.has(key))).toEqual([]);
    expect(verified).toMatchObject({ ok: true, faults: [] });
    for (const [i, { deviceId }] of devices.entries()) {
      const many = acknowledgedOf(deviceId) >= 2 * kills;
      expect({ sender: i, many }).toEqual({ sender: i, many: true });
    }
    expect(readdirSync(folder.path)).not.toContain('server.json');
    console.info(`${kills} kills: ${acknowledged.size} batches acknowledged, all there once`);
  }, 300_000);
});

const acknowledgedOf = (deviceId: string): number =>
  [...acknowledged].filter((key) => key.startsWith(`${deviceId}/`)).length;

/** A server is not killed before every device has heard of two more batches, however busy the machine is. */
async function allHeard(devices: readonly Device[]): Promise<void> {
  const before = devices.map(({ deviceId }) => acknowledgedOf(deviceId));
  while (devices.some(({ deviceId }, i) => acknowledgedOf(deviceId) < before[i]! + 2))
    await new Promise((resolve) => setTimeout(resolve, 20));
}

interface Verified {
  readonly ok: boolean;
  readonly batches: number;
  readonly faults: readonly unknown[];
}

/** What the broker still holds comes in after the last start: asks until nothing more does and all views agree. */
async function settled(server: Server): Promise<Verified> {
  const operator = new Api(server.address, await server.token({ role: 'operator', subject: 'ops' }));
  let before = -1;
  for (let tries = 0; ; tries++) {
    const { body } = await operator.post<Verified>('/v1/ops/verify', {});
    if ((body.ok && body.batches === before) || tries === 60) return body;
    before = body.batches;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** The name of every batch that lies in the log. */
async function keysInLog(dataDir: string): Promise<string[]> {
  const { log, close } = await openEmbedded(dataDir, systemClock);
  const topic = namesOf('coxa').readings;
  const keys: string[] = [];
  for (let from = 0; ;) {
    const messages = await log.read(topic, 0, from, 500);
    if (messages.length === 0) break;
    keys.push(...messages.map(({ headers }) => headers['ce_id']!));
    from = messages.at(-1)!.offset + 1;
  }
  await close();
  return keys;
}
