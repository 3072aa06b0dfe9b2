import {
  decodeReadingBatch,
  parseInstant,
  type PatientFact,
  type ReadingBatch,
  sameBatch,
  sessionKeyOf,
  type SoundBatch,
  toHeaders,
} from '@coxa/contracts';
import {
  type Clock,
  EngineError,
  KeyedMutex,
  type LogPosition,
  type LogRecord,
  type MessageLog,
  Registry,
} from '@coxa/eventing';
import { Audit, invalid, notFound, type Principal, ProblemException } from '@coxa/platform';
import { LRUCache } from 'lru-cache';
import type { KnownBatch, SeenBatches } from './seen-batches.js';

const action = 'POST /v1/readings';
/** Repeats whose first is looked up at the same moment: each may read a hundred times as much as it is. */
const lookUps = 4;

export interface BatchTaken {
  readonly duplicate: boolean;
  readonly position: LogPosition;
}

/** Takes batches of samples in: whose they are, whether they are new, and then the bytes to the log as they came. */
export class ReadingsIntake {
  /** Sessions whose beginning was written to the audit trail: one record a session, not one a batch. */
  private readonly audited = new LRUCache<string, true>({ max: 10_000 });
  private readonly enrolledAt = new WeakMap<PatientFact, number>();
  private lately = { now: NaN, text: '' };
  private readonly looking = new KeyedMutex();
  private looked = 0;

  constructor(
    private readonly deps: {
      readonly log: MessageLog;
      readonly topic: string;
      readonly registry: Registry;
      readonly clock: Clock;
      readonly audit: Audit;
      readonly seen: SeenBatches;
    },
  ) {}

  /** Resolves when the batch is durable. @throws ProblemException */
  async take(principal: Principal, batch: SoundBatch): Promise<BatchTaken> {
    const { registry, seen } = this.deps;
    const { deviceId, session, sequence } = batch;
    let wearer = this.wearerOf(deviceId);
    if (!wearer && principal.deviceId === deviceId) {
      await registry.catchUp();
      wearer = this.wearerOf(deviceId);
    }
    const patientId = this.patientOf(principal, batch, wearer);
    const key = `${session}/${sequence}`;
    let known = seen.find(patientId, key, session, sequence);
    // Others may have been quicker while the index was asked.
    while (known instanceof Promise) {
      await known;
      known = seen.find(patientId, key, session, sequence);
    }
    if (known) return this.repeat(known as KnownBatch, batch);
    if (seen.isFull)
      throw new ProblemException('overloaded', {
        detail: 'The index of batches is too far behind; nothing was taken.',
        retryAfterS: 1,
      });
    const records = this.records(principal, patientId, session, key, batch.bytes);
    const durable = this.deps.log.append(records);
    const announced = seen.add(key, batch.bytes, durable);
    try {
      const [place] = await durable;
      seen.settle(key, announced, place);
      if (records.length > 1) this.audited.set(session, true);
      return { duplicate: false, position: place! };
    } catch (error) {
      seen.settle(key, announced, undefined);
      throw error;
    }
  }

  /** What stands under the key of a batch; undefined when nothing does, or retention has removed it. */
  async standing(
    patientId: string,
    batch: Pick<SoundBatch, 'deviceId' | 'sessionId' | 'sequence'>,
  ): Promise<ReadingBatch | undefined> {
    const session = sessionKeyOf(batch);
    const { sequence } = batch;
    const find = () => this.deps.seen.find(patientId, `${session}/${sequence}`, session, sequence);
    let known = find();
    while (known instanceof Promise) {
      await known;
      known = find();
    }
    const first = known && (await this.bytesOf(known as KnownBatch)).bytes;
    return first && decodeReadingBatch(first);
  }

  private wearerOf(deviceId: string): PatientFact | undefined {
    const { registry } = this.deps;
    const device = registry.device(deviceId);
    return device && registry.patient(device.patientId);
  }

