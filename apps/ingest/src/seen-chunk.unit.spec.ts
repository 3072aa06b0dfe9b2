import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SeenChunk } from './seen-chunk.js';

/** More chunks than share one piece of memory. */
const chunks = 150;
const noted = fc.record({
  chunk: fc.nat(chunks - 1),
  sequence: fc.nat(63),
  partition: fc.nat(65_535),
  offset: fc.nat(Number.MAX_SAFE_INTEGER),
});

test('given many chunks in which places are noted, then each tells its own, the first of a sequence stands, and what was saved is the same again', () => {
  fc.assert(
    fc.property(fc.array(noted, { maxLength: 300 }), (notes) => {
      const all = Array.from({ length: chunks }, () => new SeenChunk());
      const places = new Map<string, object>();
      for (const { chunk, sequence, ...place } of notes) {
        all[chunk]!.note(sequence, place);
        const key = `${chunk}/${sequence}`;
        if (!places.has(key)) places.set(key, place);
      }
      for (const [chunk, seen] of all.entries()) {
        const again = new SeenChunk(seen.toJSON());
        for (let sequence = 0; sequence < 64; sequence++)
          for (const told of [seen, again])
            expect(told.find(sequence)).toEqual(places.get(`${chunk}/${sequence}`));
      }
    }),
    { numRuns: 20 },
  );
});
