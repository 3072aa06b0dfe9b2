import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  checkReadingBatch,
  decodeCbor,
  decodeReadingBatch,
  encodeCbor,
  encodeReadingBatch,
  type ReadingBatch,
  sameBatch,
  sampleCount,
} from './index.js';

const now = Date.parse('2026-02-01T12:00:00Z');
const imu = ['accX', 'accY', 'accZ', 'gyrX', 'gyrY', 'gyrZ'];
const channelsOf = (names: readonly string[], values: readonly number[] = [1.1, -2.2, 3.3]) =>
  Object.fromEntries(names.map((name) => [name, values]));
const least = {
  deviceId: 'd1',
  sessionId: 's1',
  sequence: 0,
  kind: 'imu',
  segment: 'thigh',
  side: 'left',
  position: 'seated',
  purpose: 'measurement',
  startedAt: '2026-02-01T12:00:00+01:00',
  sampleRateHz: 50,
  channels: channelsOf(imu),
} as const;
const full = {
  ...least,
  patientId: 'p1',
  captureId: 'k1',
  motion: 'passive',
  measuredBy: 'clinician',
  mounting: [1, 0, 0, 0],
  units: { accX: 'g' },
  marks: [{ kind: 'neutral', fromMs: 0, toMs: 500 }],
  offsetsMs: [0, 20, 40],
  packets: [7, 8, 9],
  scale: { accX: 0.5 },
  last: true,
} as const;
const faultsOf = (body: unknown, typed = false) =>
  checkReadingBatch(body, now, typed).map(({ path, code }) => `${path} ${code}`);
const withChannels = (more: object) => ({ ...least, channels: { ...least.channels, ...more } });
const typedBatch = (more: object = {}) => ({
  ...least,
  channels: Object.fromEntries(imu.map((name) => [name, Float32Array.of(1, 2, 3)])),
  ...more,
});

