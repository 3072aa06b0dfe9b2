import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeCbor, encodeCbor, MalformedError } from './index.js';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const arrays = (depth: number) => hex('81'.repeat(depth - 1) + '80');

describe('strict CBOR', () => {
  // RFC 8949, appendix A, as far as a batch may use it.
  test.each([
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['1903e8', 1000],
    ['1a000f4240', 1000000],
    ['1b000000e8d4a51000', 1000000000000],
    ['20', -1],
    ['3903e7', -1000],
    ['f93c00', 1],
    ['f97bff', 65504],
    ['f90001', 5.960464477539063e-8],
    ['f98000', -0],
    ['f97c00', Infinity],
    ['fa47c35000', 100000],
    ['fb3ff199999999999a', 1.1],
    ['f4', false],
    ['f5', true],
    ['f6', null],
    ['6449455446', 'IETF'],
    ['62c3bc', 'ü'],
    ['8301820203820405', [1, [2, 3], [4, 5]]],
    ['a26161016162820203', { a: 1, b: [2, 3] }],
  ])('given %s, then its value', (text, value) => {
    expect(decodeCbor(hex(text))).toEqual(value);
  });

  test.each([
    ['nothing', ''],
    ['bytes after the item', '0000'],
    ['a cut number', '19 03'],
    ['a cut text', '64 494554'],
    ['an array cut short', '83 01 02'],
    ['an array longer than memory', '9b 00000fffffffffff'],
    ['a map longer than the message', 'bb 00000fffffffffff'],
    ['indefinite text', '7f 6161 ff'],
    ['an indefinite array', '9f ff'],
    ['an indefinite map', 'bf ff'],
    ['a break', 'ff'],
    ['undefined', 'f7'],
    ['a simple value', 'f8 ff'],
    ['a reserved length', '1c'],
    ['a number as key', 'a1 01 02'],
    ['a key twice', 'a2 6161 01 6161 02'],
    ['__proto__ twice', 'a2 69 5f5f70726f746f5f5f 01 69 5f5f70726f746f5f5f 02'],
    ['a date tag', 'c0 60'],
    ['a bignum tag', 'c2 41 01'],
    ['a typed array of another kind', 'd8 40 41 01'],
    ['a typed array that is no byte string', 'd8 55 80'],
    ['half an element', 'd8 55 43 000000'],
    ['text that is no UTF-8', '62 c3 28'],
    ['an integer beyond 2^53', '1b ffffffffffffffff'],
  ])('given %s, then it is malformed', (_what, text) => {
    expect(() => decodeCbor(hex(text))).toThrow(MalformedError);
  });

  test('eight levels are enough, nine are malformed, and a bomb is found before the stack is gone', () => {
    expect(decodeCbor(arrays(8))).toEqual([[[[[[[[]]]]]]]]);
    for (const depth of [9, 100_000]) expect(() => decodeCbor(arrays(depth))).toThrow(MalformedError);
  });

  test('regression: a map of very many keys is refused before it is built', () => {
    const keys = Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [`k${i}`, i]));
    expect(() => decodeCbor(encodeCbor(keys))).toThrow(MalformedError);
    const { k0: _one, ...enough } = keys;
    expect(decodeCbor(encodeCbor(enough))).toEqual(enough);
  });

  test('given __proto__ as key, then it is a field like any other', () => {
    const value = decodeCbor(hex('a1 69 5f5f70726f746f5f5f a1 6161 01')) as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test('typed arrays come in both byte orders', () => {
    expect(decodeCbor(hex('d8 55 44 0000803f'))).toEqual(Float32Array.of(1));
    expect(decodeCbor(hex('d8 51 44 3f800000'))).toEqual(Float32Array.of(1));
    expect(decodeCbor(hex('d8 56 48 000000000000f03f'))).toEqual(Float64Array.of(1));
    expect(decodeCbor(hex('d8 52 48 3ff0000000000000'))).toEqual(Float64Array.of(1));
    expect(decodeCbor(hex('d8 4d 44 0100feff'))).toEqual(Int16Array.of(1, -2));
    expect(decodeCbor(hex('d8 49 44 0001fffe'))).toEqual(Int16Array.of(1, -2));
  });

  test('an aligned column is a view, not a copy', () => {
    const bytes = new Uint8Array(new ArrayBuffer(12));
    bytes.set(hex('82 00 d8 4d 44 01000200'), 1);
    const [, column] = decodeCbor(bytes.subarray(1, 10)) as [number, Int16Array];
    expect(column.buffer).toBe(bytes.buffer);
    expect(column).toEqual(Int16Array.of(1, 2));
  });

  test('what is written is read back', () => {
    const column = fc.oneof(
      fc.float32Array({ maxLength: 20 }),
      fc.float64Array({ maxLength: 20 }),
      fc.int16Array({ maxLength: 20 }),
    );
    const { value } = fc.letrec((tie) => ({
      leaf: fc.oneof(
        fc.integer(),
        fc.maxSafeInteger(),
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        fc.string({ unit: 'grapheme' }),
        column,
      ),
      value: fc.oneof(
        { maxDepth: 4 },
        tie('leaf'),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (each) => {
        expect(decodeCbor(encodeCbor(each))).toEqual(each);
      }),
    );
  });

  test('arbitrary bytes are a value or malformed, nothing else', () => {
    const whole = encodeCbor({
      a: [1, -1, 1.5, null, true, 'text'],
      b: Float32Array.of(1, 2),
      c: { d: Int16Array.of(3) },
    });
    const bent = fc
      .tuple(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length))
      .map(([at, byte, end]) => {
        const copy = Uint8Array.from(whole);
        copy[at] = byte;
        return copy.subarray(0, end);
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), bent), (bytes) => {
        try {
          decodeCbor(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
