import {
  type BatchHeader,
  BatchTemplate,
  checkReadingBatch,
  decodeCbor,
  encodeReadingBatch,
  maxSamples,
  parseInstant,
  parseJson,
  type ReadingBatch,
} from '@coxa/contracts';
import { invalid, ProblemException } from '@coxa/platform';
import { LRUCache } from 'lru-cache';

/** A batch of good form, whoever sent it. */
export interface SoundBatch extends BatchHeader {
  /** As the log keeps it. */
  readonly bytes: Uint8Array;
}

/** Reads what senders send: shape, limits, columns. A sender who says the same again and again is not decoded again and again. */
export class BatchReader {
  private readonly templates = new LRUCache<string, BatchTemplate>({ max: 5_000 });

  /** `typed` says that the bytes are CBOR. @throws MalformedError, ProblemException `invalid` or `too-large` */
  read(sender: string, bytes: Uint8Array, typed: boolean, now: number): SoundBatch {
    if (!typed) {
      const batch = checked(parseJson(bytes), now, false);
      return { ...headerOf(batch), bytes: encodeReadingBatch(batch) };
    }
    const header = this.templates.get(sender)?.match(bytes, now);
    if (header) return { ...header, bytes };
    const batch = checked(decodeCbor(bytes), now, true);
    const template = BatchTemplate.of(bytes, batch);
    if (template) this.templates.set(sender, template);
    return { ...headerOf(batch), bytes };
  }
}

function checked(body: unknown, now: number, typed: boolean): ReadingBatch {
  refuseTooMany(body);
  const faults = checkReadingBatch(body, now, typed);
  if (faults.length > 0) throw invalid(faults);
  return body as ReadingBatch;
}

const headerOf = ({ deviceId, patientId, sessionId, sequence, startedAt }: ReadingBatch): BatchHeader => ({
  deviceId,
  patientId,
  sessionId,
  sequence,
  startedAt: parseInstant(startedAt)!,
});

const lengthOf = (column: unknown): number => (column as { readonly length: number }).length;

function refuseTooMany(body: unknown): void {
  const channels = (body as { channels?: unknown } | null)?.channels;
  if (channels === null || typeof channels !== 'object' || ArrayBuffer.isView(channels)) return;
  for (const column of Object.values(channels))
    if ((Array.isArray(column) || ArrayBuffer.isView(column)) && lengthOf(column) > maxSamples)
      throw new ProblemException('too-large', { detail: `A batch may hold ${maxSamples} samples.` });
}
