import { describe, expect, test } from '@jest/globals';
import { inShort, Patient, targetsOf } from '../../testing/patient.js';
import { closes, day, lives } from '../../testing/story.js';
import type { OverrideValue } from '../model/facts.js';

const target = (sets: number, reps: number, loadKg: number, exercise = 'squat') =>
  ({ kind: 'target', value: { exercise, sets, reps, loadKg } }) as const;

describe("a clinician's target with an end", () => {
  test('given three weeks, then each closing before the end holds it, and the next decides from it', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(1)}T08:00`, target(2, 10, 15), `${day(22)}T00:00`);
    const held: string[] = [];
    for (let week = 0; week < 4; week++) {
      lives(patient, week);
      held.push(closes(patient, week));
    }
    expect(held).toEqual([
      'squat 2x10@15 hold override',
      'squat 2x10@15 hold override',
      'squat 2x10@15 hold override',
      'squat 2x11@15 advance O3',
    ]);
  });
});

describe('what is not out yet (D3, 72 h)', () => {
  test('given a morning that is known on Monday only, then the step of that closing is not seen before it', () => {
    // given: two sessions, the second on Sunday evening; what the morning after says lies in the next week
    const patient = Patient.enrolled();
    lives(patient, 0);
    patient.says(`${day(7)}T20:00`);
    patient.says(`${day(9)}T20:00`);
    patient.trains(`${day(13)}T18:00`);
    patient.clock(`${day(17)}T00:00`);
    const phase = (at: string) => patient.program(at).phase.id;
    expect(phase(`${day(14)}T07:59`)).toBe('1');
    expect(phase(`${day(14)}T08:00`)).toBe('2');
    expect(phase(`${day(17)}T00:00`)).toBe('2');
  });
});

describe('strength weeks until a lighter one (O6)', () => {
  const deloads = (patient: Patient, weeks: number, perWeek = 1) => {
    const all: boolean[] = [];
    for (let week = 0; week < weeks; week++) {
      lives(patient, week);
      if (perWeek > 1) patient.trains(`${day(week * 7 + 4)}T21:00`);
      all.push(closes(patient, week).includes('deload'));
    }
    return all;
  };

  test('given two sessions in each, then it is weeks that count', () => {
    expect(deloads(Patient.enrolled(), 6, 2)).toEqual([false, false, false, false, false, true]);
  });

  test('given a clinician sets a target in the lighter week, then that week was one all the same', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'rule', value: { deloadWeeks: 3 } });
    expect(deloads(patient, 3)).toEqual([false, false, true]);
    patient.override(`${day(21)}T09:00`, target(3, 8, 10));
    const after: string[] = [];
    for (let week = 3; week < 7; week++) {
      lives(patient, week);
      after.push(closes(patient, week).split(' ')[2]!);
    }
    // The week of the deload does not count; three more do.
    expect(after).toEqual(['advance', 'advance', 'advance', 'deload'].slice(0, 4));
  });

  test.each([1, 2])(
    'given a clinician sets a target in week %i, an ordinary one, then the weeks before it count',
    (week) => {
      const patient = Patient.enrolled();
      patient.override(`${day(0)}T09:00`, { kind: 'rule', value: { deloadWeeks: 3 } });
      const all = [0, 1, 2].map((each) => {
        if (each === week) patient.override(`${day(week * 7)}T09:00`, target(3, 8, 10));
        lives(patient, each);
        return closes(patient, each).includes('deload');
      });
      expect(all).toEqual([false, false, true]);
    },
  );

  /** Two strength weeks of the lunge, then its easier variant (U3); then the clinician's word, and two more. */
  const begunAgain = (override: OverrideValue, first = 2) => {
    const patient = Patient.enrolled({ startExercise: 'lunge' });
    patient.override(`${day(0)}T09:00`, { kind: 'rule', value: { deloadWeeks: 3 } });
    lives(patient, 0);
    closes(patient, 0);
    lives(patient, 1);
    for (const hour of ['21:00', '22:00']) patient.says(`${day(12)}T${hour}`, { controllable: false });
    expect(closes(patient, 1)).toBe('squat 3x8@0 regress U3');
    for (let week = 2; week < first; week++) closes(patient, week);
    patient.override(`${day(first * 7 + 3)}T09:00`, override);
    const sets = Array.from({ length: 3 }, () => ({ reps: 12, loadKg: 5 }));
    const lunges: string[] = [];
    for (const week of [first, first + 1]) {
      const on = (n: number) => day(week * 7 + n);
      patient.says(`${on(3)}T20:00`, { controllable: true });
      const session = { kind: 'strength', exercise: 'lunge', sets } as const;
      patient.says(`${on(4)}T18:00`, { pain: { duringExercise: 2 }, session });
      patient.says(`${on(5)}T08:00`, { pain: { nextMorning: 2 } });
      closes(patient, week);
      const { targets } = patient.program(`${on(10)}T00:00`);
      lunges.push(inShort(targets.find(({ exercise }) => exercise === 'lunge')!));
    }
    return lunges;
  };

  test('regression: an exercise that was taken away and is added again in the week after counts from its new start', () => {
    const value = { exercise: 'lunge', startLoadKg: 5 };
    expect(begunAgain({ kind: 'add-exercise', value })).toEqual(['3x9@5 advance O3', '3x10@5 advance O3']);
  });

  test.each([2, 3])(
    'regression: so does one for which a clinician sets a target in week %i, the first without it or the one after',
    (week) => {
      const again = begunAgain(target(3, 8, 5, 'lunge'), week);
      expect(again.map((each) => each.split(' ')[1])).not.toContain('deload');
    },
  );

  test.each([undefined, `${day(10)}T12:00`])(
    'regression: a hold in whose place a clinician has set another target (until %s) is the first of two all the same',
    (until) => {
      // given: a strong pain in each of two weeks; the clinician sets a target before the first of them is closed
      const patient = Patient.enrolled();
      lives(patient, 0);
      patient.says(`${day(3)}T20:00`, { pain: { worst: 6 } });
      patient.override(`${day(7)}T12:00`, target(4, 6, 5), until);
      closes(patient, 0);
      lives(patient, 1);
      patient.says(`${day(10)}T20:00`, { pain: { worst: 6 } });
      // then: two closings running would have held, and the second lightens instead
      expect(closes(patient, 1)).toBe('squat 2x6@5 deload O6');
    },
  );

  test('given a late report, then a lighter week that came afterwards does not count for the week that is decided anew', () => {
    // given: a deload after three strength weeks, that is after week 2
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'rule', value: { deloadWeeks: 3 } });
    for (let week = 0; week < 5; week++) {
      lives(patient, week);
      closes(patient, week);
    }
    const decided = () => patient.state.targets.map((each) => inShort(each));
    expect(decided()).toEqual([
      '3x8@10 start O2',
      '3x9@10 advance O3',
      '3x10@10 advance O3',
      '2x10@10 deload O6',
      '3x10@10 hold O6',
      '3x11@10 advance O3',
    ]);
    // when: an ordinary word about week 2 comes
    patient.says(`${day(18)}T12:00`, {}, `${day(39)}T12:00`);
    // then: it is decided as before, and nothing is tightened
    expect(patient.eventsOf('target-tightened')).toEqual([]);
  });
});

describe('a closing in phase 0', () => {
  test('given nothing has begun, then no target is decided, and none is shown', () => {
    const patient = Patient.enrolled({}, 'unread');
    patient.says(`${day(1)}T09:00`);
    patient.clock(`${day(10)}T00:00`);
    expect(patient.eventsOf('week-closed')).toHaveLength(1);
    expect(patient.eventsOf('target-decided')).toEqual([]);
    expect(targetsOf(patient.program(`${day(10)}T00:00`))).toEqual([]);
  });
});