describe('a batch of samples', () => {
  test.each([
    ['the least', least, false],
    ['everything', full, false],
    [
      'orientation',
      { ...least, kind: 'orientation', channels: channelsOf(['quatW', 'quatX', 'quatY', 'quatZ']) },
      false,
    ],
    ['a goniometer', { ...least, kind: 'goniometer', channels: channelsOf(['angleDeg']) }, false],
    ['typed columns', typedBatch(), true],
    [
      'int16 with its factor',
      typedBatch({
        channels: { ...typedBatch().channels, accX: Int16Array.of(1, 2, 3) },
        scale: { accX: 0.01 },
      }),
      true,
    ],
  ])('given %s, then it passes', (_what, body, typed) => {
    expect(faultsOf(body, typed)).toEqual([]);
  });

  test.each([
    ['no object', 'x', [' type']],
    ['an unknown field', { ...least, colour: 1 }, ['/colour unknown-field']],
    ['null', { ...least, captureId: null }, ['/captureId type']],
    ['a negative sequence', { ...least, sequence: -1 }, ['/sequence range']],
    ['half a sequence', { ...least, sequence: 0.5 }, ['/sequence type']],
    ['a rate of 0', { ...least, sampleRateHz: 0 }, ['/sampleRateHz range']],
    ['2,001 Hz', { ...least, sampleRateHz: 2_001 }, ['/sampleRateHz range']],
    ['an infinite rate', { ...least, sampleRateHz: Infinity }, ['/sampleRateHz not-finite']],
    ['an unknown side', { ...least, side: 'both' }, ['/side enum']],
    ['the future', { ...least, startedAt: '2026-02-01T12:06:00Z' }, ['/startedAt in-future']],
    ['an unknown channel', withChannels({ temperature: [1, 2, 3] }), ['/channels/temperature unknown-field']],
    [
      'a missing channel',
      { ...least, kind: 'orientation' },
      ['quatW', 'quatX', 'quatY', 'quatZ'].map((name) => `/channels/${name} required`),
    ],
    ['no channels', { ...least, channels: undefined }, ['/channels required']],
    ['channels as a list', { ...least, channels: [] }, ['/channels type']],
    ['channels null', { ...least, channels: null }, ['/channels type']],
    ['no samples', { ...least, channels: channelsOf(imu, []) }, ['/channels range']],
    ['ragged columns', withChannels({ gyrZ: [1, 2] }), ['/channels/gyrZ ragged']],
    ['a first column that is ragged', withChannels({ accX: [1, 2] }), ['/channels/accX ragged']],
    ['ragged offsets', { ...least, offsetsMs: [0] }, ['/offsetsMs ragged']],
    ['text in a column', withChannels({ gyrZ: [1, '2', 3] }), ['/channels/gyrZ/1 type']],
    ['null in a column', withChannels({ gyrZ: [1, null, 3] }), ['/channels/gyrZ/1 type']],
    ['a text as column', withChannels({ gyrZ: 'abc' }), ['/channels/gyrZ type']],
    ['what JSON made infinite', withChannels({ gyrZ: [1, Infinity, 3] }), ['/channels/gyrZ/1 not-finite']],
    ['10^6', withChannels({ gyrZ: [1, 1e6, 3] }), ['/channels/gyrZ/1 range']],
    ['10^6 by its factor', { ...least, scale: { gyrZ: 1e6 } }, ['/channels/gyrZ/0 range']],
    ['a factor of 0', { ...least, scale: { gyrZ: 0 } }, ['/scale/gyrZ range']],
    ['a factor for what is not there', { ...least, scale: { magX: 1 } }, ['/scale/magX unknown-field']],
    ['a unit of nothing', { ...least, units: { colour: 'red' } }, ['/units/colour unknown-field']],
    ['no rotation', { ...least, mounting: [1, 1, 0, 0] }, ['/mounting range']],
    ['three numbers', { ...least, mounting: [1, 0, 0] }, ['/mounting range']],
    [
      'a mark that ends before it begins',
      { ...least, marks: [{ kind: 'neutral', fromMs: 5, toMs: 5 }] },
      ['/marks/0/toMs range'],
    ],
  ])('given %s, then the place and the kind of fault are said', (_what, body, faults) => {
    expect(faultsOf(JSON.parse(JSON.stringify(body, keepInfinity), reviveInfinity))).toEqual(faults);
  });

  test.each([
    [
      'a plain column',
      typedBatch({ channels: channelsOf(imu) }),
      imu.map((name) => `/channels/${name} type`),
    ],
    ['plain offsets', typedBatch({ offsetsMs: [0, 1, 2] }), ['/offsetsMs type']],
    [
      'int16 without a factor',
      typedBatch({ channels: { ...typedBatch().channels, accX: Int16Array.of(1, 2, 3) } }),
      ['/scale/accX required'],
    ],
    [
      'NaN in float32',
      typedBatch({ channels: { ...typedBatch().channels, gyrX: Float32Array.of(1, NaN, 3) } }),
      ['/channels/gyrX/1 not-finite'],
    ],
    ['NaN in the header', typedBatch({ sampleRateHz: NaN }), ['/sampleRateHz not-finite']],
    ['bytes as an id', typedBatch({ deviceId: Int16Array.of(1) }), ['/deviceId type']],
    ['a column of channels', typedBatch({ channels: Float32Array.of(1) }), ['/channels type']],
  ])('given CBOR with %s, then its fault', (_what, body, faults) => {
    expect(faultsOf(decodeCbor(encodeCbor(body)), true)).toEqual(faults);
  });

  test('regression: given a megabyte of bytes where an object belongs, then one fault and not a million', () => {
    for (const name of ['units', 'scale', 'channels', 'marks'])
      expect(faultsOf(typedBatch({ [name]: new Int16Array(500_000) }), true)).toEqual([`/${name} type`]);
  });

  test.each([['valueOf'], ['constructor'], ['__proto__'], [{ toString: 1 }], [['imu']]])(
    'regression: given %j as the kind, then its fault and no failure',
    (kind) => {
      expect(faultsOf(typedBatch({ kind }), true)).toEqual([
        `/kind ${typeof kind === 'string' ? 'enum' : 'type'}`,
      ]);
    },
  );

  test('whatever CBOR says, the answer is a list of faults with places', () => {
    const body = fc.dictionary(fc.constantFrom(...Object.keys(full), 'x'), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(body, (more) => {
        const decoded = decodeCbor(encodeCbor({ ...typedBatch(), ...more }));
        for (const { path } of checkReadingBatch(decoded, now, true)) expect(path).toMatch(/^\//);
      }),
    );
  });
});

describe('the same batch', () => {
  const columns = fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), {
    minLength: 1,
    maxLength: 20,
  });
  const json = (values: readonly number[], more: object = {}) =>
    ({ ...least, channels: channelsOf(imu, values), ...more }) as unknown as ReadingBatch;
  const as = (make: (values: readonly number[]) => unknown, values: readonly number[], more: object = {}) =>
    decodeReadingBatch(
      encodeCbor({
        ...least,
        channels: Object.fromEntries(imu.map((name) => [name, make(values)])),
        ...more,
      }),
    );

  test('in the form of the log, as float64 and as float32 it is the same', () => {
    fc.assert(
      fc.property(columns, (values) => {
        const sent = json(values);
        const kept = decodeReadingBatch(encodeReadingBatch(sent));
        expect(sampleCount(kept)).toBe(values.length);
        expect(sameBatch(kept, sent)).toBe(true);
        expect(
          sameBatch(
            kept,
            as((each) => Float64Array.from(each), values),
          ),
        ).toBe(true);
        expect(
          sameBatch(
            kept,
            as((each) => Float32Array.from(each), values),
          ),
        ).toBe(true);
      }),
    );
  });

  test('as int16 with a factor it is the same as the products', () => {
    const factor = 0.0048828125 * 9.80665;
    const counts = [1, -2048, 32767];
    const scale = Object.fromEntries(imu.map((name) => [name, factor]));
    const integers = as((each) => Int16Array.from(each), counts, { scale });
    expect(sameBatch(integers, json(counts.map((count) => count * factor)))).toBe(true);
    expect(sameBatch(integers, json([1, -2048, 32766].map((count) => count * factor)))).toBe(false);
  });

  test('regression: a factor that a CBOR writer shortened to float32 is the same factor', () => {
    const scaled = (factor: number, each: (values: readonly number[]) => ReadingBatch['channels'][string]) =>
      as(each, [1, -2048, 32767], { scale: Object.fromEntries(imu.map((name) => [name, factor])) });
    const integers = (values: readonly number[]) => Int16Array.from(values);
    expect(sameBatch(scaled(0.001, integers), scaled(Math.fround(0.001), integers))).toBe(true);
    expect(
      sameBatch(
        scaled(0.001, (values) => values),
        scaled(Math.fround(0.001), integers),
      ),
    ).toBe(true);
    expect(sameBatch(scaled(0.001, integers), scaled(0.0010001, integers))).toBe(false);
  });

  test('what is left out means its default', () => {
    expect(sameBatch(json([1]), json([1], { last: false, motion: 'active', measuredBy: 'self' }))).toBe(true);
    expect(sameBatch(json([1]), json([1], { last: true }))).toBe(false);
  });

  test('any change of a value, a column or the header is other content', () => {
    const base = json([1, 2, 3]);
    const others = [
      json([1, 2, 3 + 1e-12]),
      json([1, 2]),
      json([1, 2, 3], { side: 'right' }),
      json([1, 2, 3], { startedAt: '2026-02-01T12:00:01+01:00' }),
      json([1, 2, 3], { offsetsMs: [0, 1, 2] }),
      { ...base, channels: { ...base.channels, magX: [1, 2, 3] } },
    ];
    for (const other of others) expect(sameBatch(base, other)).toBe(false);
  });

  test('regression: the neighbouring float32 is other content, whatever encoding brings it; the nearest to the number that was sent is the same', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true, min: -900, max: 900 }), (value) => {
        const bits = new Uint32Array(Float32Array.of(value).buffer);
        bits[0]! += 1;
        const [next] = new Float32Array(bits.buffer) as unknown as [number];
        const single = as((each) => Float32Array.from(each), [value]);
        expect(sameBatch(single, json([value]))).toBe(true);
        expect(sameBatch(single, json([Number(value.toPrecision(9))]))).toBe(true);
        expect(sameBatch(single, json([next]))).toBe(false);
        expect(
          sameBatch(
            single,
            as((each) => Float64Array.from(each), [next]),
          ),
        ).toBe(false);
      }),
    );
  });

  test('the same instant is the same start, however it is written; another is another', () => {
    const at = (startedAt: string) => json([1], { startedAt });
    expect(sameBatch(at('2026-02-01T12:00:00+01:00'), at('2026-02-01T11:00:00.000Z'))).toBe(true);
    expect(sameBatch(at('2026-02-01T12:00:00+01:00'), at('2026-02-01T11:00:00.001Z'))).toBe(false);
  });

  test('regression: a rate that a CBOR writer shortened to float32 is the same rate', () => {
    expect(
      sameBatch(json([1], { sampleRateHz: 104.16 }), json([1], { sampleRateHz: Math.fround(104.16) })),
    ).toBe(true);
  });
});

function keepInfinity(_name: string, value: unknown): unknown {
  return value === Infinity ? '∞' : value;
}
function reviveInfinity(_name: string, value: unknown): unknown {
  return value === '∞' ? Infinity : value;
}
