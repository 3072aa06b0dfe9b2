import { describe, expect, test } from '@jest/globals';
import { Patient, targetsOf } from '../../testing/patient.js';

describe('an override of a rule', () => {
  const given = (value: Record<string, number>) => () =>
    Patient.enrolled().override('2026-01-06T09:00', { kind: 'rule', value });

  test.each([
    ['pain that may go on above 5', { painStop: 6 }, 'range', '/value/painStop'],
    ['a plate of nothing', { plateKg: 0 }, 'range', '/value/plateKg'],
    ['half a repetition', { topReps: 8.5 }, 'range', '/value/topReps'],
    ['a step that is larger than the cap', { loadCapShare: 0.03 }, 'range', '/value/loadCapShare'],
    ['four sessions a week', { strengthPerWeek: 4 }, 'range', '/value/strengthPerWeek'],
    ['a name that is none', { toString: 1 }, 'unknown-parameter', '/value/toString'],
  ])('given %s, when recorded, then it is refused with its place', (_what, value, code, path) => {
    expect(given(value)).toThrow(expect.objectContaining({ code, path }));
  });

  test('given a stricter value, when recorded, then it stands', () => {
    expect(given({ painStop: 4, deloadWeeks: 3 })()).toHaveLength(1);
  });

  test('given three strength sessions a week, when one is done and two days have passed, then today asks for the next (O1)', () => {
    const patient = Patient.enrolled();
    const kinds = (at: string) => patient.program(at).today.map(({ kind }) => kind);
    patient.trains('2026-01-06T18:00');
    expect(kinds('2026-01-08T19:00')).toEqual([]);
    patient.override('2026-01-08T20:00', { kind: 'rule', value: { strengthPerWeek: 3 } });
    expect(kinds('2026-01-08T20:00')).toEqual(['strength']);
  });
});

describe('an override for a time to come', () => {
  test('regression: it is not lost when a change of zone moves the week it begins in', () => {
    // given: on Tuesday a target and a second exercise are set for the Monday after, 00:00 in Kathmandu
    const patient = Patient.enrolled({ zone: 'Asia/Kathmandu' });
    const monday = '2026-01-11T18:15:00Z';
    const value = { exercise: 'squat', sets: 4, reps: 5, loadKg: 20 };
    patient.override(monday, { kind: 'target', value }, '2026-01-25T00:00', '2026-01-06T09:00');
    patient.override(
      monday,
      { kind: 'add-exercise', value: { exercise: 'lunge' } },
      undefined,
      '2026-01-06T09:00',
    );
    // when: the patient moves west, where that Monday begins seventeen hours later
    patient.do({ kind: 'update-patient', zone: 'Pacific/Pago_Pago', receivedAt: '2026-01-07T09:00:00Z' });
    // then: both stand from their instant on, and the closing of that longer week goes on from them
    expect(targetsOf(patient.program('2026-01-11T18:00'))).toEqual(['squat 3x8@10 start O2']);
    expect(targetsOf(patient.program('2026-01-11T18:15'))).toEqual([
      'lunge 3x8@0 start O2',
      'squat 4x5@20 hold override',
    ]);
    expect(targetsOf(patient.program('2026-01-12T11:00'))).toEqual([
      'lunge 3x8@0 hold S8',
      'squat 4x5@20 hold override',
    ]);
  });
});
