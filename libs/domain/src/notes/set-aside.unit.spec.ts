import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { closes, day, lives } from '../../testing/story.js';

type Sets = readonly { readonly reps: number; readonly loadKg: number }[];
const of10: Sets = [{ reps: 8, loadKg: 10 }];
const trains = (
  patient: Patient,
  at: string,
  sets: Sets | undefined = of10,
  exercise: string | null = 'squat',
) =>
  patient.says(at, {
    session: { kind: 'strength', ...(exercise === null ? {} : { exercise }), ...(sets ? { sets } : {}) },
  });
const stretches = (patient: Patient, at: string) =>
  patient.says(at, { session: { kind: 'stretch', exercise: 'passive-ir' } });
const setAside = (patient: Patient, at: string) => patient.program(at).setAside;
const codes = (patient: Patient, at: string) =>
  setAside(patient, at).map(({ checkInId, code }) => `${checkInId} ${code}`);

describe('what is said of a check-in that does not count, or may have been meant otherwise', () => {
  test('a strength session too soon: in words, and the practice of that day is none of it', () => {
    const patient = Patient.enrolled();
    trains(patient, `${day(1)}T18:00`);
    trains(patient, `${day(2)}T18:00`);
    patient.says(`${day(2)}T19:00`, { session: { kind: 'practice' } });
    expect(setAside(patient, `${day(2)}T20:00`)).toEqual([
      {
        checkInId: 'c1',
        at: `${day(2)}T18:00:00.000Z`,
        rule: 'O1',
        code: 'too-soon',
        counts: false,
        text: 'Less than 48 hours after the strength session before: its pain counts, its sets do not.',
      },
    ]);
    expect(codes(patient, `${day(2)}T18:00`)).toEqual(['c1 too-soon']);
  });

  test('a stretch before phase 3a; from there on one before the strength of its day, neither one after it nor one at the same instant', () => {
    const patient = Patient.enrolled();
    stretches(patient, `${day(0)}T12:00`);
    expect(setAside(patient, `${day(0)}T12:00`)).toMatchObject([
      {
        rule: 'P23',
        code: 'stretch-early',
        counts: false,
        text: 'Stretching comes once strength is there; kept, not counted.',
      },
    ]);
    patient.override(`${day(1)}T08:00`, { kind: 'phase', value: { phase: '3a' } });
    stretches(patient, `${day(1)}T17:59`);
    stretches(patient, `${day(1)}T18:00`);
    trains(patient, `${day(1)}T18:00`);
    stretches(patient, `${day(1)}T19:00`);
    stretches(patient, `${day(2)}T19:00`);
    expect(setAside(patient, `${day(2)}T20:00`).slice(1)).toMatchObject([
      {
        at: `${day(1)}T17:59:00.000Z`,
        rule: 'T3',
        code: 'stretch-before-strength',
        counts: false,
        text: 'A stretch before strength on the same day is not counted.',
      },
    ]);
  });

  test('in phase 3b a stretch is none of it', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(1)}T08:00`, { kind: 'phase', value: { phase: '3b' } });
    stretches(patient, `${day(1)}T19:00`);
    expect(setAside(patient, `${day(1)}T19:00`)).toEqual([]);
  });

  test('a load of twice what was asked for or more, in any of the sets: up to two and a half times pounds may have been meant, beyond it the number is asked about', () => {
    const loads = [19.9, 20, 25, 25.1];
    const patient = Patient.enrolled();
    for (const [n, loadKg] of loads.entries())
      trains(patient, `${day(n * 2)}T18:00`, [...of10, { reps: 8, loadKg }]);
    expect(setAside(patient, `${day(6)}T19:00`)).toMatchObject([
      {
        at: `${day(2)}T18:00:00.000Z`,
        rule: 'O3',
        code: 'load-in-doubt',
        counts: true,
        text: 'Twice the load that was asked for, or more: was it in pounds? It is kept as it was told; please ask.',
      },
      { at: `${day(4)}T18:00:00.000Z`, text: expect.stringContaining('was it in pounds?') },
      { at: `${day(6)}T18:00:00.000Z`, text: expect.stringContaining('is the number right?') },
    ]);
  });

  test('no load is in doubt without sets, without an exercise, or where body weight was asked for', () => {
    const patient = Patient.enrolled();
    trains(patient, `${day(1)}T18:00`, undefined);
    patient.says(`${day(3)}T18:00`, { session: { kind: 'strength', sets: [{ reps: 8, loadKg: 22 }] } });
    const light = Patient.enrolled({ startLoadKg: 0 });
    trains(light, `${day(1)}T18:00`, [{ reps: 8, loadKg: 0 }]);
    expect([setAside(patient, `${day(3)}T19:00`), setAside(light, `${day(1)}T19:00`)]).toEqual([[], []]);
  });

  test('the same exercise again within the hour, the hour included: the later one', () => {
    const patient = Patient.enrolled();
    trains(patient, `${day(1)}T18:00`);
    trains(patient, `${day(1)}T19:00`);
    trains(patient, `${day(1)}T20:01`);
    expect(setAside(patient, `${day(1)}T21:00`)).toMatchObject([
      {
        checkInId: 'c1',
        rule: 'D5',
        code: 'reported-twice',
        counts: true,
        text: 'The same exercise was reported within the hour before: both are one session, and their sets are pooled.',
      },
    ]);
  });

  test('at the same instant: the one whose id comes later', () => {
    const patient = Patient.enrolled();
    trains(patient, `${day(1)}T18:00`);
    trains(patient, `${day(1)}T18:00`);
    expect(codes(patient, `${day(1)}T18:00`)).toEqual(['c1 reported-twice']);
  });

  test('another exercise, or one of the two without sets, is no repetition', () => {
    const patient = Patient.enrolled();
    trains(patient, `${day(1)}T18:00`);
    trains(patient, `${day(1)}T18:10`, of10, 'lunge');
    trains(patient, `${day(1)}T18:20`, []);
    patient.says(`${day(1)}T18:25`, { session: { kind: 'strength', exercise: 'squat' } });
    const without = Patient.enrolled();
    trains(without, `${day(1)}T18:00`, []);
    without.says(`${day(1)}T18:05`, { session: { kind: 'strength', exercise: 'squat' } });
    trains(without, `${day(1)}T18:10`);
    expect([codes(patient, `${day(1)}T19:00`), codes(without, `${day(1)}T19:00`)]).toEqual([[], []]);
  });
});

describe('a stretch under a phase that a clinician has set for a time', () => {
  test('given it covers 3a until Thursday, then stretches count until then; one without an end is no cover', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(1)}T09:00`, { kind: 'phase', value: { phase: '3a' } }, `${day(3)}T09:00`);
    stretches(patient, `${day(1)}T08:00`);
    stretches(patient, `${day(2)}T09:00`);
    stretches(patient, `${day(3)}T09:00`);
    const early = codes(patient, `${day(4)}T00:00`);
    expect(early).toEqual(['c1 stretch-early', 'c3 stretch-early']);
  });

  test('given two covers, then the later one; given the phase itself was set, and then another, then the last', () => {
    const patient = Patient.enrolled();
    const until = `${day(6)}T09:00`;
    patient.override(`${day(1)}T09:00`, { kind: 'phase', value: { phase: '3b' } }, until);
    patient.override(`${day(2)}T09:00`, { kind: 'phase', value: { phase: '1' } }, until);
    stretches(patient, `${day(3)}T09:00`);
    expect(codes(patient, `${day(4)}T00:00`)).toEqual(['c2 stretch-early']);
    const other = Patient.enrolled();
    other.override(`${day(1)}T09:00`, { kind: 'phase', value: { phase: '1' } });
    other.override(`${day(2)}T09:00`, { kind: 'phase', value: { phase: '3b' } });
    stretches(other, `${day(3)}T09:00`);
    expect(codes(other, `${day(4)}T00:00`)).toEqual([]);
  });

  test('given 3a was set without an end, and the rules have gone a step back since, then it is early', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'phase', value: { phase: '3a' } });
    for (const [week, now] of [4, 5].entries()) {
      lives(patient, week, { now, duringExercise: 2, morning: now });
      closes(patient, week);
    }
    expect(patient.program(`${day(17)}T00:00`).phase.id).toBe('2');
    stretches(patient, `${day(17)}T09:00`);
    expect(codes(patient, `${day(18)}T00:00`)).toEqual([expect.stringContaining('stretch-early')]);
  });

  test('given phase 0, then it is early', () => {
    const patient = Patient.enrolled({}, 'unread');
    stretches(patient, `${day(1)}T09:00`);
    expect(codes(patient, `${day(2)}T00:00`)).toEqual(['c0 stretch-early']);
  });
});

test('given no load was asked for, then none is doubted, and one that was not told is none', () => {
  const patient = Patient.enrolled({ startLoadKg: 0 });
  trains(patient, `${day(1)}T18:00`, [{ reps: 8, loadKg: 20 }]);
  trains(patient, `${day(4)}T18:00`, []);
  expect(codes(patient, `${day(5)}T00:00`)).toEqual([]);
});
