import {
  decodeReadingBatch,
  encodeCbor,
  type ReadingBatch,
  sameBatch,
  type SoundBatch,
} from '@coxa/contracts';
import { problemOf } from '@coxa/platform';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BatchReader } from './batch-reader.js';

const now = Date.parse('2026-01-06T18:00:00Z');
const sender = 'd1';

/** Said as a program would say it, or by hand: what is the same may be written in several ways. */
const numberText = fc.oneof(
  fc.double({ min: -999, max: 999, noNaN: true }).map((value) => value.toFixed(4)),
  fc.double({ min: -1e6, max: 1e6, noNaN: true, maxExcluded: true, minExcluded: true }).map(String),
  fc.constantFrom('0', '-0', '-0.0', '1e3', '1E-7', '999999.9999999999', '0.1', '123456789012345e-10'),
);
const gap = fc.constantFrom(',', ', ');
const startText = fc.constantFrom(
  '2026-01-06T18:00:00Z',
  '2026-01-06T18:00:00.123Z',
  '2026-01-06T18:00:00+01:00',
);

interface Form {
  readonly gap: string;
  readonly extra: string;
  readonly columns: readonly string[];
  readonly samples: number;
}

const form: fc.Arbitrary<Form> = fc.record({
  gap,
  extra: fc.constantFrom(
    '',
    ',"patientId":"p1"',
    ',"last":false',
    ',"units":{"accX":"g"}',
    ',"scale":{"accX":0.5}',
  ),
  columns: fc.constantFrom(['channels'], ['channels', 'offsetsMs'], ['packets', 'channels']),
  samples: fc.integer({ min: 1, max: 4 }),
});

const textOf = (form: Form, sequence: string, start: string, numbers: readonly string[]): string => {
  let at = 0;
  const column = () =>
    `[${Array.from({ length: form.samples }, () => numbers[at++ % numbers.length]).join(form.gap)}]`;
  const channels = () =>
    `{${['accX', 'accY', 'accZ', 'gyrX', 'gyrY', 'gyrZ'].map((name) => `"${name}":${column()}`).join(',')}}`;
  const columns = form.columns.map((name) => `"${name}":${name === 'channels' ? channels() : column()}`);
  return `{"deviceId":"d1","sessionId":"s","sequence":${sequence},"startedAt":"${start}","kind":"imu","segment":"thigh","side":"left","position":"seated","purpose":"practice","sampleRateHz":50,${columns.join(',')}${form.extra}}`;
};

/** Bytes of which some were changed, put in or left out. */
const damage = fc.array(
  fc.record({
    where: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    how: fc.constantFrom('set', 'insert', 'delete', 'twice'),
    byte: fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(...Buffer.from('"\\,:.-+eE0159{}[] \n\u00e4')),
    ),
  }),
  { maxLength: 3 },
);

interface Change {
  readonly where: number;
  readonly how: string;
  readonly byte: number;
}

function damaged(whole: Uint8Array, changes: readonly Change[]): Buffer {
  let bytes = Buffer.from(whole);
  for (const { where, how, byte } of changes) {
    const at = Math.floor(where * bytes.length);
    const before = bytes.subarray(0, at);
    if (how === 'set') bytes[at] = byte;
    else if (how === 'insert') bytes = Buffer.concat([before, Buffer.of(byte), bytes.subarray(at)]);
    else if (how === 'delete') bytes = Buffer.concat([before, bytes.subarray(at + 1)]);
    else bytes = Buffer.concat([before, bytes.subarray(Math.max(0, at - 12))]);
  }
  return bytes;
}

type Outcome = { readonly taken: SoundBatch } | { readonly refused: unknown };

function outcome(reader: BatchReader, bytes: Uint8Array, typed: boolean): Outcome {
  try {
    return { taken: reader.read(sender, bytes, typed, now) };
  } catch (error) {
    return { refused: problemOf(error).problem };
  }
}

/** One reader has seen `known`, the other nothing: they must agree about `bytes`. */
function expectAgreement(known: Uint8Array, bytes: Uint8Array, typed: boolean): Outcome {
  const learned = new BatchReader();
  learned.read(sender, known, typed, now);
  const [quick, slow] = [outcome(learned, bytes, typed), outcome(new BatchReader(), bytes, typed)];
  if ('refused' in slow || 'refused' in quick) expect(quick).toEqual(slow);
  else {
    const { bytes: quickBytes, ...quickHeader } = quick.taken;
    const { bytes: slowBytes, ...slowHeader } = slow.taken;
    expect(quickHeader).toEqual(slowHeader);
    const [a, b] = [decodeReadingBatch(quickBytes), decodeReadingBatch(slowBytes)];
    expect(a).toEqual(b);
    expect(sameBatch(a, b)).toBe(true);
  }
  return slow;
}

