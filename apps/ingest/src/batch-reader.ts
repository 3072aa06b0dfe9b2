import {
  BatchTemplate,
  checkReadingBatch,
  decodeCbor,
  encodeReadingBatch,
  headerOf,
  JsonTemplate,
  maxSamples,
  parseJson,
  type ReadingBatch,
  type SoundBatch,
} from '@coxa/contracts';
import { invalid, ProblemException } from '@coxa/platform';
import { Patterns } from './patterns.js';

/** A sequence that takes four bytes in CBOR, as every one of a pattern does. */
const wideSequence = 100_000_000;

/** Reads what senders send: shape, limits, columns. A sender who says the same again and again is not parsed again and again. */
export class BatchReader {
  private readonly typed = new Patterns<BatchTemplate>();
  private readonly texts = new Patterns<JsonTemplate>();

  /** `typed` says that the bytes are CBOR. @throws MalformedError, ProblemException `invalid` or `too-large` */
  read(sender: string, bytes: Uint8Array, typed: boolean, now: number): SoundBatch {
    return typed ? this.readTyped(sender, bytes, now) : this.readText(sender, bytes, now);
  }

  private readTyped(sender: string, bytes: Uint8Array, now: number): SoundBatch {
    const known = this.typed.match(sender, bytes, now);
    if (known) return known;
    const batch = checked(decodeCbor(bytes), now, true);
    this.typed.missed(sender, () => BatchTemplate.of(bytes, batch));
    return { ...headerOf(batch), bytes };
  }

  private readText(sender: string, text: Uint8Array, now: number): SoundBatch {
    const known = this.texts.match(sender, text, now);
    if (known) return known;
    const batch = checked(parseJson(text), now, false);
    this.texts.missed(sender, () => {
      const form = BatchTemplate.of(encodeReadingBatch({ ...batch, sequence: wideSequence }), batch);
      return form && JsonTemplate.of(text, batch, form);
    });
    return { ...headerOf(batch), bytes: encodeReadingBatch(batch) };
  }
}

function checked(body: unknown, now: number, typed: boolean): ReadingBatch {
  refuseTooMany(body);
  const faults = checkReadingBatch(body, now, typed);
  if (faults.length > 0) throw invalid(faults);
  return body as ReadingBatch;
}

const lengthOf = (column: unknown): number => (column as { readonly length: number }).length;

function refuseTooMany(body: unknown): void {
  const channels = (body as { channels?: unknown } | null)?.channels;
  if (channels === null || typeof channels !== 'object' || ArrayBuffer.isView(channels)) return;
  for (const column of Object.values(channels))
    if ((Array.isArray(column) || ArrayBuffer.isView(column)) && lengthOf(column) > maxSamples)
      throw new ProblemException('too-large', { detail: `A batch may hold ${maxSamples} samples.` });
}
