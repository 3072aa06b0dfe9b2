import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '@coxa/adapter-embedded';
import { namesOf, type RegistryFact, registryKey } from '@coxa/contracts';
import { type Keyring, type LogMessage, type MessageLog, Registry, systemClock } from '@coxa/eventing';
import {
  issueToken,
  KEYRING,
  loadConfig,
  MESSAGE_LOG,
  type RunningService,
  startService,
  type TokenRequest,
  type WireLimits,
} from '@coxa/platform';
import type { Provider } from '@nestjs/common';
import { IngestModule } from '../src/index.js';
import { BATCH_RATE } from '../src/limits.js';
import { RateLimit } from '../src/rate-limit.js';

export const names = namesOf('coxa');
export const ana = 'patient-ana';
export const ben = 'patient-ben';
export const anasSensor = 'device-ana';
export const bensSensor = 'device-ben';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

type Body = string | Uint8Array;

/** The ingest service on embedded storage and a free port, with two people, a sensor each, in the care of dr-lee and dr-kim. */
export class Scene {
  private constructor(
    readonly dataDir: string,
    private service: RunningService,
    private readonly env: Record<string, string>,
    private readonly special: Special,
  ) {}

  static async start(env: Record<string, string> = {}, special: Special = {}): Promise<Scene> {
    const dataDir = await mkdtemp(join(tmpdir(), 'coxa-ingest-'));
    const scene = new Scene(dataDir, await serve(dataDir, env, special), env, special);
    await scene.register(patient(ana), patient(ben), sensor(anasSensor, ana), sensor(bensSensor, ben));
    return scene;
  }

  /** Stops, hands the folder to `between`, and starts again on it. */
  async restart(between: (dataDir: string) => Promise<void> = async () => undefined): Promise<void> {
    await this.service.stop();
    await between(this.dataDir);
    this.service = await serve(this.dataDir, this.env, this.special);
  }

  async end(): Promise<void> {
    await this.service.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  get log(): MessageLog {
    return this.service.app.get<MessageLog>(MESSAGE_LOG, { strict: false });
  }

  get keyring(): Keyring {
    return this.service.app.get<Keyring>(KEYRING, { strict: false });
  }

  get address(): string {
    return this.service.address;
  }

  async register(...facts: RegistryFact[]): Promise<void> {
    await this.log.append(
      facts.map((fact) => ({
        topic: names.registry,
        key: registryKey(fact),
        value: Buffer.from(JSON.stringify(fact)),
        headers: {},
      })),
    );
    await this.service.app.get(Registry).catchUp(10_000);
  }

  async as(request: TokenRequest): Promise<Record<string, string>> {
    return { authorization: `Bearer ${await issueToken(this.dataDir, request)}` };
  }

  patient(id: string): Promise<Record<string, string>> {
    return this.as({ role: 'patient', subject: id });
  }

  device(id: string): Promise<Record<string, string>> {
    return this.as({ role: 'device', subject: id });
  }

  /** Sends a body as JSON unless the headers say otherwise. */
  async post(path: string, who: Record<string, string>, body: unknown, more: Record<string, string> = {}) {
    const raw: Body =
      typeof body === 'string' || body instanceof Uint8Array ? body : (JSON.stringify(body) ?? '');
    const response = await fetch(`${this.service.address}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...who, ...more },
      body: typeof raw === 'string' ? raw : new Uint8Array(raw),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text ? JSON.parse(text) : {}) as Record<string, unknown>,
    } satisfies Reply;
  }

  /** All that lies in a topic. */
  all(topic: string): Promise<LogMessage[]> {
    return this.log.read(topic, 0, 0, 10_000);
  }
}

/** What a test may want otherwise than it is. */
export interface Special {
  readonly limits?: WireLimits;
  /** Puts something in front of the message log. */
  readonly log?: (real: MessageLog) => MessageLog;
  /** How many batches a device may send a second: few, where reaching it must not depend on how fast the machine is. */
  readonly batchesPerSecond?: number;
}

async function serve(
  dataDir: string,
  env: Record<string, string>,
  { limits, log = (real) => real, batchesPerSecond }: Special,
): Promise<RunningService> {
  const config = loadConfig({ ...env, COXA_DATA_DIR: dataDir, COXA_PORT: '0' }, 0);
  const stores = await openEmbedded(dataDir, systemClock);
  const backends = { clock: systemClock, ...stores, log: log(stores.log) };
  const service = await startService({
    config,
    backends,
    modules: [{ module: IngestModule, providers: slower(batchesPerSecond) }],
    ...(limits ? { limits } : {}),
  });
  while ((await fetch(`${service.address}/health/ready`)).status !== 200)
    await new Promise((resolve) => setTimeout(resolve, 10));
  return service;
}

const slower = (perSecond: number | undefined): Provider[] =>
  perSecond === undefined ? [] : [{ provide: BATCH_RATE, useValue: new RateLimit(perSecond) }];

let position = 0;

export const patient = (patientId: string, withdrawnAt?: string): RegistryFact => ({
  kind: 'patient',
  patientId,
  enrolledAt: '2026-01-05T08:00:00+01:00',
  zone: 'Europe/Berlin',
  side: 'left',
  careTeam: ['dr-lee', 'dr-kim'],
  consent: {
    version: '1',
    at: '2026-01-05T08:00:00+01:00',
    ...(withdrawnAt === undefined ? {} : { withdrawnAt }),
  },
  position: ++position,
});

export const sensor = (deviceId: string, patientId: string): RegistryFact => ({
  kind: 'device',
  deviceId,
  patientId,
  sensor: 'imu',
  segment: 'thigh',
  side: 'left',
  model: 'acme-1',
  registeredAt: '2026-01-05T08:00:00+01:00',
  position: ++position,
});

export const checkIn = (id: string, more: Record<string, unknown> = {}) => ({
  id,
  patientId: ana,
  at: '2026-01-06T18:00:00+01:00',
  pain: { now: 2, site: 'groin', side: 'left' },
  ...more,
});

const column = (start: number, count: number) => Array.from({ length: count }, (_, i) => start + i / 10);

export const batch = (sequence: number, more: Record<string, unknown> = {}, count = 3) => ({
  deviceId: anasSensor,
  sessionId: 's1',
  sequence,
  kind: 'imu',
  segment: 'thigh',
  side: 'left',
  position: 'seated',
  purpose: 'measurement',
  startedAt: '2026-01-06T18:00:00+01:00',
  sampleRateHz: 50,
  channels: Object.fromEntries(
    ['accX', 'accY', 'accZ', 'gyrX', 'gyrY', 'gyrZ'].map((name, i) => [name, column(i, count)]),
  ),
  ...more,
});
