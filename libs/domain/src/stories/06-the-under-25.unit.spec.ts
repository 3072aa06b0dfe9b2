import { describe, expect, test } from '@jest/globals';
import { closes, day, lives } from '../../testing/story.js';
import { Patient } from '../../testing/patient.js';

describe('the under-25', () => {
  const young = () => Patient.enrolled({ birthYear: 2004 });

  test('given twenty-two years of age, then one session a week is suggested, and a clinician may choose two (A14, O1)', () => {
    const patient = young();
    const listed = (at: string) => patient.program(at).today.some(({ kind }) => kind === 'strength');
    patient.trains(`${day(1)}T18:00`);
    expect(listed(`${day(4)}T18:00`)).toBe(false);
    patient.override(`${day(4)}T19:00`, { kind: 'rule', value: { strengthPerWeek: 2 } });
    expect(listed(`${day(4)}T20:00`)).toBe(true);
    expect(listed(`${day(3)}T17:59`)).toBe(false);
    patient.trains(`${day(4)}T20:00`);
    expect(listed(`${day(6)}T21:00`)).toBe(false);
  });

  test('given two sessions in a week, then both must be done, and the highest pain counts (D5)', () => {
    const twice = (second: { reps: number; duringExercise: number }) => {
      const patient = young();
      lives(patient, 0);
      const sets = Array.from({ length: 3 }, () => ({ reps: second.reps, loadKg: 10 }));
      patient.says(`${day(5)}T18:00`, {
        pain: { duringExercise: second.duringExercise },
        session: { kind: 'strength', exercise: 'squat', sets },
      });
      return closes(patient, 0);
    };
    expect(twice({ reps: 8, duringExercise: 2 })).toBe('squat 3x9@10 advance O3');
    expect(twice({ reps: 7, duringExercise: 2 })).toBe('squat 3x8@10 hold O5');
    expect(twice({ reps: 8, duringExercise: 4 })).toBe('squat 3x8@10 hold S3');
  });

  test('given seventeen, then phase 1 waits for a clinician to clear it; at eighteen it does not (P01, D1)', () => {
    expect(Patient.enrolled({ birthYear: 2009 }).program(`${day(1)}T08:00`).phase.id).toBe('0');
    expect(Patient.enrolled({ birthYear: 2008 }).program(`${day(1)}T08:00`).phase.id).toBe('1');
    const cleared = { flags: [], exclusions: ['under-18'], clearedBy: 'dr-lee' };
    const minor = Patient.enrolled({ birthYear: 2009, screening: cleared });
    expect(minor.program(`${day(1)}T08:00`).phase.id).toBe('1');
  });
});
