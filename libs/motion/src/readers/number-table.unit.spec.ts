import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readNumbers } from './number-table.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const digits = (min: number, max: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map((all) => all.join(''));
const written = fc.oneof(
  // What devices write, whole and with six decimals, and what is near to it.
  digits(1, 17),
  fc.tuple(digits(1, 11), digits(6, 6)).map(([whole, decimals]) => `${whole}.${decimals}`),
  fc.tuple(digits(0, 3), digits(0, 9)).map(([whole, decimals]) => `${whole}.${decimals}`),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.constantFrom('', '.', '-', '1.2.3', '1:345678', '12/34567', 'x', '0.12345a', '1.234567.', '0.00000:'),
);
const cell = fc
  .tuple(fc.constantFrom('', '-'), written)
  .map(([sign, text]) => (/^\d/.test(text) ? sign : '') + text);
const asNumber = (text: string): number => {
  const value = text === '' ? NaN : Number(text);
  return Number.isFinite(value) ? value : NaN;
};

test.each([
  ['\n', ',', '.'],
  ['\r\n', ';', ','],
  ['\n', '\t', '.'],
])(
  'given cells as devices write them and nearly so, line end %j, separator %j, decimal mark %j, then each is what Number() reads',
  (end, separator, decimal) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 60 }), (rows) => {
        const text = rows
          .map((row) => row.map((one) => one.replaceAll('.', decimal)).join(separator))
          .join(end);
        const table = readNumbers(bytes(text), {
          start: 0,
          separator: separator.charCodeAt(0),
          decimal: decimal.charCodeAt(0),
          columns: 3,
        });
        expect(table.rows).toBe(rows.length);
        rows.forEach((row, r) => row.forEach((one, k) => expect(table.columns[k]![r]).toBe(asNumber(one))));
      }),
      { numRuns: 300 },
    );
  },
);

test('given rows far longer than the first, then the columns stay apart when the table outgrows its room', () => {
  const rows = [`${'0'.repeat(400)}1,2`, ...Array.from({ length: 500 }, (_, i) => `${i},-${i}.500000`)];
  const { columns } = readNumbers(bytes(rows.join('\n')), {
    start: 0,
    separator: 44,
    decimal: 46,
    columns: 2,
  });
  expect([...columns[0]!]).toEqual([1, ...Array.from({ length: 500 }, (_, i) => i)]);
  expect([...columns[1]!]).toEqual([2, ...Array.from({ length: 500 }, (_, i) => -(i + 0.5))]);
});
