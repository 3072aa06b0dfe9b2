import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';

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