  /** Only the device named in the batch may send it, and only while consent stands. */
  private patientOf(principal: Principal, batch: SoundBatch, patient: PatientFact | undefined): string {
    const { registry, audit } = this.deps;
    if (principal.deviceId !== batch.deviceId) {
      const device = registry.device(batch.deviceId);
      throw device ? audit.denied(principal, device.patientId, action) : notFound();
    }
    if (!patient) throw notFound();
    if (batch.patientId !== undefined && batch.patientId !== patient.patientId) throw notFound();
    if (patient.consent.withdrawnAt !== undefined)
      throw invalid([
        { path: '/deviceId', code: 'consent-withdrawn', message: 'consent was withdrawn; nothing is taken' },
      ]);
    if (batch.startedAt < this.enrolment(patient))
      throw invalid([{ path: '/startedAt', code: 'before-enrolment', message: 'lies before the enrolment' }]);
    return patient.patientId;
  }

  /** Batches that arrive in the same millisecond say so in the same words. */
  private timeText(now: number): string {
    if (now !== this.lately.now) this.lately = { now, text: new Date(now).toISOString() };
    return this.lately.text;
  }

  private enrolment(patient: PatientFact): number {
    let at = this.enrolledAt.get(patient);
    if (at === undefined) this.enrolledAt.set(patient, (at = parseInstant(patient.enrolledAt)!));
    return at;
  }

  private records(
    principal: Principal,
    patientId: string,
    session: string,
    id: string,
    value: Uint8Array,
  ): LogRecord[] {
    const { topic, clock, audit } = this.deps;
    const { traceparent } = principal;
    const headers = toHeaders({
      id,
      source: 'coxa/ingest',
      type: 'coxa.readings-reported.v1',
      time: this.timeText(clock.now()),
      contentType: 'application/cbor',
      traceparent,
    });
    const records: LogRecord[] = [{ topic, key: patientId, value, headers }];
    if (!this.audited.has(session)) records.push(audit.recordOf(principal, patientId, action));
    return records;
  }

  /** The same batch again is a duplicate, in whatever encoding; another one under its key contradicts it. */
  private async repeat(known: KnownBatch, { bytes }: SoundBatch): Promise<BatchTaken> {
    const { topic } = this.deps;
    const { bytes: first, partition, offset } = await this.bytesOf(known);
    const same =
      !first ||
      Buffer.compare(first, bytes) === 0 ||
      sameBatch(decodeReadingBatch(first), decodeReadingBatch(bytes));
    if (!same)
      throw new ProblemException('conflict', {
        detail: 'This sequence was sent with other content; the first stands.',
      });
    return { duplicate: true, position: { topic, partition, offset } };
  }

  private async bytesOf(
    known: KnownBatch,
  ): Promise<{ bytes: Uint8Array | undefined; partition: number; offset: number }> {
    const { partition, offset } = known.kind === 'fresh' ? (await known.durable)[0]! : known;
    const bytes = known.kind === 'fresh' ? known.bytes : await this.stored(partition, offset);
    return { bytes, partition, offset };
  }

  /** Where retention has removed the first, nothing contradicts the repeat. */
  private async stored(partition: number, offset: number): Promise<Uint8Array | undefined> {
    const { log, topic } = this.deps;
    const turn = String(this.looked++ % lookUps);
    const [message] = await this.looking
      .run(turn, () => log.read(topic, partition, offset, 1))
      .catch((error: unknown) => {
        throw hasDamage(error) ? damagedFirst(error) : error;
      });
    return message?.offset === offset ? message.value : undefined;
  }
}

const hasDamage = (error: unknown): boolean => error instanceof EngineError && error.code === 'corrupt';

/** Of this batch alone: others are taken as ever. It stands, and comes back with the file. */
const damagedFirst = (cause: unknown): ProblemException =>
  new ProblemException('internal', {
    detail:
      'What was taken under this key before is damaged in the log, and cannot be compared. Nothing was taken.',
    cause,
  });
