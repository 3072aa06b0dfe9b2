import { describe, expect, test } from '@jest/globals';
import { closes, day, lives } from '../../testing/story.js';
import { Patient, targetsOf } from '../../testing/patient.js';

const pushes = (patient: Patient, at: string, duringExercise: number) =>
  patient.says(at, {
    now: 3,
    pain: { duringExercise },
    session: {
      kind: 'strength',
      exercise: 'squat',
      sets: Array.from({ length: 5 }, () => ({ reps: 15, loadKg: 30 })),
    },
  });

describe('the pusher who hurts himself', () => {
  test('given pain above 5 during exercise, when it is said, then it stops at once, and the week ends in a lighter load (S3, A5, A8)', () => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    pushes(patient, `${day(1)}T18:00`, 6);
    expect(patient.eventsOf('exercise-stopped')).toHaveLength(1);
    const now = patient.program(`${day(2)}T10:00`);
    expect(now.holds).toMatchObject([{ rule: 'S3', exercise: 'squat', until: `${day(7)}T00:00:00.000Z` }]);
    expect(now.today).toEqual([]);
    // 0.9 x (20 + 40) = 54 kg, less the 40 kg of the body: 14 kg, down to the plate.
    expect(closes(patient, 0)).toBe('squat 3x8@12.5 regress S3');
    expect(patient.program(`${day(10)}T00:00`).holds).toEqual([]);
  });

  test('given he pushes again, then the load falls again; given he listens, then it grows by one repetition (A16: A5 outranks it)', () => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    pushes(patient, `${day(1)}T18:00`, 6);
    closes(patient, 0);
    pushes(patient, `${day(8)}T18:00`, 7);
    // 0.9 x 52.5 = 47.25 kg: 7.25 kg, down to 5 kg.
    expect(closes(patient, 1)).toBe('squat 3x8@5 regress S3');
    lives(patient, 2);
    // Nothing to compare the week with: two check-ins before it are too few (S5).
    expect(closes(patient, 2)).toBe('squat 3x8@5 hold S8');
    lives(patient, 3);
    expect(closes(patient, 3)).toBe('squat 3x9@5 advance O3');
  });

  test('given pain of 5, then he goes on and nothing grows; of 3 it would have (S3, A6)', () => {
    const sore = Patient.enrolled();
    lives(sore, 0, { duringExercise: 5 });
    expect(sore.program(`${day(6)}T21:00`).holds).toEqual([]);
    expect(closes(sore, 0)).toBe('squat 3x8@10 hold S3');
    const calm = Patient.enrolled();
    lives(calm, 0, { duringExercise: 3 });
    expect(closes(calm, 0)).toBe('squat 3x9@10 advance O3');
  });

  test('given a second session the next day, then it is kept, its sets do not count, its pain does (O1, D5)', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    pushes(patient, `${day(2)}T18:00`, 4);
    expect(patient.program(`${day(6)}T21:00`).week.strengthDone).toBe(1);
    expect(closes(patient, 0)).toBe('squat 3x8@10 hold S3');
  });

  test('given sore mornings after two sessions running, then hold, and the second time lighter (S4, D6)', () => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    lives(patient, 0, { now: 2, morning: 4 });
    expect(closes(patient, 0)).toBe('squat 3x8@20 hold S4');
    lives(patient, 1, { now: 2, morning: 4 });
    expect(closes(patient, 1)).toBe('squat 3x8@12.5 regress S4');
    lives(patient, 2, { now: 2, morning: 3 });
    expect(closes(patient, 2)).toBe('squat 3x9@12.5 advance O3');
    expect(targetsOf(patient.program(`${day(24)}T00:00`))).toHaveLength(1);
  });
});
