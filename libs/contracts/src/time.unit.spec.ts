import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatLike, parseInstant } from './index.js';

test.each([
  ['2026-06-05T10:00:00+05:30', '2026-06-05T10:00:02.500+05:30'],
  ['2026-06-05T10:00:00-03:00', '2026-06-05T10:00:02.500-03:00'],
  ['2026-06-05T23:59:59+01:00', '2026-06-06T00:00:01.500+01:00'],
  ['2026-06-05T10:00:00Z', '2026-06-05T10:00:02.500Z'],
])(
  'regression: given a start told as %s, when 2.5 s later is written, then its offset is kept',
  (told, later) => expect(formatLike(parseInstant(told)! + 2_500, told)).toBe(later),
);

test.each([undefined, 'at noon', '2026-06-05-18:00'])(
  'given a start told as %s, then it is written in UTC',
  (told) => expect(formatLike(0, told)).toBe('1970-01-01T00:00:00.000Z'),
);

test('property: whatever the offset, the instant stays', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4e12 }),
      fc.integer({ min: -1439, max: 1439 }),
      (instant, minutes) => {
        const two = (n: number) => String(n).padStart(2, '0');
        const size = Math.abs(minutes);
        const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
        expect(parseInstant(formatLike(instant, `2026-01-01T00:00:00${offset}`))).toBe(instant);
      },
    ),
  );
});
