import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CheckInFact } from '../model/facts.js';
import { CheckIns } from './check-ins.js';
import { peakOf } from './history.js';

const told = (id: string, at: number, more: Partial<CheckInFact> = {}): CheckInFact => ({
  id,
  at,
  now: 2,
  flags: [],
  receivedAt: at,
  order: 0,
  closedBefore: 0,
  ...more,
});
const listOf = (facts: readonly CheckInFact[]): CheckIns =>
  facts.reduce((list, fact) => list.with(fact), CheckIns.none());
const ids = (list: CheckIns): string => [...list].map(({ id }) => id).join(' ');

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
/** Beyond what ingest lets in too: what does not fit is kept all the same. */
const pain = fc.oneof(fc.integer({ min: 0, max: 10 }), fc.constantFrom(-1, 15, 16, 2.5));
const facts = fc
  .record({
    id: fc.string({ minLength: 1, maxLength: 3 }),
    at: fc.integer({ min: 0, max: 40 }),
    now: pain,
    worst: maybe(pain),
    duringExercise: maybe(pain),
    nextMorning: maybe(pain),
    understanding: maybe(fc.integer({ min: 0, max: 9 })),
    controllable: maybe(fc.boolean()),
    feltTarget: maybe(fc.boolean()),
    improving: maybe(fc.boolean()),
    site: maybe(fc.constantFrom('groin', 'side', 'squat')),
    side: maybe(fc.constantFrom('left' as const, 'right' as const)),
    session: maybe(
      fc.record({
        kind: fc.constantFrom('strength' as const, 'practice' as const, 'stretch' as const),
        exercise: maybe(fc.constantFrom('squat', 'squat,undefined', 'lunge')),
        mode: maybe(fc.constantFrom('passive', 'undefined')),
        holdSeconds: maybe(fc.integer({ min: 0, max: 60 })),
        sets: maybe(
          fc.array(fc.record({ reps: fc.integer({ min: 0, max: 3 }), loadKg: fc.constantFrom(0, 2.5) }), {
            maxLength: 3,
          }),
        ),
      }),
    ),
    flags: fc.oneof(fc.constant([]), fc.constant(['cold-limb'])),
    closedBefore: fc.integer({ min: 0, max: 3 }),
  })
  .map((fact) => ({ ...fact, receivedAt: fact.at, order: 1 }) as CheckInFact);

/** What is known of it but its receipt; nothing that is not. */
const withoutReceipt = ({ receivedAt: _, order: __, ...kept }: CheckInFact): object =>
  JSON.parse(JSON.stringify(kept)) as object;

describe('a list of check-ins', () => {
  test('gives back what was told, by time and then by id, whatever the order of receipt', () => {
    fc.assert(
      fc.property(fc.uniqueArray(facts, { selector: ({ id }) => id, maxLength: 30 }), (given) => {
        // when
        const list = listOf(given);
        // then: all but when it was received
        const expected = [...given].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
        expect([...list]).toMatchObject(expected.map(withoutReceipt));
        expect(list.flagged).toEqual(expected.filter(({ flags }) => flags.length > 0));
        for (const [place, fact] of expected.entries()) {
          expect(list.has(fact.id)).toBe(true);
          expect([list.now(place), list.during(place), list.nextMorning(place), list.peak(place)]).toEqual([
            fact.now,
            fact.duringExercise,
            fact.nextMorning,
            peakOf(fact),
          ]);
          expect([list.understanding(place), list.felt(place), list.controllable(place)]).toEqual([
            fact.understanding,
            fact.feltTarget,
            fact.controllable,
          ]);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('is as it was when others have grown from it', () => {
    // given
    const one = listOf([told('a', 1), told('c', 3)]);
    // when: two grow from it, one of them in the middle
    const end = one.with(told('d', 4));
    const other = one.with(told('e', 5));
    const middle = one.with(told('b', 2));
    const further = end.with(told('f', 6));
    // then
    expect([one, end, other, middle, further].map(ids)).toEqual([
      'a c',
      'a c d',
      'a c e',
      'a b c',
      'a c d f',
    ]);
    expect(one.has('d')).toBe(false);
    expect(one.lastAt).toBe(3);
  });

  test('seen at an earlier instant, or before a closing, is what it was', () => {
    const flag = { flags: ['cold-limb'] };
    const list = listOf([
      told('a', 1),
      told('b', 2, { closedBefore: 7, ...flag }),
      told('c', 3, flag),
      told('d', 3),
    ]);
    expect(ids(list.until(3))).toBe('a b c d');
    expect(ids(list.until(2))).toBe('a b');
    expect(list.until(2).flagged.map(({ id }) => id)).toEqual(['b']);
    expect(ids(list.receivedBefore(7))).toBe('a c d');
    expect(list.receivedBefore(7).flagged.map(({ id }) => id)).toEqual(['c']);
    expect(list.receivedBefore(8)).toBe(list);
    expect(list.within(2, 3).map(({ id }) => id)).toEqual(['b']);
    expect([list.first(0), list.first(3), list.first(4)]).toEqual([0, 2, 4]);
    // and it grows on its own from there
    expect(ids(list.until(2).with(told('e', 9)))).toBe('a b e');
    expect(ids(list)).toBe('a b c d');
  });
});
