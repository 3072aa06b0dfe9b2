import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { closes, day, lives } from '../../testing/story.js';
import { defaultRuleset } from '../ruleset.js';
import { whyOf } from './why.js';

const first = (patient: Patient, week: string, at: string, exercise = 'squat') =>
  whyOf(patient.events, { exercise, week, at: Date.parse(`${at}:00Z`) }, defaultRuleset)!.chain[0]!;
/** Rule of the target after the first week, and what it rests on. */
const rests = (patient: Patient, exercise = 'squat') => {
  closes(patient, 0);
  const { rule, because } = first(patient, '2026-W03', `${day(10)}T00:00`, exercise);
  return [rule, ...because.map(({ says }) => says)];
};

describe('what a decision rests on, rule by rule', () => {
  test('S1 and S2: the flags of their colour, of this week and before, and no others', () => {
    const both = (): Patient => {
      const patient = Patient.enrolled();
      patient.says(`${day(1)}T09:00`);
      patient.says(`${day(2)}T09:00`, { flags: ['night-pain', 'deformity', 'cold-limb'] });
      patient.says(`${day(7)}T00:00`, { flags: ['cold-limb', 'steroid-use'] });
      return patient;
    };
    expect(rests(both())).toEqual(['S1', 'flags: deformity, cold-limb']);
    const amber = Patient.enrolled();
    amber.says(`${day(2)}T09:00`, { flags: ['night-pain', 'steroid-use'] });
    expect(rests(amber)).toEqual(['S2', 'flags: night-pain, steroid-use']);
  });

  test('S3: pain during the exercise, of its week, of it or of none', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'add-exercise', value: { exercise: 'lunge' } });
    const trains = (at: string, exercise: string | undefined, duringExercise: number) =>
      patient.says(at, {
        now: 3,
        pain: { duringExercise },
        session: { kind: 'strength', ...(exercise ? { exercise } : {}) },
      });
    trains(`${day(1)}T18:00`, 'squat', 7);
    trains(`${day(1)}T18:10`, 'lunge', 6);
    patient.says(`${day(1)}T18:20`, { now: 3, pain: { duringExercise: 2 } });
    trains(`${day(7)}T00:00`, 'squat', 1);
    expect(rests(patient)).toEqual(['S3', 'pain during exercise 7', 'pain during exercise 2']);
  });

  test('S5: every pain of the two weeks compared, and none besides', () => {
    const patient = Patient.enrolled();
    for (const n of [0, 2, 6]) patient.says(`${day(n)}T20:00`, { now: 1 });
    closes(patient, 0);
    patient.says(`${day(7)}T00:00`, { now: 2 });
    for (const n of [9, 11]) patient.says(`${day(n)}T20:00`, { now: 2 });
    closes(patient, 1);
    patient.says(`${day(14)}T00:00`, { now: 5 }, `${day(17)}T00:00`);
    for (const n of [15, 16]) patient.says(`${day(n)}T20:00`, { now: 3 }, `${day(17)}T00:00`);
    closes(patient, 2);
    const { rule, because } = first(patient, '2026-W05', `${day(24)}T00:00`);
    expect([rule, ...because.map(({ says }) => says)]).toEqual([
      'S5',
      ...[2, 2, 2, 5, 3, 3].map((now) => `pain ${now}`),
    ]);
  });

  test('S6: what lay above five, and nothing that did not', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T09:00`, { now: 5 });
    patient.says(`${day(2)}T09:00`, { now: 2, pain: { worst: 6 } });
    expect(rests(patient)).toEqual(['S6', 'pain up to 6']);
  });

  test('U1: the answers on understanding and feeling, in words', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    patient.says(`${day(6)}T21:00`, { understanding: 2 });
    patient.says(`${day(6)}T22:00`, { understanding: 1, feltTarget: false });
    patient.says(`${day(6)}T22:30`, { now: 2 });
    patient.says(`${day(7)}T00:00`, { feltTarget: true });
    expect(rests(patient)).toEqual([
      'U1',
      'understanding 4, felt where it should be: yes',
      'understanding 2',
      'understanding 1, felt where it should be: no',
    ]);
  });

  test('U3: the answers on control, in words', () => {
    const patient = Patient.enrolled({ startExercise: 'lunge' });
    patient.says(`${day(1)}T09:00`, { controllable: true });
    patient.says(`${day(2)}T09:00`, { controllable: false });
    patient.says(`${day(3)}T09:00`);
    patient.says(`${day(4)}T09:00`, { controllable: false });
    patient.says(`${day(7)}T00:00`, { controllable: true });
    expect(rests(patient, 'squat')).toEqual([
      'U3',
      'could be controlled: yes',
      'could be controlled: no',
      'could be controlled: no',
    ]);
  });

  test('the others: the week as it was, and the morning after its last session', () => {
    const patient = Patient.enrolled();
    const sets = [
      { reps: 8, loadKg: 10 },
      { reps: 7, loadKg: 10 },
    ];
    patient.says(`${day(0)}T20:00`, { now: 2 });
    patient.says(`${day(6)}T18:00`, {
      now: 2,
      pain: { duringExercise: 3 },
      session: { kind: 'strength', exercise: 'squat', sets },
    });
    patient.says(`${day(6)}T19:00`, { now: 2, session: { kind: 'strength', exercise: 'lunge', sets } });
    patient.says(`${day(6)}T20:00`, { now: 2, session: { kind: 'practice' } });
    patient.says(`${day(7)}T08:00`, { now: 2, pain: { nextMorning: 3 } });
    patient.says(`${day(7)}T09:00`, { now: 2 });
    patient.says(`${day(9)}T00:00`, { now: 2, pain: { nextMorning: 4 } });
    expect(rests(patient)).toEqual([
      'O5',
      'pain 2',
      'strength, 8 × 10 kg + 7 × 10 kg, pain during exercise 3, pain 2',
      'pain 2',
      'pain 2',
      'pain next morning 3, pain 2',
    ]);
  });
});

describe('what a clinician decided is part of it', () => {
  const decided = (decide: (patient: Patient) => void) => {
    const patient = Patient.enrolled();
    decide(patient);
    return rests(patient);
  };
  const rule = { kind: 'rule', value: { plateKg: 5 } } as const;

  test('given a value of the rules that is in force at the end of the week, then it is named', () => {
    const said = "a clinician's decision in force: rule";
    expect(decided((patient) => patient.override(`${day(1)}T09:00`, rule))).toEqual(['S8', said]);
    expect(decided((patient) => patient.override(`${day(1)}T09:00`, rule, `${day(8)}T09:00`))).toEqual([
      'S8',
      said,
    ]);
    expect(decided((patient) => patient.override(`${day(7)}T00:00`, rule))).toEqual(['S8', said]);
    // Over by then, or still to come.
    expect(decided((patient) => patient.override(`${day(1)}T09:00`, rule, `${day(7)}T00:00`))).toEqual([
      'S8',
    ]);
    expect(decided((patient) => patient.override(`${day(8)}T09:00`, rule))).toEqual(['S8']);
  });

  test('given a pause that holds the target, then it is named; given a phase, then it has no part in it', () => {
    expect(decided((patient) => patient.override(`${day(1)}T09:00`, { kind: 'suspend' }))).toEqual([
      'override',
      "a clinician's decision in force: suspend",
    ]);
    expect(
      decided((patient) => {
        patient.override(`${day(1)}T09:00`, { kind: 'suspend' });
        patient.says(`${day(2)}T09:00`, { flags: ['cold-limb'] });
      }),
    ).toEqual(['S1', 'flags: cold-limb']);
    expect(
      decided((patient) => patient.override(`${day(1)}T09:00`, { kind: 'phase', value: { phase: '2' } })),
    ).toEqual(['S8']);
  });
});

describe('the start and the ids', () => {
  test('given the start, then what it starts with, and that all was there; nothing that came later', () => {
    const patient = Patient.enrolled({ startExercise: 'lunge' });
    patient.override(`${day(1)}T09:00`, { kind: 'phase', value: { phase: '2' } });
    patient.override(`${day(1)}T10:00`, { kind: 'rule', value: { plateKg: 5 } });
    expect(first(patient, '2026-W02', `${day(2)}T09:00`, 'lunge').because).toEqual([
      {
        type: 'patient-enrolled',
        at: '2026-01-05T08:00:00Z',
        recordedAt: '2026-01-05T08:00:00Z',
        id: null,
        says: 'starts with the lunge',
      },
      expect.objectContaining({ type: 'phase-changed', says: 'everything for the start was there' }),
    ]);
  });

  test('given a second exercise, then it rests on the decision that added it', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(1)}T09:00`, { kind: 'rule', value: { plateKg: 5 } });
    const [added] = patient.override(`${day(1)}T10:00`, {
      kind: 'add-exercise',
      value: { exercise: 'lunge' },
    });
    const [last] = first(patient, '2026-W02', `${day(2)}T09:00`, 'lunge').because.slice(-1);
    expect(last).toMatchObject({
      type: 'override-recorded',
      id: added!.type === 'override-recorded' ? added!.data.overrideId : '',
      says: "a clinician's decision: add-exercise",
    });
  });

  test('given a check-in, then it is named by its id', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T09:00`, { now: 7 });
    closes(patient, 0);
    expect(first(patient, '2026-W03', `${day(10)}T00:00`).because[0]).toMatchObject({
      type: 'check-in-received',
      id: 'c0',
    });
  });

  test('given what came to light after the decision, then it had no part in it', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T09:00`, { now: 2 });
    closes(patient, 0);
    patient.says(`${day(2)}T09:00`, { now: 2 }, `${day(11)}T00:00`);
    expect(first(patient, '2026-W03', `${day(12)}T00:00`).because.map(({ at }) => at)).toEqual([
      `${day(1)}T09:00:00Z`,
    ]);
  });
});
