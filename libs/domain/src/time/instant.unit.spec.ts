import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { instantOf } from './instant.js';

const years = { min: Date.parse('1965-01-01T00:00:00Z'), max: Date.parse('2110-01-01T00:00:00Z') };

describe('the instant of a text', () => {
  test('is what Date.parse makes of it, for every instant', () =>
    fc.assert(
      fc.property(fc.integer(years), (at) => {
        expect(instantOf(new Date(at).toISOString())).toBe(at);
      }),
      { numRuns: 2_000 },
    ));

  test.each([
    '1970-01-01T00:00:00.000Z',
    '1969-12-28T23:59:59.999Z',
    '2000-02-28T00:00:00.000Z',
    '2000-02-29T12:00:00.000Z',
    '2000-03-01T00:00:00.000Z',
    '2023-12-28T23:59:59.999Z',
    '2024-01-01T00:00:00.000Z',
    '2100-02-28T23:59:59.001Z',
    '2100-03-01T00:00:00.010Z',
    '2026-01-05T08:00:00Z',
    '2026-01-05T08:00:00.000+05:30',
    '2026-01-05T08:00:00.00+01:00',
    '2026-01-05',
  ])('%s is read as Date.parse reads it', (text) => {
    expect(Number.isNaN(instantOf(text))).toBe(false);
    expect(instantOf(text)).toBe(Date.parse(text));
  });

  test('whatever one character is changed to, both say the same', () =>
    fc.assert(
      fc.property(
        fc.integer(years),
        fc.nat(23),
        fc.constantFrom(...'0123456789-:.TZ +/aé'),
        (at, place, character) => {
          const text = new Date(at).toISOString();
          const changed = text.slice(0, place) + character + text.slice(place + 1);
          expect(instantOf(changed)).toBe(Date.parse(changed));
        },
      ),
      { numRuns: 3_000 },
    ));

  test.each([
    '2026-02-30T08:00:00.000Z',
    '2026-01-05T24:00:00.000Z',
    '2026-01-05T23:60:00.000Z',
    '2026-01-05T23:59:60.000Z',
  ])('%s is left to Date.parse', (text) => {
    expect(instantOf(text)).toBe(Date.parse(text));
  });
});

describe('whatever is out of the ordinary is read as Date.parse reads it', () => {
  const plain = '2026-01-05T08:30:15.250Z';
  const marks = [4, 7, 10, 13, 16, 19, 23].flatMap((place) =>
    ['x', ' ', '0', '-'].map((mark) => plain.slice(0, place) + mark + plain.slice(place + 1)),
  );
  const digits = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, 20, 21, 22].flatMap((place) =>
    ['/', ':', 'a', ' '].map((sign) => plain.slice(0, place) + sign + plain.slice(place + 1)),
  );
  const limits = [
    ['00', '12', '13', '99'].map((month) => `2026-${month}-05T08:30:15.250Z`),
    ['00', '01', '28', '29', '30', '31', '32'].map((day) => `2026-02-${day}T08:30:15.250Z`),
    ['00', '23', '24', '25'].map((hour) => `2026-01-05T${hour}:30:15.250Z`),
    ['00', '59', '60'].map((minute) => `2026-01-05T08:${minute}:15.250Z`),
    ['00', '59', '60'].map((second) => `2026-01-05T08:30:${second}.250Z`),
    ['0000', '1969', '1970', '1999', '2000', '2100', '9999'].map((year) => `${year}-03-01T08:30:15.250Z`),
    ['2026-01-05T24:00:00.000Z', '1970-01-01T00:00:00.000Z', `${plain}0`, plain.slice(1), ''],
  ].flat();

  test.each([...marks, ...digits, ...limits])('given %j, then as that', (text) => {
    expect(instantOf(text)).toBe(Date.parse(text));
  });
});
