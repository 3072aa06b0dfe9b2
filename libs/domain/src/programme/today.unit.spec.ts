import { describe, expect, test } from '@jest/globals';
import { dayAfter, Patient } from '../../testing/patient.js';

const day = (n: number) => dayAfter('2026-01-05', n);

describe('the plan of a day', () => {
  test('regression: what S3 has stopped is not asked for as practice or stretch either', () => {
    // given: stretches are part of the plan, and the practice movement was done as strength on Monday
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'phase', value: { phase: '3a' } });
    const asked = () => patient.program(`${day(2)}T12:00`).today.map(({ exercise }) => exercise);
    const done = (exercise: string, duringExercise: number, hour: number) =>
      patient.says(`${day(0)}T${hour}:00`, {
        pain: { duringExercise },
        session: { kind: 'strength', exercise },
      });
    // when: it hurt a little
    done('active-ir-seated', 5, 18);
    // then
    expect(asked()).toEqual(['active-ir-seated', 'passive-ir']);
    // when: it hurt too much
    done('active-ir-seated', 6, 19);
    // then
    expect(asked()).toEqual(['passive-ir']);
    done('passive-ir', 6, 20);
    expect(asked()).toEqual([]);
  });
});
