import type { SoundBatch } from '@coxa/contracts';
import type { Clock } from '@coxa/eventing';
import { Metrics, type Principal, ProblemException, type Tally } from '@coxa/platform';
import type { BatchReader } from './batch-reader.js';
import type { InFlight } from './in-flight.js';
import type { RateLimit } from './rate-limit.js';
import type { BatchTaken, ReadingsIntake } from './readings-intake.js';

/** What every transport hands its batches to: limits first, then the form, then the intake. */
export class ReadingsGate {
  private readonly taken: Tally;
  private readonly repeated: Tally;

  constructor(
    private readonly deps: {
      readonly reader: BatchReader;
      readonly intake: ReadingsIntake;
      readonly rate: RateLimit;
      readonly inFlight: InFlight;
      readonly clock: Clock;
      readonly metrics: Metrics;
    },
  ) {
    this.taken = deps.metrics.tally({ kind: 'batch', duplicate: 'no' });
    this.repeated = deps.metrics.tally({ kind: 'batch', duplicate: 'yes' });
  }

  /** Refuses a sender that is too fast, before its message is looked at. @throws ProblemException `too-many-requests` */
  admit({ subject }: Principal): void {
    if (!this.deps.rate.take(subject))
      throw new ProblemException('too-many-requests', {
        detail: 'Slow down; nothing was taken.',
        retryAfterS: 1,
      });
  }

  /** A batch as it was sent; `typed` says that it is CBOR. @throws MalformedError, ProblemException */
  read(principal: Principal, bytes: Uint8Array, typed: boolean): SoundBatch {
    return this.deps.reader.read(principal.subject, bytes, typed, this.deps.clock.now());
  }

  /** Takes a batch; resolves when it is durable. @throws ProblemException */
  async take(principal: Principal, batch: SoundBatch): Promise<BatchTaken> {
    const { inFlight, intake } = this.deps;
    const bytes = batch.bytes.length;
    inFlight.enter(bytes);
    try {
      const taken = await intake.take(principal, batch);
      (taken.duplicate ? this.repeated : this.taken).count++;
      return taken;
    } finally {
      inFlight.leave(bytes);
    }
  }
}
