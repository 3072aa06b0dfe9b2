import { describe, expect, test } from '@jest/globals';
import type { OverrideValue } from './model/facts.js';
import { compared } from '../testing/oracle/compare.js';
import { comparedLate } from '../testing/oracle/compare-late.js';
import { weekOf } from '../testing/oracle/calendar.js';
import { type CheckIn, day, hour, type Inputs, type Override } from '../testing/oracle/inputs.js';
import { practiceDates } from '../testing/oracle/phases.js';

const monday = Date.parse('2026-01-05T00:00:00Z');
/** So many hours after the n-th day of the programme begins (UTC). */
const at = (n: number, h = 0) => monday + n * day + h * hour;

const says = (id: string, when: number, what: Partial<CheckIn> = {}): CheckIn => ({
  id,
  at: when,
  receivedAt: when,
  now: 0,
  flags: [],
  ...what,
});

const orders = (
  id: string,
  from: number,
  override: OverrideValue,
  until: number | null = null,
): Override => ({
  id,
  override,
  from,
  until,
  receivedAt: from,
});

const patient: Inputs = {
  enrolledAt: monday,
  zone: { zone: 'UTC', moves: [] },
  baselinePain: 0,
  startExercise: 'squat',
  startLoadKg: 20,
  checkIns: [],
  readings: [],
  recordings: [],
  overrides: [],
};

describe('where the second reading was wrong (regression)', () => {
  test('given a target that begins exactly when a week ends, then what the closing makes of a gap is kept underneath, and answers it', () => {
    // given: silence from day 1 on, whose 14 days are over at the end of the third week, where a clinician's target begins
    const value = { exercise: 'squat', sets: 2, reps: 10, loadKg: 20 };
    const inputs = {
      ...patient,
      checkIns: [says('a', at(1)), says('b', at(50)), says('c', at(60))],
      overrides: [orders('o', at(21), { kind: 'target', value }, at(22))],
    };
    // when
    const late = comparedLate(inputs);
    const inTime = compared(inputs, []);
    // then
    expect(late.oracle).toEqual(late.engine);
    expect(inTime.oracle).toEqual(inTime.engine);
    expect(late.engine.targets.slice(2, 5)).toEqual([
      '2026-W05 squat: hold override 2 x 10 at 20 kg',
      '2026-W06 squat: hold S8 2 x 10 at 20 kg',
      '2026-W07 squat: hold S8 2 x 10 at 20 kg',
    ]);
  });

  test('given an easier variant that made way and begins again at the next closing, when an earlier week is decided anew, then it stays', () => {
    // given: three exercises, of which the lunge makes way, and takes the place of the split squat a week later
    const reps = [1, 2, 3, 4].map(() => ({ reps: 20, loadKg: 100 }));
    const trained = {
      session: { kind: 'strength', exercise: 'squat', sets: reps } as const,
      duringExercise: 0,
    };
    const inputs = {
      ...patient,
      startLoadKg: 0,
      checkIns: [
        says('a', at(14, 1)),
        says('b', at(16), trained),
        says('c', at(17), { now: 2 }),
        says('d', at(20), { ...trained, receivedAt: at(21, 13) }),
        says('e', at(21, 1), { now: 8 }),
        says('f', at(21, 1)),
        says('g', at(21, 2)),
        says('h', at(21, 1), { receivedAt: at(33, 2) }),
        says('i', at(28, 1), { now: 3, duringExercise: 7, receivedAt: at(29, 14) }),
        says('j', at(35, 1)),
        // when: one of the third week comes a month late
        says('k', at(14, 1), { receivedAt: at(44, 8) }),
      ],
      overrides: [
        orders('o', at(0, 1), {
          kind: 'add-exercise',
          value: { exercise: 'bulgarian-split-squat', startLoadKg: 5 },
        }),
        orders('p', at(0, 1), { kind: 'add-exercise', value: { exercise: 'lunge' } }),
      ],
    };
    const { engine, oracle } = comparedLate(inputs);
    // then
    expect(oracle).toEqual(engine);
    expect(engine.targets.filter((each) => /W0[67]/.test(each))).toEqual([
      '2026-W06 bulgarian-split-squat: regress S5 3 x 5 at 0 kg',
      '2026-W06 squat: regress S5 3 x 5 at 0 kg',
      '2026-W07 lunge: regress S3 3 x 8 at 0 kg',
      '2026-W07 squat: regress S3 3 x 5 at 0 kg',
    ]);
    expect(engine.tightened).toEqual([]);
  });

  test('given a date that a move to another zone puts into two weeks, then strength on it in either makes it no practice day', () => {
    // given: the second Monday is told from Honolulu, so that its first ten hours lie in the week before
    const zone = { zone: 'UTC', moves: [{ id: 'z', at: at(1), zone: 'Pacific/Honolulu' }] };
    const practice = { session: { kind: 'practice' } as const };
    const strength = { session: { kind: 'strength', exercise: 'squat' } as const };
    const datesOf = (first: Partial<CheckIn>, second: Partial<CheckIn>) => {
      const inputs = {
        ...patient,
        zone,
        checkIns: [says('a', at(7, 1), first), says('b', at(7, 20), second)],
      };
      return [at(7, 1), at(7, 20)].map((when) => practiceDates(inputs, weekOf(when, zone)).size);
    };
    // when, then
    expect(datesOf(practice, practice)).toEqual([1, 1]);
    expect(datesOf(strength, practice)).toEqual([0, 0]);
    expect(datesOf(practice, strength)).toEqual([0, 0]);
  });
});
