import { describe, expect, test } from '@jest/globals';
import { inShort, Patient } from '../../testing/patient.js';
import { closes, day, lives } from '../../testing/story.js';

const sets = (reps: number, loadKg: number) => Array.from({ length: 3 }, () => ({ reps, loadKg }));
const trains = (patient: Patient, at: string, reps: number, exercise?: string, duringExercise = 2) =>
  patient.says(at, {
    pain: { duringExercise },
    session: { kind: 'strength', ...(exercise ? { exercise } : {}), sets: sets(reps, 10) },
    understanding: 4,
  });
/** Three calm days in a week, the first of which is the morning after its Tuesday. */
const calm = (patient: Patient, week: number) => {
  for (const n of [2, 4, 6]) patient.says(`${day(week * 7 + n)}T08:00`);
};

describe('a session too soon (D5): its pain counts, its sets do not', () => {
  test('given all sets done on Tuesday and fewer on Wednesday, then the week is done', () => {
    const patient = Patient.enrolled();
    trains(patient, `${day(1)}T18:00`, 8, 'squat');
    calm(patient, 0);
    trains(patient, `${day(2)}T18:00`, 3, 'squat');
    patient.says(`${day(3)}T08:00`);
    expect(closes(patient, 0)).toBe('squat 3x9@10 advance O3');
  });

  test('given the only session of the week is too soon after that of Sunday, then there is none', () => {
    const patient = Patient.enrolled();
    calm(patient, 0);
    trains(patient, `${day(6)}T18:00`, 8, 'squat');
    patient.says(`${day(7)}T08:00`);
    closes(patient, 0);
    trains(patient, `${day(7)}T18:00`, 20, 'squat');
    calm(patient, 1);
    expect(closes(patient, 1)).toMatch(/hold S8$/);
  });

  test('given two sore mornings running before, and a third after a session too soon, then it holds and does not regress again (S4)', () => {
    const patient = Patient.enrolled();
    const sore = (n: number) => patient.says(`${day(n)}T08:00`, { pain: { nextMorning: 5 } });
    calm(patient, 0);
    trains(patient, `${day(4)}T18:00`, 8, 'squat');
    sore(5);
    closes(patient, 0);
    calm(patient, 1);
    trains(patient, `${day(13)}T18:00`, 8, 'squat');
    sore(14);
    expect(closes(patient, 1)).toMatch(/regress S4$/);
    trains(patient, `${day(14)}T18:00`, 8, 'squat');
    sore(15);
    for (const n of [17, 19]) patient.says(`${day(n)}T08:00`);
    expect(closes(patient, 2)).toMatch(/hold S4$/);
  });
});

describe('sets that name no exercise (D5)', () => {
  test('given one exercise is active, then they are its sets; given two, then of none of them', () => {
    const one = Patient.enrolled();
    trains(one, `${day(1)}T18:00`, 8);
    calm(one, 0);
    expect(closes(one, 0)).toBe('squat 3x9@10 advance O3');
    const two = Patient.enrolled();
    two.override(`${day(0)}T09:00`, { kind: 'add-exercise', value: { exercise: 'lunge' } });
    trains(two, `${day(1)}T18:00`, 8);
    calm(two, 0);
    expect(closes(two, 0)).toBe('lunge 3x8@0 hold S8, squat 3x8@10 hold S8');
  });

  test('given another exercise was the only one in that week, then they are no first session of this one', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'phase', value: { phase: '2' } });
    trains(patient, `${day(1)}T18:00`, 8);
    patient.override(`${day(7)}T09:00`, { kind: 'add-exercise', value: { exercise: 'lunge' } });
    trains(patient, `${day(8)}T18:00`, 20, 'lunge');
    const grown = patient.program(`${day(9)}T00:00`).phase.next[1]!;
    expect(grown).toMatchObject({ criterion: 'volume-load over the first session', have: 1 });
  });
});

describe('what was not asked for cannot be missed (O5)', () => {
  test('given a lunge before it was added, and one miss afterwards, then that is the first', () => {
    const patient = Patient.enrolled();
    trains(patient, `${day(1)}T18:00`, 3, 'lunge');
    calm(patient, 0);
    closes(patient, 0);
    patient.override(`${day(10)}T09:00`, { kind: 'add-exercise', value: { exercise: 'lunge' } });
    trains(patient, `${day(11)}T18:00`, 3, 'lunge');
    for (const hour of [8, 12, 20]) patient.says(`${day(12)}T${String(hour).padStart(2, '0')}:00`);
    closes(patient, 1);
    const { targets } = patient.program(`${day(17)}T00:00`);
    expect(targets.map((target) => `${target.exercise} ${inShort(target)}`)).toContain('lunge 3x8@0 hold O5');
  });
});

describe('what is told of the week', () => {
  test('given no pain at all during the exercise, then 0, which is not nothing', () => {
    const patient = Patient.enrolled();
    trains(patient, `${day(1)}T18:00`, 8, 'squat', 0);
    closes(patient, 0);
    expect(patient.state.targets.at(-1)!.inputs).toMatchObject({ duringExercise: 0 });
    const silent = Patient.enrolled();
    closes(silent, 0);
    expect(silent.state.targets.at(-1)!.inputs).toMatchObject({ duringExercise: null });
  });
});

describe('weeks in their order, whatever was put down first', () => {
  test('given a target that a clinician has set for a week to come, then lighter weeks before it are remembered (O6)', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'rule', value: { deloadWeeks: 3 } });
    const value = { exercise: 'squat', sets: 3, reps: 8, loadKg: 10 };
    patient.override(`${day(43)}T09:00`, { kind: 'target', value }, undefined, `${day(0)}T10:00`);
    const decided: string[] = [];
    for (let week = 0; week < 6; week++) {
      lives(patient, week);
      patient.clock(`${day(week * 7 + 10)}T00:00`);
      decided.push(patient.state.targets.at(-1)!.decision);
    }
    expect(decided).toEqual(['advance', 'advance', 'deload', 'hold', 'advance', 'advance']);
  });

  test('given two phases that a clinician has set, the second from an earlier day, then the one that begins later stands', () => {
    const patient = Patient.enrolled();
    const set = (phase: '2' | '3a', n: number) =>
      patient.override(`${day(n)}T09:00`, { kind: 'phase', value: { phase } }, undefined, `${day(6)}T09:00`);
    set('3a', 5);
    set('2', 3);
    expect(patient.program(`${day(4)}T09:00`).phase.id).toBe('2');
    expect(patient.program(`${day(6)}T09:00`).phase.id).toBe('3a');
  });
});
