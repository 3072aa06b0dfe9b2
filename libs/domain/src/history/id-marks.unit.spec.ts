import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isFull, mark, marksOf, mayHave, noMarks } from './id-marks.js';

const ids = fc.array(fc.oneof(fc.uuid(), fc.string({ maxLength: 12 })), { maxLength: 200 });

test('whatever was marked may be there, however often the room has doubled', () =>
  fc.assert(
    fc.property(ids, (list) => {
      let marks = noMarks();
      for (const [place, id] of list.entries())
        if (isFull(marks, place + 1)) marks = marksOf(list, place + 1, marks.length * 2);
        else mark(marks, id);
      expect(list.filter((id) => !mayHave(marks, id))).toEqual([]);
    }),
  ));

test('of ids that are not there nine in ten are known to be missing', () => {
  // Evenly spread, which a generator of edge cases is not.
  let number = 1;
  const digits = () => (number = Math.imul(number, 1_664_525) + 1_013_904_223) >>> 0;
  const uuids = Array.from({ length: 2_000 }, () => `${digits()}-4a1b-8c2d-${digits()}`);
  const marks = marksOf(uuids, 1_000, 256);
  expect(isFull(marks, 1_000)).toBe(false);
  expect(isFull(marks, 1_025)).toBe(true);
  expect(uuids.slice(1_000).filter((id) => mayHave(marks, id)).length).toBeLessThan(100);
});

test('short ids that differ in a digit are told apart too', () => {
  const short = Array.from({ length: 400 }, (_, n) => `c${n}`);
  const marks = marksOf(short, 200, 64);
  expect(short.slice(200).filter((id) => mayHave(marks, id)).length).toBeLessThan(30);
});
