import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unwrapCounter } from './row-index.js';

test.each([65_536, 4_294_967_296])(
  'given a counter that starts again at %d, with packets lost, repeated and exchanged, then it runs on',
  (wrap) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 400 }),
        fc.array(fc.integer({ min: -2, max: 50 }), { minLength: 20, maxLength: 200 }),
        (before, steps) => {
          let at = wrap - before - 10;
          const running = [
            wrap - before - 12,
            ...steps.map((step) => Math.max((at += step), wrap - before - 12)),
          ];
          const seen = Float64Array.from(running, (value) => value % wrap);
          // A 16-bit counter is told by its largest value: a short recording before the wrap is enough.
          if (Math.max(...seen) < wrap / 2) return;
          expect([...unwrapCounter(seen)]).toEqual(running);
        },
      ),
    );
  },
);
