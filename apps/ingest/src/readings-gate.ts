import { decodeCbor, parseJson } from '@coxa/contracts';
import { Metrics, type Principal, ProblemException } from '@coxa/platform';
import type { InFlight } from './in-flight.js';
import type { RateLimit } from './rate-limit.js';
import type { BatchTaken, ReadingsIntake } from './readings-intake.js';

/** What every transport hands its batches to: limits first, then the intake. */
export class ReadingsGate {
  constructor(
    private readonly intake: ReadingsIntake,
    private readonly rate: RateLimit,
    private readonly inFlight: InFlight,
    private readonly metrics: Metrics,
  ) {}

  /** Refuses a sender that is too fast, before its message is looked at. @throws ProblemException `too-many-requests` */
  admit({ role, subject }: Principal): void {
    if (!this.rate.take(`${role}/${subject}`))
      throw new ProblemException('too-many-requests', {
        detail: 'Slow down; nothing was taken.',
        retryAfterS: 1,
      });
  }

  /** A batch as it was sent. @throws MalformedError */
  decode(bytes: Uint8Array, typed: boolean): unknown {
    return typed ? decodeCbor(bytes) : parseJson(bytes);
  }

  /** Takes a decoded batch; resolves when it is durable. @throws ProblemException */
  async take(principal: Principal, body: unknown, bytes: Uint8Array, typed: boolean): Promise<BatchTaken> {
    const taken = await this.inFlight.run(bytes.length, () =>
      this.intake.take(principal, body, bytes, typed),
    );
    this.metrics.accepted.inc({ kind: 'batch', duplicate: taken.duplicate ? 'yes' : 'no' });
    return taken;
  }
}
