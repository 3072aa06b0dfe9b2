import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { closes, day, lives } from '../../testing/story.js';
import type { TargetVersion } from '../model/facts.js';
import { isStricter } from './tightening.js';

/** More than the rules would leave: a late report could only make it less. */
const value = { exercise: 'squat', sets: 4, reps: 12, loadKg: 15 };
const tightened = (patient: Patient) =>
  patient.eventsOf('target-tightened').map(({ data }) => `${data.week} ${data.decision}`);

describe('what a clinician has set stays, whatever comes late (D4)', () => {
  const late = (patient: Patient) => {
    patient.says(`${day(5)}T09:00`, { now: 7 }, `${day(12)}T09:00`);
    return tightened(patient);
  };

  test('a target of the week after', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    closes(patient, 0);
    patient.override(`${day(11)}T09:00`, { kind: 'target', value });
    expect(late(patient)).toEqual([]);
  });

  test('one that closings hold until its end', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'target', value }, `${day(30)}T00:00`);
    lives(patient, 0);
    closes(patient, 0);
    expect(late(patient)).toEqual([]);
  });

  test('regression: but under a red flag a load that hurt is lightened all the same (D7), and what was asked for holds again after it', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'target', value }, `${day(30)}T00:00`);
    lives(patient, 0, { duringExercise: 7 });
    patient.says(`${day(5)}T09:00`, { flags: ['cold-limb'] });
    expect(closes(patient, 0)).toBe('squat 4x12@7.5 regress S3');
    lives(patient, 1);
    expect(closes(patient, 1)).toBe('squat 4x12@7.5 hold S1');
    patient.override(`${day(17)}T09:00`, { kind: 'resume' });
    lives(patient, 2);
    expect(closes(patient, 2)).toBe('squat 4x12@15 hold override');
  });

  test('one that a closing has held, when a red flag of its week comes late', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'target', value }, `${day(30)}T00:00`);
    lives(patient, 0, { duringExercise: 7 });
    expect(closes(patient, 0)).toBe('squat 4x12@15 hold override');
    patient.says(`${day(5)}T09:00`, { flags: ['cold-limb'] }, `${day(12)}T09:00`);
    expect(tightened(patient)).toEqual([]);
  });

  test('but not one that stood under a red flag: a pain that comes late tightens it', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'target', value }, `${day(30)}T00:00`);
    lives(patient, 0);
    patient.says(`${day(5)}T09:00`, { flags: ['cold-limb'] });
    expect(closes(patient, 0)).toBe('squat 4x12@15 hold S1');
    patient.says(`${day(5)}T18:00`, { pain: { duringExercise: 7 } }, `${day(12)}T09:00`);
    expect(tightened(patient)).toEqual(['2026-W03 regress']);
  });

  test('what was asked of an exercise is not asked of the easier one that takes its place under a red flag', () => {
    const patient = Patient.enrolled({ startExercise: 'lunge' });
    const least = { exercise: 'lunge', sets: 2, reps: 5, loadKg: 0 };
    patient.override(`${day(0)}T09:00`, { kind: 'target', value: least }, `${day(30)}T00:00`);
    lives(patient, 0, { duringExercise: 7 });
    patient.says(`${day(5)}T09:00`, { flags: ['cold-limb'] });
    expect(closes(patient, 0)).toBe('squat 3x8@0 regress S3');
    patient.override(`${day(10)}T09:00`, { kind: 'resume' });
    lives(patient, 1);
    expect(closes(patient, 1)).toBe('squat 3x9@0 advance O3');
  });

  test('an exercise that was taken away and is added again', () => {
    const patient = Patient.enrolled({ startExercise: 'lunge' });
    for (const n of [1, 2]) patient.says(`${day(n)}T09:00`, { controllable: false });
    expect(closes(patient, 0)).toBe('squat 3x8@0 regress U3');
    patient.override(`${day(11)}T09:00`, { kind: 'add-exercise', value: { exercise: 'lunge' } });
    patient.says(`${day(3)}T09:00`, { now: 7 }, `${day(12)}T09:00`);
    expect(tightened(patient)).toEqual([]);
  });

  test('without a clinician the same report tightens', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    closes(patient, 0);
    expect(late(patient)).toEqual(['2026-W03 hold']);
  });
});

describe('which of two targets is stricter (D4)', () => {
  const target = (decision: TargetVersion['decision'], loadKg: number, reps = 8, sets = 3) =>
    ({ decision, loadKg, reps, sets }) as TargetVersion;

  test.each([
    [target('regress', 20), target('deload', 10)],
    [target('deload', 20), target('hold', 10)],
    [target('hold', 20), target('advance', 10)],
    [target('advance', 20), target('start', 10)],
    [target('hold', 10, 12, 4), target('hold', 12.5, 8, 2)],
    [target('regress', 10, 8, 4), target('regress', 10, 9, 2)],
    [target('deload', 10, 8, 1), target('deload', 10, 8, 2)],
  ])('%j is stricter than %j', (stricter, milder) => {
    expect(isStricter(stricter, milder)).toBe(true);
    expect(isStricter(milder, stricter)).toBe(false);
    expect(isStricter(milder, milder)).toBe(false);
  });
});
