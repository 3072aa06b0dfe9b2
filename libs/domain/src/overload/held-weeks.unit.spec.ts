import { describe, expect, test } from '@jest/globals';
import { closes, day, lives } from '../../testing/story.js';
import { Patient } from '../../testing/patient.js';

describe('a missing answer is missing data (S8, D6)', () => {
  test.each<[string, (patient: Patient) => void]>([
    ['two check-ins in the week', (patient) => patient.trains(`${day(1)}T18:00`)],
    [
      'no pain during exercise',
      (patient) => {
        const sets = Array.from({ length: 3 }, () => ({ reps: 8, loadKg: 10 }));
        patient.says(`${day(1)}T18:00`, { session: { kind: 'strength', exercise: 'squat', sets } });
        for (const n of [2, 3, 4]) patient.says(`${day(n)}T09:00`);
      },
    ],
    [
      'no session',
      (patient) => {
        for (const n of [1, 2, 3, 4]) patient.says(`${day(n)}T09:00`);
      },
    ],
  ])('given %s, then it holds', (_what, tell) => {
    const patient = Patient.enrolled();
    tell(patient);
    expect(closes(patient, 0)).toBe('squat 3x8@10 hold S8');
  });

  test('given a week after one with two check-ins, then S5 is not known, and it holds', () => {
    const patient = Patient.enrolled();
    patient.trains(`${day(1)}T18:00`);
    closes(patient, 0);
    lives(patient, 1);
    expect(closes(patient, 1)).toBe('squat 3x8@10 hold S8');
  });
});

describe('short repetitions (O5, D5)', () => {
  const sets = (reps: number, count = 3, loadKg = 10) =>
    Array.from({ length: count }, () => ({ reps, loadKg }));
  const week = (patient: Patient, n: number, done: { reps: number; loadKg: number }[] | undefined) => {
    const start = n * 7;
    patient.says(`${day(start)}T09:00`);
    patient.says(`${day(start + 1)}T18:00`, {
      pain: { duringExercise: 2 },
      session: { kind: 'strength', exercise: 'squat', ...(done ? { sets: done } : {}) },
    });
    for (const later of [2, 4]) patient.says(`${day(start + later)}T09:00`);
    return closes(patient, n);
  };

  test.each([
    [sets(8), 'squat 3x9@10 advance O3'],
    [[...sets(8), ...sets(3)], 'squat 3x9@10 advance O3'],
    [sets(9, 3, 12), 'squat 3x9@10 advance O3'],
    [sets(7), 'squat 3x8@10 hold O5'],
    [sets(8, 2), 'squat 3x8@10 hold O5'],
    [sets(8, 3, 9.5), 'squat 3x8@10 hold O5'],
    [undefined, 'squat 3x8@10 hold O5'],
  ])('given %j, then %s', (done, target) => {
    expect(week(Patient.enrolled(), 0, done)).toBe(target);
  });

  test('given two misses running, then a tenth less; a third like them again', () => {
    const patient = Patient.enrolled();
    week(patient, 0, sets(7));
    expect(week(patient, 1, sets(7))).toBe('squat 3x8@5 regress O5');
    expect(week(patient, 2, sets(7))).toBe('squat 3x8@0 regress O5');
  });
});
