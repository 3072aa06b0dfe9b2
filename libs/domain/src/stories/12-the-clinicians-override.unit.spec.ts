import { describe, expect, test } from '@jest/globals';
import { closes, day, lives } from '../../testing/story.js';
import { Patient, targetsOf } from '../../testing/patient.js';

const target = (sets: number, reps: number, loadKg: number) =>
  ({ kind: 'target', value: { exercise: 'squat', sets, reps, loadKg } }) as const;

describe("the clinician's override", () => {
  test('given a target with an end, when weeks are closed before it, then they hold it, and the next decides from it', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    patient.override(`${day(7)}T09:00`, target(2, 10, 5), `${day(20)}T00:00`);
    expect(targetsOf(patient.program(`${day(7)}T09:00`))).toEqual(['squat 2x10@5 hold override']);
    lives(patient, 1);
    expect(closes(patient, 1)).toBe('squat 2x10@5 hold override');
    lives(patient, 2);
    expect(closes(patient, 2)).toBe('squat 2x11@5 advance O3');
  });

  test('given its end is the very end of a week, then that closing decides from it: from ≤ end(W) < until', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(1)}T09:00`, target(2, 10, 5), `${day(7)}T00:00`);
    lives(patient, 0);
    expect(closes(patient, 0)).toBe('squat 2x11@5 advance O3');
  });

  test('given a target without an end, then the closing of its own week decides from it', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, target(2, 10, 5));
    lives(patient, 0);
    expect(closes(patient, 0)).toBe('squat 2x11@5 advance O3');
  });

  test('given it holds a load that hurts, then it outranks the rules, but a red flag outranks it (D7)', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, target(3, 10, 20), `${day(60)}T00:00`);
    lives(patient, 0, { duringExercise: 6 });
    expect(closes(patient, 0)).toBe('squat 3x10@20 hold override');
    patient.says(`${day(9)}T09:00`, { flags: ['cold-limb'] });
    expect(closes(patient, 1)).toBe('squat 3x10@20 hold S1');
  });

  test('given a phase with an end, then it covers what the rules make underneath; without, counting starts anew (D11)', () => {
    const covered = Patient.enrolled();
    covered.override(`${day(8)}T09:00`, { kind: 'phase', value: { phase: '3a' } }, `${day(20)}T00:00`);
    for (let week = 0; week < 2; week++) lives(covered, week);
    closes(covered, 1);
    expect(covered.program(`${day(17)}T00:00`).phase).toMatchObject({
      id: '3a',
      since: `${day(8)}T09:00:00.000Z`,
    });
    expect(covered.program(`${day(17)}T00:00`).today.map(({ kind }) => kind)).toContain('stretch');
    expect(covered.program(`${day(20)}T00:00`).phase).toMatchObject({
      id: '2',
      since: `${day(14)}T00:00:00.000Z`,
    });

    const set = Patient.enrolled();
    lives(set, 0);
    set.override(`${day(8)}T09:00`, { kind: 'phase', value: { phase: '1' } });
    lives(set, 1);
    closes(set, 1);
    // One session since the clinician's word.
    expect(set.program(`${day(17)}T00:00`).phase.id).toBe('1');
    lives(set, 2);
    closes(set, 2);
    expect(set.program(`${day(24)}T00:00`).phase.id).toBe('2');
  });

  test('given a suspension, then nothing is to be done and the target rests, until its end or a resume (D7)', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    patient.override(`${day(6)}T22:00`, { kind: 'suspend' }, `${day(12)}T00:00`);
    expect(closes(patient, 0)).toBe('squat 3x8@10 hold override');
    expect(patient.program(`${day(10)}T00:00`)).toMatchObject({
      today: [],
      holds: [{ rule: 'override', until: `${day(12)}T00:00:00.000Z` }],
    });
    expect(patient.program(`${day(12)}T00:00`).holds).toEqual([]);
  });

  test('given a second exercise, then it starts in that week, and each has its own decision (A14, O8)', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    patient.override(`${day(3)}T09:00`, {
      kind: 'add-exercise',
      value: { exercise: 'lunge', startLoadKg: 5 },
    });
    expect(targetsOf(patient.program(`${day(3)}T09:00`))).toEqual([
      'lunge 3x8@5 start O2',
      'squat 3x8@10 start O2',
    ]);
    expect(closes(patient, 0)).toBe('lunge 3x8@5 hold S8, squat 3x9@10 advance O3');
  });

  test('given a plate of 1.25 kg, then the load rises to the one that comes nearest (D9)', () => {
    const patient = Patient.enrolled({ startLoadKg: 0 });
    patient.override(`${day(0)}T09:00`, { kind: 'rule', value: { plateKg: 1.25 } });
    patient.override(`${day(1)}T09:00`, target(3, 12, 0));
    lives(patient, 0);
    // 1.05 x 40 kg = 42 kg; 41.25 is 0.75 away, 42.5 only 0.5.
    expect(closes(patient, 0)).toBe('squat 3x8@2.5 advance O3');
  });
});
