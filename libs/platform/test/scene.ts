import { expect } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { namesOf, type RegistryFact } from '@coxa/contracts';
import { type MessageLog, Registry } from '@coxa/eventing';
import { issueToken, MESSAGE_LOG, type TokenRequest, type WireLimits } from '../src/index.js';
import { type Probe, startProbe } from './probe.js';

export const names = namesOf('coxa');
export const mine = 'patient-1';
export const device = 'device-1';

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly text: string;
  json(): Record<string, unknown>;
}

type Body = string | Uint8Array;

/** A probe in a folder of its own, and those who speak to it. */
export class Scene {
  private constructor(
    readonly probe: Probe,
    readonly dataDir: string,
  ) {}

  static async start(limits?: WireLimits): Promise<Scene> {
    const dataDir = await mkdtemp(join(tmpdir(), 'coxa-platform-'));
    return new Scene(await startProbe(dataDir, limits), dataDir);
  }

  async end(): Promise<void> {
    await this.probe.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  get log(): MessageLog {
    return this.probe.app.get<MessageLog>(MESSAGE_LOG, { strict: false });
  }

  get registry(): Registry {
    return this.probe.app.get(Registry);
  }

  /** The header of an operator, or of whoever is asked for. */
  async bearer(request: Partial<TokenRequest> = {}) {
    const token = await issueToken(this.dataDir, { role: 'operator', subject: 'ops', ...request });
    return { authorization: `Bearer ${token}` };
  }

  clinician(subject: string) {
    return this.bearer({ role: 'clinician', subject });
  }

  async call(method: string, path: string, headers: Record<string, string>, body?: Body): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${this.probe.port}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      headers: response.headers,
      text,
      json: () => JSON.parse(text) as Record<string, unknown>,
    };
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call('GET', path, headers);
  }

  /** A number, as JSON unless the headers say otherwise. */
  async post(body: Body, headers: Record<string, string> = {}): Promise<Answer> {
    const all = { ...(await this.bearer()), 'content-type': 'application/json', ...headers };
    return this.call('POST', '/v1/numbers', all, body);
  }

  /** Puts a fact on the registry topic and waits until the service knows it. */
  async register(fact: RegistryFact, key: string): Promise<void> {
    const value = Buffer.from(JSON.stringify(fact));
    await this.log.append([{ topic: names.registry, key, value, headers: {} }]);
    await this.registry.reached(key, fact.position);
  }

  /** A patient in the care of dr-lee, with one device. */
  async enrol(): Promise<void> {
    const fact = { position: 1, registeredAt: '2026-01-01T00:00:00Z', side: 'left' } as const;
    const { registeredAt: enrolledAt, side, position } = fact;
    const consent = { version: '1', at: enrolledAt };
    const zone = 'Europe/Berlin';
    const careTeam = ['dr-lee'];
    await this.register(
      { kind: 'patient', patientId: mine, enrolledAt, zone, side, careTeam, consent, position },
      mine,
    );
    await this.register(
      {
        ...fact,
        kind: 'device',
        deviceId: device,
        patientId: mine,
        sensor: 'imu',
        segment: 'thigh',
        model: 'X',
      },
      device,
    );
  }

  async auditTrail(): Promise<Record<string, unknown>[]> {
    const messages = await this.log.read(names.audit, 0, 0, 1_000);
    return messages.map(({ value, headers }) => ({
      ...(JSON.parse(Buffer.from(value).toString()) as object),
      type: headers['ce_type'],
      trace: headers['ce_traceparent'],
    }));
  }
}

export function expectProblem(answer: Answer, status: number, code: string): void {
  expect({ status: answer.status, type: answer.type, body: answer.json() }).toMatchObject({
    status,
    type: expect.stringContaining('application/problem+json'),
    body: { status, code, type: `urn:coxa:problem:${code}` },
  });
}
