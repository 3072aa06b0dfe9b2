import { rmSync } from 'node:fs';
import { join } from 'node:path';
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
import { fill, mountable, whyNoSmallDisk, withSmallDisk } from '../support/small-disk.js';

const program = mosquittoProgram();
/** So many batches fill whatever room the log has left. */
const most = 400;
const angles = Float32Array.from({ length: 5_000 }, (_, i) => Math.sin(i / 9));

interface Device {
  readonly deviceId: string;
  readonly token: string;
}

interface Outcome {
  /** `accepted` or the code of the problem. */
  readonly said: string;
  readonly duplicate?: boolean;
  readonly retryAfter?: string | null;
}

/** Sends one batch and resolves with what was said to it. */
type Send = (sequence: number) => Promise<Outcome>;

const batch = ({ deviceId }: Device, sequence: number): Uint8Array =>
  encodeCbor({
    deviceId,
    sessionId: 's',
    sequence,
    kind: 'goniometer',
    segment: 'thigh',
    side: 'left',
    position: 'seated',
    purpose: 'practice',
    startedAt: '2026-01-06T18:00:00Z',
    sampleRateHz: 50,
    channels: { angleDeg: angles },
  });

const overHttp =
  (address: string, device: Device): Send =>
  async (sequence) => {
    const answer = await fetch(`${address}/v1/readings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${device.token}`, 'content-type': 'application/cbor' },
      body: new Uint8Array(batch(device, sequence)),
    });
    const { code, duplicate } = (await answer.json()) as { code?: string; duplicate?: boolean };
    if (answer.status === 202) return { said: 'accepted', duplicate: duplicate! };
    return { said: `${answer.status} ${code}`, retryAfter: answer.headers.get('retry-after') };
  };

async function overWebSocket(address: string, device: Device): Promise<{ send: Send; socket: WebSocket }> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/v1/readings/stream`, {
    headers: { authorization: `Bearer ${device.token}` },
  });
  let answered: (outcome: Outcome) => void = () => undefined;
  socket.on('message', (data: Buffer) => {
    const { t, duplicate, problem } = decodeCbor(data) as {
      t: string;
      duplicate?: boolean;
      problem?: { status: number; code: string };
    };
    if (t === 'ack') answered({ said: 'accepted', duplicate: duplicate! });
    if (t === 'nack') answered({ said: `${problem!.status} ${problem!.code}` });
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const send: Send = (sequence) =>
    new Promise((resolve, reject) => {
      answered = resolve;
      socket.once('close', () => reject(new Error('the stream was closed')));
      socket.send(batch(device, sequence));
    });
  return { send, socket };
}

/** Sends until three were refused; answers which were taken and which were not. */
async function sendUntilRefused(send: Send, first: number) {
  const taken: number[] = [];
  const refused: number[] = [];
  const outcomes: Outcome[] = [];
  for (let sequence = first; sequence < first + most && refused.length < 3; sequence++) {
    const outcome = await send(sequence);
    (outcome.said === 'accepted' ? taken : refused).push(sequence);
    if (outcome.said !== 'accepted') outcomes.push(outcome);
  }
  return { taken, refused, outcomes };
}

/** Sends what was refused again, until it is taken. */
async function sendAgain(send: Send, sequence: number): Promise<Outcome> {
  for (let tries = 0; ; tries++) {
    const outcome = await send(sequence);
    if (outcome.said === 'accepted' || tries === 100) return outcome;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('a full disk, and readings', () => {
  if (!mountable()) {
    test.skip(whyNoSmallDisk, () => undefined);
    return;
  }
  let mosquitto: Mosquitto | undefined;

  beforeAll(async () => {
    if (program !== undefined) mosquitto = await Mosquitto.start(program);
    else console.info('MQTT: not run, no mosquitto on this machine');
  });

  afterAll(() => mosquitto?.end());

  test('given no space, when batches come over HTTP, WebSocket and from a broker, then they are refused or wait; when there is space again, then all come in, each once', async () => {
    await withSmallDisk(async (path) => {
      const env = { COXA_PREFIX: 'coxa', ...(mosquitto ? { COXA_MQTT_URL: mosquitto.url } : {}) };
      const server = await Server.start({ dataDir: path, env });
      const clinician = new Api(server.address, await server.token({ role: 'clinician', subject: 'dr-lee' }));
      await enrol(clinician, 'p1');
      const device = async (): Promise<Device> =>
        (
          await clinician.post<Device>('/v1/devices', {
            patientId: 'p1',
            kind: 'goniometer',
            segment: 'thigh',
            side: 'left',
            model: 'g',
          })
        ).body;
      const [one, other, third] = [await device(), await device(), await device()];
      const http = overHttp(server.address, one);
      const stream = await overWebSocket(server.address, other);
      // Each has been heard once: that a session begins is written down too.
      expect(await sendAgain(http, 0)).toMatchObject({ said: 'accepted' });
      expect(await sendAgain(stream.send, 0)).toMatchObject({ said: 'accepted' });
      const ballast = join(path, 'ballast');
      fill(ballast);

      const byHttp = await sendUntilRefused(http, 1);
      expect(byHttp.outcomes).toEqual(Array(3).fill({ said: '503 overloaded', retryAfter: '1' }));
      const byStream = await sendUntilRefused(stream.send, 1);
      expect(byStream.outcomes).toEqual(Array(3).fill({ said: '503 overloaded' }));
      const published: number[] = [];
      if (mosquitto) {
        const client = await connectAsync(mosquitto.url, { protocolVersion: 5 });
        for (let sequence = 0; sequence < 5; sequence++) {
          const bytes = Buffer.from(batch(third, sequence));
          await client.publishAsync(`coxa/${third.deviceId}/readings`, bytes, { qos: 1 });
          published.push(sequence);
        }
        await client.endAsync();
      }

      rmSync(ballast);
      for (const sequence of byHttp.refused)
        expect(await sendAgain(http, sequence)).toEqual({ said: 'accepted', duplicate: false });
      for (const sequence of byStream.refused)
        expect(await sendAgain(stream.send, sequence)).toEqual({ said: 'accepted', duplicate: false });
      const expected = [
        ...[0, ...byHttp.taken, ...byHttp.refused].map((n) => `${one.deviceId}/s/${n}`),
        ...[0, ...byStream.taken, ...byStream.refused].map((n) => `${other.deviceId}/s/${n}`),
        ...published.map((n) => `${third.deviceId}/s/${n}`),
      ];
      await counted(server, expected.length);
      stream.socket.removeAllListeners('close').terminate();
      expect(await server.stop()).toBe(0);
      expect((await keysInLog(path)).sort()).toEqual(expected.sort());
    });
  }, 180_000);
});

/** Waits until so many batches are there; what the broker holds comes in little by little. */
async function counted(server: Server, batches: number): Promise<void> {
  const operator = new Api(server.address, await server.token({ role: 'operator', subject: 'ops' }));
  for (let tries = 0; tries < 60; tries++) {
    const { body } = await operator.post<{ ok: boolean; batches: number }>('/v1/ops/verify', {});
    if (body.ok && body.batches >= batches) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** The name of every batch that lies in the log. */
async function keysInLog(dataDir: string): Promise<string[]> {
  const { log, close } = await openEmbedded(dataDir, systemClock);
  const keys: string[] = [];
  for (let from = 0; ;) {
    const messages = await log.read(namesOf('coxa').readings, 0, from, 500);
    if (messages.length === 0) break;
    keys.push(...messages.map(({ headers }) => headers['ce_id']!));
    from = messages.at(-1)!.offset + 1;
  }
  await close();
  return keys;
}
