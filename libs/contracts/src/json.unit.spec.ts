import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, MalformedError, parseJson } from './index.js';

const parse = (text: string) => parseJson(Buffer.from(text));

describe('strict JSON', () => {
  test.each([
    ['nothing', ''],
    ['cut text', '{"a":'],
    ['a name twice', '{"a":1,"a":1}'],
    ['a name twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['a name twice deep inside an array', '[1,{"b":[{"a":1,"a":{"x":1}}]}]'],
    ['a name twice where the first value is an object', '{"a":{"x":1,"y":2},"a":1}'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":1}'],
    ['a lone high surrogate', '["\\ud800"]'],
    ['a lone low surrogate as name', '{"\\udc00":1}'],
    ['surrogates in the wrong order', '["\\udc00\\ud800"]'],
    ['a noncharacter', '["\uffff"]'],
    ['an escaped noncharacter', '["\\ufdd0"]'],
    ['a byte order mark', '\ufeff{}'],
    ['a bomb of brackets', '['.repeat(1_000_000)],
    ['a bomb that closes', '['.repeat(50_000) + ']'.repeat(50_000)],
    ['a comment', '{} // x'],
    ['single quotes', "{'a':1}"],
    ['NaN', '[NaN]'],
  ])('given %s, when parsed, then it is malformed', (_what, text) => {
    expect(() => parse(text)).toThrow(MalformedError);
  });

  test.each([
    ['overlong UTF-8', [0x22, 0xc0, 0xaf, 0x22]],
    ['UTF-8 cut short', [0x22, 0xe2, 0x82, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['UTF-16', [0xff, 0xfe, 0x22, 0x00]],
  ])('given %s, when parsed, then it is malformed', (_what, bytes) => {
    expect(() => parseJson(Uint8Array.from(bytes))).toThrow(MalformedError);
  });

  test('given colons, quotes and braces within strings, when parsed, then they count for nothing', () => {
    const value = { 'a:b': 'c:{"d":1}', e: '\\":', f: ['\\\\', ':', '😀'] };
    expect(parse(JSON.stringify(value))).toEqual(value);
  });

  test('given __proto__, when parsed, then it is a field like any other and no prototype is touched', () => {
    const value = parse('{"__proto__":{"polluted":true},"constructor":1}') as object;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('every JSON value without odd text comes back as JSON.parse brings it', () => {
    const text = fc.string({ unit: 'grapheme' });
    const values = fc.jsonValue({ maxDepth: 6 });
    fc.assert(
      fc.property(fc.oneof(values, fc.dictionary(text, text)), (value) => {
        const json = JSON.stringify(value);
        expect(parse(json)).toEqual(JSON.parse(json));
      }),
    );
  });

  test('arbitrary bytes are a value or malformed, nothing else', () => {
    const snippet = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\',
      '\\u00',
      'null',
      '1',
      '__proto__',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 64 }),
          fc.array(snippet, { maxLength: 24 }).map((parts) => Buffer.from(parts.join(''))),
        ),
        (bytes) => {
          try {
            parseJson(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('canonical JSON', () => {
  // The examples of RFC 8785, section 3.2.2 and 3.2.3.
  test('given the example of the RFC, then its text', () => {
    const value = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('names are sorted by UTF-16 code units', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '😀', '\u0080', '\u00f6'];
    const object = Object.fromEntries(names.map((name) => [name, 0]));
    expect(Object.keys(JSON.parse(canonicalJson(object)) as object)).toEqual([
      '1',
      '\r',
      '\u0080',
      '\u00f6',
      '\u20ac',
      '😀',
      '\ufb33',
    ]);
  });

  test('the order of fields never matters', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const turned = Object.fromEntries(Object.entries(object).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(object));
      }),
    );
  });
});
