import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { add, contains, missing, type Ranges } from './ranges.js';

const of = (numbers: readonly number[]): Ranges => numbers.reduce<Ranges>(add, []);

describe('ranges of batch numbers', () => {
  test('given batches out of order, when they are added, then neighbours join', () => {
    expect(of([3, 1, 2, 7])).toEqual([
      [1, 3],
      [7, 7],
    ]);
  });

  test('given a hole and a start that is missing, when asked, then both are named', () => {
    expect(missing(of([1, 2, 5]), 6)).toEqual([
      [0, 0],
      [3, 4],
      [6, 6],
    ]);
  });

  test('regression: given a batch beyond the highest, then what is missing ends at the highest, and nothing runs backwards', () => {
    expect(missing(of([0, 1, 5]), 1)).toEqual([]);
    expect(missing(of([0, 5]), 1)).toEqual([[1, 1]]);
  });

  test('property: any order gives the same ranges, and a number is either contained or missing', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(60), { maxLength: 40 }), (numbers) => {
        const ranges = of(numbers);
        expect(ranges).toEqual(of([...numbers].sort((a, b) => a - b)));
        const holes = missing(ranges, 60);
        for (let n = 0; n <= 60; n++) expect(contains(ranges, n)).toBe(!contains(holes, n));
      }),
    );
  });
});
