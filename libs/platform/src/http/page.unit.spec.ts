import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toPage } from './page.js';
import { parseCursor } from './query.js';

/** The list as a store would give it: everything after the key, one more than a page holds. */
const after = (keys: readonly string[], cursor: string | null, limit: number) => {
  const from = cursor === null ? '' : parseCursor(cursor, 'k/');
  return keys.filter((key) => key > from).slice(0, limit + 1);
};

describe('lists by cursor', () => {
  test('whatever the page size, walking the pages gives every item once, in order, and ends', () => {
    const keys = fc.uniqueArray(
      fc.string({ unit: 'grapheme' }).map((key) => `k/${key}`),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 10 }), (unsorted, limit) => {
        const all = [...unsorted].sort();
        const seen: string[] = [];
        let cursor: string | null = null;
        do {
          const page: { items: readonly string[]; next: string | null } = toPage(
            after(all, cursor, limit),
            limit,
            (key) => key,
          );
          seen.push(...page.items);
          cursor = page.next;
        } while (cursor !== null);
        expect(seen).toEqual(all);
      }),
    );
  });

  test.each(['', '!!', 'eA', 'ay8=', 'a\u00e4'])(
    '%j was never given out as a cursor of this list',
    (cursor) => {
      expect(() => parseCursor(cursor, 'k/')).toThrow('the cursor does not belong to this list');
    },
  );
});