describe('a batch like the one before is read by its pattern', () => {
  test('given JSON of the same form with any values, then what is taken is the same as by parsing', () => {
    let taken = 0;
    fc.assert(
      fc.property(
        form,
        fc.array(numberText, { minLength: 1, maxLength: 40 }),
        fc.array(numberText, { minLength: 1, maxLength: 40 }),
        fc.oneof(
          fc.nat(999_999_999).map(String),
          fc.constantFrom('0', '1e3', '1000000000', '1000000001', '01', '-1', '1.0', '1.5'),
        ),
        startText,
        (shape, first, second, sequence, start) => {
          const known = Buffer.from(textOf(shape, '7', start, first));
          fc.pre('taken' in outcome(new BatchReader(), known, false));
          const bytes = Buffer.from(textOf(shape, sequence, start, second));
          if ('taken' in expectAgreement(known, bytes, false)) taken++;
        },
      ),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(20);
  });

  test('given JSON with any bytes changed, then it is taken or refused as by parsing, with the same faults', () => {
    let refused = 0;
    let taken = 0;
    fc.assert(
      fc.property(
        form,
        fc.array(numberText, { minLength: 1, maxLength: 40 }),
        damage,
        (shape, numbers, changes) => {
          const known = Buffer.from(textOf(shape, '7', '2026-01-06T18:00:00Z', numbers));
          fc.pre('taken' in outcome(new BatchReader(), known, false));
          if ('taken' in expectAgreement(known, damaged(known, changes), false)) taken++;
          else refused++;
        },
      ),
      { numRuns: 700 },
    );
    expect(refused).toBeGreaterThan(100);
    expect(taken).toBeGreaterThan(20);
  });

  test('given CBOR with any bytes changed, then it is taken or refused as by decoding, with the same faults', () => {
    let refused = 0;
    let taken = 0;
    fc.assert(
      fc.property(cborBatch, damage, (known, changes) => {
        fc.pre('taken' in outcome(new BatchReader(), known, true));
        if ('taken' in expectAgreement(known, damaged(known, changes), true)) taken++;
        else refused++;
      }),
      { numRuns: 700 },
    );
    expect(refused).toBeGreaterThan(100);
    expect(taken).toBeGreaterThan(20);
  });

  test.each([
    ['a name twice', (text: string) => text.replace('"side":"left"', '"side":"left","side":"left"')],
    [
      'a name twice, once escaped',
      (text: string) => text.replace('"side":"left"', '"side":"left","s\\u0069de":"left"'),
    ],
    ['__proto__', (text: string) => text.replace('"side":"left"', '"side":"left","__proto__":{}')],
    ['constructor', (text: string) => text.replace('"side":"left"', '"side":"left","constructor":1')],
    ['a lone surrogate', (text: string) => text.replace('"s"', '"\\ud800"')],
    ['a byte order mark', (text: string) => `\uFEFF${text}`],
    ['something after it', (text: string) => `${text} 1`],
    ['a quote within the start', (text: string) => text.replace('T18:00:00Z"', 'T18:00:0"Z')],
    ['a zero before a number', (text: string) => text.replace('[1.5', '[01.5')],
    ['a point without digits', (text: string) => text.replace('[1.5', '[15.')],
    ['a plus sign', (text: string) => text.replace('[1.5', '[+1.')],
    ['NaN', (text: string) => text.replace('[1.5', '[NaN')],
    ['a number too large for a double', (text: string) => text.replace('[1.5', '[1e999')],
    ['a number over the limit', (text: string) => text.replace('[1.5', '[1000000')],
    ['a start in the future', (text: string) => text.replace('2026-01-06', '2126-01-06')],
    ['31 February', (text: string) => text.replace('2026-01-06', '2026-02-31')],
    ['null in a column', (text: string) => text.replace('[1.5', '[null')],
    ['text in a column', (text: string) => text.replace('[1.5', '["1.5"')],
  ])('given %s, then it is refused, pattern or not', (_what, change) => {
    const shape = { gap: ',', extra: '', columns: ['channels'], samples: 2 };
    const known = textOf(shape, '7', '2026-01-06T18:00:00Z', ['1.5', '2']);
    expect(change(known)).not.toBe(known);
    const slow = expectAgreement(Buffer.from(known), Buffer.from(change(known)), false);
    expect(slow).toHaveProperty('refused');
  });

  test('given invalid UTF-8 where the pattern has a name, then it is refused', () => {
    const shape = { gap: ',', extra: '', columns: ['channels'], samples: 2 };
    const known = Buffer.from(textOf(shape, '7', '2026-01-06T18:00:00Z', ['1.5', '2']));
    const bytes = Buffer.from(known);
    bytes[bytes.indexOf('"s"') + 1] = 0xff;
    expect(expectAgreement(known, bytes, false)).toHaveProperty('refused.code', 'malformed');
  });
});

const column = (kind: string, values: readonly number[]) =>
  kind === 'single'
    ? Float32Array.from(values)
    : kind === 'double'
      ? Float64Array.from(values)
      : Int16Array.from(values);

const cborBatch = fc
  .record({
    kinds: fc.array(fc.constantFrom('single', 'double', 'integer'), { minLength: 6, maxLength: 6 }),
    values: fc.array(fc.double({ min: -30_000, max: 30_000, noNaN: true }), { minLength: 1, maxLength: 3 }),
    sequence: fc.constantFrom(3, 200, 70_000, 100_000_000, 1_000_000_000),
    offsets: fc.boolean(),
    scale: fc.constantFrom(1, 0.5, -2, 100),
  })
  .map(({ kinds, values, sequence, offsets, scale }) => {
    const names = ['accX', 'accY', 'accZ', 'gyrX', 'gyrY', 'gyrZ'];
    const batch: ReadingBatch = {
      deviceId: 'd1',
      sessionId: 's',
      sequence,
      kind: 'imu',
      segment: 'thigh',
      side: 'left',
      position: 'seated',
      purpose: 'practice',
      startedAt: '2026-01-06T18:00:00Z',
      sampleRateHz: 50,
      channels: Object.fromEntries(names.map((name, i) => [name, column(kinds[i]!, values)])),
      scale: Object.fromEntries(names.filter((_, i) => kinds[i] === 'integer').map((name) => [name, scale])),
      ...(offsets ? { offsetsMs: Float64Array.from(values.map((_, i) => i * 20)) } : {}),
    };
    return encodeCbor(batch);
  });
