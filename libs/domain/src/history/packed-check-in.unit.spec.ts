import { describe, expect, test } from '@jest/globals';
import type { CheckInFact } from '../model/facts.js';
import { CheckIns } from './check-ins.js';
import { isWhole, pack } from './packed-check-in.js';

const told = (more: Partial<CheckInFact> = {}): CheckInFact => ({
  id: 'a',
  at: 1,
  now: 2,
  flags: [],
  receivedAt: 1,
  order: 0,
  closedBefore: 0,
  ...more,
});
/** As it is given back: without its receipt, which is in its event. */
const kept = (fact: CheckInFact) => CheckIns.none().with(fact).get(0);

describe('a check-in in one number', () => {
  test.each<[string, Partial<CheckInFact>]>([
    ['nothing but the pain now', {}],
    ['no pain and the worst of 10', { now: 0, worst: 10 }],
    ['14, the largest that fits', { now: 14, duringExercise: 14, nextMorning: 14, worst: 14 }],
    ['the left side', { side: 'left' }],
    ['the right side', { side: 'right' }],
    ['yes to each question', { controllable: true, feltTarget: true, improving: true, understanding: 6 }],
    ['no to each question', { controllable: false, feltTarget: false, improving: false, understanding: 0 }],
    ['a place and a session', { site: 'groin', session: { kind: 'practice', exercise: 'active-ir-seated' } }],
  ])('given %s, then it fits, and comes back with what was told and nothing else', (_what, more) => {
    const fact = told(more);
    expect(isWhole(pack(fact))).toBe(false);
    const { receivedAt: _, order: __, ...rest } = fact;
    expect(kept(fact)).toStrictEqual(rest);
  });

  test.each<[string, Partial<CheckInFact>]>([
    ['a flag', { flags: ['cold-limb'] }],
    ['a pain of 15', { now: 15 }],
    ['a worst of 15', { worst: 15 }],
    ['half a point', { duringExercise: 2.5 }],
    ['less than none', { nextMorning: -1 }],
    ['an understanding of 7', { understanding: 7 }],
  ])('given %s, then it is kept whole', (_what, more) => {
    const fact = told(more);
    expect(isWhole(pack(fact))).toBe(true);
    expect(kept(fact)).toBe(fact);
  });
});
