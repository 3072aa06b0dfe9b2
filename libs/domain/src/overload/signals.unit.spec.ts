import { describe, expect, test } from '@jest/globals';
import { dayAfter, Patient, targetsOf } from '../../testing/patient.js';

const day = (n: number) => dayAfter('2026-01-05', n);
const three = (reps: number, loadKg: number) => Array.from({ length: 3 }, () => ({ reps, loadKg }));

describe('what a session says of which exercise (D5)', () => {
  test('regression: pain of a check-in that names no exercise is known of every active one', () => {
    // given: two exercises; the sets named, the pain in a second check-in that names none
    const patient = Patient.enrolled();
    patient.override('2026-01-05T09:00', { kind: 'add-exercise', value: { exercise: 'lunge' } });
    patient.says(`${day(1)}T18:00`, { session: { kind: 'strength', exercise: 'squat', sets: three(8, 10) } });
    patient.says(`${day(1)}T18:01`, { session: { kind: 'strength', exercise: 'lunge', sets: three(8, 0) } });
    patient.says(`${day(1)}T18:30`, { pain: { duringExercise: 2 }, session: { kind: 'strength' } });
    patient.says(`${day(2)}T08:00`);
    // when
    patient.clock(`${day(10)}T00:00`);
    // then: nothing is missing
    expect(targetsOf(patient.program(`${day(10)}T00:00`))).toEqual([
      'lunge 3x9@0 advance O3',
      'squat 3x9@10 advance O3',
    ]);
  });

  test('regression: an unnamed session belongs to the only exercise of its own week, also when another has been added since (O5)', () => {
    // given: a miss in an unnamed session while the squat was alone
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T18:00`, {
      pain: { duringExercise: 2 },
      session: { kind: 'strength', sets: three(7, 10) },
    });
    for (const at of [`${day(2)}T08:00`, `${day(4)}T08:00`]) patient.says(at);
    patient.override(`${day(7)}T09:00`, { kind: 'add-exercise', value: { exercise: 'lunge' } });
    // when: the next squat is a miss too
    patient.says(`${day(8)}T18:00`, {
      pain: { duringExercise: 2 },
      session: { kind: 'strength', exercise: 'squat', sets: three(7, 10) },
    });
    for (const at of [`${day(9)}T08:00`, `${day(11)}T08:00`]) patient.says(at);
    patient.clock(`${day(17)}T00:00`);
    // then: two misses running; 0.9 x 50 kg less the 40 kg of the body is 5 kg
    expect(targetsOf(patient.program(`${day(17)}T00:00`))).toEqual([
      'lunge 3x8@0 hold S8',
      'squat 3x8@5 regress O5',
    ]);
  });

  test('an unnamed session with two active exercises stops both on pain, and is no session of either', () => {
    const patient = Patient.enrolled();
    patient.override('2026-01-05T09:00', { kind: 'add-exercise', value: { exercise: 'lunge' } });
    patient.says(`${day(1)}T18:00`, {
      now: 4,
      pain: { duringExercise: 6 },
      session: { kind: 'strength', sets: three(8, 10) },
    });
    expect(
      patient
        .program(`${day(1)}T18:00`)
        .holds.map(({ rule, exercise }) => `${rule} ${exercise}`)
        .sort(),
    ).toEqual(['S3 lunge', 'S3 squat']);
    patient.clock(`${day(10)}T00:00`);
    // The lunge has no load to lose: two repetitions fewer.
    expect(targetsOf(patient.program(`${day(10)}T00:00`))).toEqual([
      'lunge 3x6@0 regress S3',
      'squat 3x8@5 regress S3',
    ]);
  });

  test('pain during exercise without a session counts for every exercise; in practice it is a peak only (S3, S6)', () => {
    const loose = Patient.enrolled();
    loose.says(`${day(1)}T18:00`, { now: 4, pain: { duringExercise: 6 } });
    loose.clock(`${day(10)}T00:00`);
    expect(targetsOf(loose.program(`${day(10)}T00:00`))).toEqual(['squat 3x8@5 regress S3']);
    const practised = Patient.enrolled();
    practised.says(`${day(1)}T18:00`, {
      now: 4,
      pain: { duringExercise: 6 },
      session: { kind: 'practice', exercise: 'active-ir-seated' },
    });
    practised.clock(`${day(10)}T00:00`);
    expect(targetsOf(practised.program(`${day(10)}T00:00`))).toEqual(['squat 3x8@10 hold S6']);
  });
});
