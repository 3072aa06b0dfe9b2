import fc from 'fast-check';
import type { ReadingFact, Series } from '../src/model/facts.js';
import { historyStart } from './histories.js';

const series: fc.Arbitrary<Series> = fc.record({
  side: fc.constantFrom('left' as const, 'right' as const),
  position: fc.constantFrom('seated' as const, 'prone' as const),
  motion: fc.constantFrom('active' as const, 'passive' as const),
  instrument: fc.constantFrom('goniometer', 'Movella DOT', 'Xsens MTi'),
  measuredBy: fc.constantFrom('self', 'dr-lee'),
});

/** Readings of several series over two months, some of them not valid. */
export const readings: fc.Arbitrary<ReadingFact[]> = fc.array(
  fc
    .record({
      series,
      hour: fc.integer({ min: 0, max: 60 * 24 }),
      value: fc.integer({ min: 0, max: 45 }),
      uncertaintyDeg: fc.constantFrom(null, 1, 3),
      valid: fc.oneof(
        { weight: 9, arbitrary: fc.constant(true) },
        { weight: 1, arbitrary: fc.constant(false) },
      ),
    })
    .map(({ hour, ...rest }) => {
      const at = historyStart + hour * 3_600_000;
      return { ...rest, id: `m${hour}`, at, reasons: [], receivedAt: at, closedBefore: 0 };
    }),
  { maxLength: 30 },
);
