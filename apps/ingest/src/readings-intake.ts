import {
  checkReadingBatch,
  decodeReadingBatch,
  encodeReadingBatch,
  maxSamples,
  nameId,
  parseInstant,
  type ReadingBatch,
  sameBatch,
  toHeaders,
} from '@coxa/contracts';
import { type Clock, type LogPosition, type LogRecord, type MessageLog, Registry } from '@coxa/eventing';
import { Audit, invalid, notFound, type Principal, ProblemException } from '@coxa/platform';
import { LRUCache } from 'lru-cache';
import type { Known, SeenIndex } from './seen-index.js';

const action = 'POST /v1/readings';

export interface BatchTaken {
  readonly duplicate: boolean;
  readonly position: LogPosition;
  readonly batch: ReadingBatch;
}

/** Takes batches of samples in: the header validated, the columns checked in bulk, the bytes to the log as they came. */
export class ReadingsIntake {
  /** Sessions whose beginning was written to the audit trail: one record a session, not one a batch. */
  private readonly audited = new LRUCache<string, true>({ max: 10_000 });

  constructor(
    private readonly deps: {
      readonly log: MessageLog;
      readonly topic: string;
      readonly registry: Registry;
      readonly clock: Clock;
      readonly audit: Audit;
      readonly seen: SeenIndex<ReadingBatch>;
    },
  ) {}

  /** `bytes` are what `body` was decoded from; `typed`: from CBOR. @throws ProblemException */
  async take(principal: Principal, body: unknown, bytes: Uint8Array, typed: boolean): Promise<BatchTaken> {
    const { clock, seen } = this.deps;
    refuseTooMany(body);
    const faults = checkReadingBatch(body, clock.now(), typed);
    if (faults.length > 0) throw invalid(faults);
    const batch = body as ReadingBatch;
    const patientId = await this.patientOf(principal, batch);
    const key = `${batch.deviceId}/${batch.sessionId}/${batch.sequence}`;
    // Others may have asked at the same moment and been quicker.
    const known = (await seen.find(key)) ?? seen.announced(key);
    if (known) return this.repeat(known, batch);
    return this.store(principal, patientId, key, batch, typed ? bytes : encodeReadingBatch(batch));
  }

  /** Only the device named in the batch may send it, and only while consent stands. */
  private async patientOf(principal: Principal, batch: ReadingBatch): Promise<string> {
    const { registry, audit } = this.deps;
    if (principal.deviceId !== batch.deviceId) {
      const other = registry.device(batch.deviceId);
      if (other) audit.denied(principal, other.patientId, action);
      throw notFound();
    }
    if (!registry.patient(registry.device(batch.deviceId)?.patientId ?? '')) await registry.catchUp();
    const device = registry.device(batch.deviceId);
    const patient = device && registry.patient(device.patientId);
    if (!device || !patient) throw notFound();
    if (batch.patientId !== undefined && batch.patientId !== device.patientId) throw notFound();
    if (patient.consent.withdrawnAt !== undefined)
      throw invalid([
        { path: '/deviceId', code: 'consent-withdrawn', message: 'consent was withdrawn; nothing is taken' },
      ]);
    if (parseInstant(batch.startedAt)! < parseInstant(patient.enrolledAt)!)
      throw invalid([{ path: '/startedAt', code: 'before-enrolment', message: 'lies before the enrolment' }]);
    return device.patientId;
  }

  private async store(
    principal: Principal,
    patientId: string,
    key: string,
    batch: ReadingBatch,
    value: Uint8Array,
  ): Promise<BatchTaken> {
    const { log, topic, seen, clock, audit } = this.deps;
    const time = new Date(clock.now()).toISOString();
    const { traceparent } = principal;
    const headers = toHeaders({
      id: nameId(`batch/${key}`),
      source: 'coxa/ingest',
      type: 'coxa.readings-reported.v1',
      time,
      contentType: 'application/cbor',
      ...(traceparent === undefined ? {} : { traceparent }),
    });
    const session = `${batch.deviceId}/${batch.sessionId}`;
    const begins = !this.audited.has(session);
    const records: LogRecord[] = [{ topic, key: patientId, value, headers: { ...headers, coxa_key: key } }];
    if (begins) records.push(audit.recordOf(principal, patientId, action));
    const durable = log.append(records).then(([place]) => place!);
    seen.add(key, '', batch, durable);
    const position = await durable;
    this.audited.set(session, true);
    return { duplicate: false, position, batch };
  }

  /** The same batch again is a duplicate, in whatever encoding; another one under its key contradicts it. */
  private async repeat(known: Known<ReadingBatch>, batch: ReadingBatch): Promise<BatchTaken> {
    const { topic, log } = this.deps;
    const position = known.kind === 'fresh' ? await known.durable : { topic, ...known.seen };
    const [message] =
      known.kind === 'fresh' ? [] : await log.read(topic, position.partition, position.offset, 1);
    // Where retention has removed the first, nothing contradicts the repeat.
    const stored = message?.offset === position.offset ? message : undefined;
    const first = known.kind === 'fresh' ? known.content : stored && decodeReadingBatch(stored.value);
    if (first && !sameBatch(first, batch))
      throw new ProblemException('conflict', {
        detail: 'This sequence was sent with other content; the first stands.',
      });
    return {
      duplicate: true,
      position: { topic, partition: position.partition, offset: position.offset },
      batch,
    };
  }
}

const lengthOf = (column: unknown): number => (column as { readonly length: number }).length;

function refuseTooMany(body: unknown): void {
  const channels = (body as { channels?: unknown } | null)?.channels;
  if (channels === null || typeof channels !== 'object' || ArrayBuffer.isView(channels)) return;
  for (const column of Object.values(channels))
    if ((Array.isArray(column) || ArrayBuffer.isView(column)) && lengthOf(column) > maxSamples)
      throw new ProblemException('too-large', { detail: `A batch may hold ${maxSamples} samples.` });
}
