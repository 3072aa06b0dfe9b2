import { hostname } from 'node:os';
import { MqttSource } from '@coxa/adapter-mqtt';
import { parseJson } from '@coxa/contracts';
import { EngineError, failurePolicy, pause, Registry } from '@coxa/eventing';
import { Metrics, type Principal, ProblemException, problemOf } from '@coxa/platform';
import { Logger } from '@nestjs/common';
import { nameIn } from './batch-name.js';
import type { CheckInIntake } from './check-in-intake.js';
import type { RateLimit } from './rate-limit.js';
import type { ReadingsGate } from './readings-gate.js';
import { takeCheckIns } from './take-check-ins.js';

const retryMs = 500;
/** A failure that nobody has named may be the message's own fault: so often it is tried again, for a minute, before it is given up. What lasts is told that often too. */
const patience = 120;
/** A device that is too fast, as after an outage of ours, is taken as fast as it may go: its broker has told it that all is well. */
const slowedMs = 20;
const maxBytes = 4 * 1024 * 1024;

export interface MqttIntakeDeps {
  readonly url: string;
  readonly prefix: string;
  readonly readings: ReadingsGate;
  readonly checkIns: CheckInIntake;
  readonly checkInRate: RateLimit;
  readonly registry: Registry;
  readonly metrics: Metrics;
}

/**
 * Takes readings and check-ins from a broker: `<prefix>/{deviceId}/readings` and `<prefix>/{deviceId}/check-ins`. Who may publish under a
 * device's name is the broker's to say; here the device must be registered and not revoked.
 *
 * The broker is told that a message is done when it is durable, or when it can never be taken; the device hears why on `<prefix>/{deviceId}/problems`.
 * While the fault is ours (a disk, an index, a registry that is behind) the message waits, and the broker with it.
 */
export class MqttIntake {
  private readonly logger = new Logger('mqtt');
  private readonly stopping = new AbortController();
  private readonly source: MqttSource | undefined;

  constructor(private readonly deps: MqttIntakeDeps) {
    const { url, prefix } = deps;
    this.source = new MqttSource({
      url,
      clientId: `${prefix}-ingest-${hostname()}`,
      group: `${prefix}-ingest`,
      filters: [`${prefix}/+/readings`, `${prefix}/+/check-ins`],
      handle: (message) => this.handle(message),
      onState: (connected, why) => {
        if (!connected) this.logger.warn(why);
        deps.metrics.mqttConnected.set(this.source?.connected ? 1 : 0);
      },
    });
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.source?.close();
  }

  private async handle({ topic, payload }: { topic: string; payload: Uint8Array }): Promise<void> {
    const [deviceId, kind] = topic.slice(this.deps.prefix.length + 1).split('/') as [string, string];
    const principal: Principal = { role: 'device', subject: deviceId, deviceId };
    for (let failures = 0; ;) {
      try {
        await this.take(principal, kind, payload);
        return;
      } catch (error) {
        const { code } = problemOf(error).problem;
        if (code === 'internal' && failures++ % patience === 0) this.logger.error(error);
        const waitMs = waitFor(error, failures);
        if (waitMs === undefined) return this.refuse({ deviceId, kind, payload }, error);
        await pause(waitMs, this.stopping.signal);
        if (this.stopping.signal.aborted) throw error;
      }
    }
  }

  private async take(principal: Principal, kind: string, payload: Uint8Array): Promise<void> {
    const { registry, readings, checkIns, checkInRate, metrics } = this.deps;
    if (payload.length > maxBytes) throw new ProblemException('too-large');
    const device = registry.device(principal.subject);
    if (device?.revokedAt !== undefined)
      throw new ProblemException('unauthenticated', { detail: 'This device was revoked.' });
    if (kind === 'readings') {
      readings.admit(principal);
      await readings.take(principal, readings.read(principal, payload, !looksLikeJson(payload)));
      return;
    }
    if (!checkInRate.take(`device/${principal.subject}`)) throw new ProblemException('too-many-requests');
    const taken = await takeCheckIns(checkIns, principal, parseJson(payload));
    metrics.accepted.inc({ kind: 'check-in', duplicate: 'no' }, taken.accepted);
    metrics.accepted.inc({ kind: 'check-in', duplicate: 'yes' }, taken.duplicates);
    if (taken.rejected.length > 0)
      throw new ProblemException('invalid', { errors: taken.rejected.flatMap(({ errors }) => errors) });
  }

  private refuse(
    { deviceId, kind, payload }: { deviceId: string; kind: string; payload: Uint8Array },
    error: unknown,
  ): void {
    const { problem } = problemOf(error);
    const name = kind === 'readings' ? nameIn(payload, !looksLikeJson(payload)) : {};
    this.deps.metrics.refused.inc({ transport: 'mqtt', code: problem.code });
    this.source?.tell(`${this.deps.prefix}/${deviceId}/problems`, JSON.stringify({ kind, ...name, problem }));
  }
}

/** No header says what a payload is. White space may stand before a JSON object, and none of it begins a CBOR map. */
function looksLikeJson(payload: Uint8Array): boolean {
  const first = payload.findIndex((byte) => byte !== 0x20 && (byte < 0x09 || byte > 0x0d));
  return payload[first] === 0x7b;
}

/** How long a message waits, and with it the broker, when it could not be taken now; undefined when it never can. */
function waitFor(error: unknown, failures: number): number | undefined {
  const { code } = problemOf(error).problem;
  if (code === 'too-many-requests') return slowedMs;
  if (code === 'overloaded' || failurePolicy(error) === 'retry') return retryMs;
  if (code !== 'internal' || error instanceof ProblemException) return undefined;
  // Damage to the index is none of the message: nothing could be taken, until somebody mends it.
  return error instanceof EngineError || failures < patience ? retryMs : undefined;
}
