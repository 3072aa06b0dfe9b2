import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { closes, day } from '../../testing/story.js';

const series = {
  side: 'left',
  position: 'seated',
  motion: 'active',
  instrument: 'goniometer',
  measuredBy: 'dr-lee',
} as const;
const reads = (patient: Patient, at: string, value: number, side: 'left' | 'right' = 'left') =>
  patient.do({
    kind: 'record-rotation',
    rotation: {
      id: `r-${at}-${side}`,
      at: `${at}:00Z`,
      series: { ...series, side },
      valuesDeg: [value, value, value],
      uncertaintyDeg: null,
      faults: [],
    },
    receivedAt: `${at}:00Z`,
  });
const codes = (patient: Patient, at: string) =>
  patient.program(at).notes.map(({ code, exercise }) => (exercise ? `${code} ${exercise}` : code));
const idle = (patient: Patient, week: number) => {
  for (const n of [0, 2, 4]) patient.says(`${day(week * 7 + n)}T20:00`);
};

describe('a plateau is one of closed weeks', () => {
  test('it stays while the week after it waits for its closing', () => {
    const patient = Patient.enrolled();
    for (const week of [0, 1, 2, 3]) idle(patient, week);
    patient.clock(`${day(24)}T00:00`);
    expect(patient.program(`${day(28)}T01:00`).notes).toContainEqual(
      expect.objectContaining({ code: 'plateau', since: `${day(21)}T00:00:00.000Z` }),
    );
  });

  test('an exercise that began within it has none', () => {
    const patient = Patient.enrolled();
    idle(patient, 0);
    patient.clock(`${day(7)}T00:00`);
    patient.override(`${day(7)}T09:00`, { kind: 'add-exercise', value: { exercise: 'lunge' } });
    for (const week of [1, 2]) idle(patient, week);
    patient.clock(`${day(24)}T00:00`);
    expect(codes(patient, `${day(24)}T00:00`)).toEqual(expect.arrayContaining(['plateau squat']));
    expect(codes(patient, `${day(24)}T00:00`)).not.toContain('plateau lunge');
  });

  test('rotation that is better than before a long gap is no sign: the gap has begun the series anew (S8)', () => {
    const patient = Patient.enrolled({ birthYear: 1980 });
    for (const week of [0, 1, 2]) closes(patient, week);
    expect(patient.eventsOf('week-closed').map(({ data }) => data.fact.seriesReset)).toEqual([
      undefined,
      undefined,
      true,
    ]);
    for (const week of [3, 4, 5]) {
      idle(patient, week);
      reads(patient, `${day(week * 7 + 1)}T09:00`, 40);
      closes(patient, week);
    }
    expect(codes(patient, `${day(45)}T00:00`)).toContain('plateau squat');
  });
});

test('regression: a squat that is as light as it gets is shown to the clinician also when a lighter week came before (D9)', () => {
  // given: five repetitions with body weight, in a week of half the sets
  const patient = Patient.enrolled();
  const value = { exercise: 'squat', sets: 3, reps: 5, loadKg: 0 };
  patient.override(`${day(0)}T09:00`, { kind: 'rule', value: { deloadWeeks: 1 } });
  patient.override(`${day(0)}T09:00`, { kind: 'target', value });
  for (const n of [0, 4, 6]) patient.says(`${day(n)}T20:00`);
  patient.trains(`${day(1)}T18:00`);
  closes(patient, 0);
  expect(patient.program(`${day(10)}T00:00`).targets).toMatchObject([
    { sets: 2, reps: 5, decision: 'deload' },
  ]);
  // when: it hurts
  patient.says(`${day(11)}T18:00`, {
    pain: { duringExercise: 7 },
    session: { kind: 'strength', exercise: 'squat' },
  });
  closes(patient, 1);
  // then
  const { targets, notes } = patient.program(`${day(17)}T00:00`);
  expect(targets).toMatchObject([{ sets: 3, reps: 5, loadKg: 0, decision: 'regress', rule: 'S3' }]);
  expect(notes).toContainEqual(
    expect.objectContaining({ rule: 'S3', code: 'review', exercise: 'squat', suggestion: null }),
  );
});

test('another exercise is not offered while there is none', () => {
  const patient = Patient.enrolled({}, 'unread');
  for (const n of [0, 1]) patient.says(`${day(n)}T20:00`, { feltTarget: false });
  expect(patient.program(`${day(1)}T21:00`).notes).toEqual([]);
});

test('nothing is asked of somebody whose programme is paused', () => {
  const patient = Patient.enrolled();
  patient.override(`${day(0)}T09:00`, { kind: 'suspend' });
  expect(patient.program(`${day(20)}T09:00`).prompts).toEqual([]);
});

describe('notes on rotation look at what is measured now (M4)', () => {
  const without = { baseline: { pain: 3 }, birthYear: 1950 };

  test('a side that was measured long ago, or never, does not differ', () => {
    const patient = Patient.enrolled(without);
    reads(patient, `${day(0)}T09:00`, 20);
    expect(codes(patient, `${day(0)}T10:00`)).toEqual([]);
    reads(patient, `${day(20)}T09:00`, 40, 'right');
    expect(codes(patient, `${day(20)}T10:00`)).toEqual([]);
    reads(patient, `${day(20)}T09:00`, 30);
    expect(codes(patient, `${day(20)}T10:00`)).toContain('side-difference');
  });

  test('a small rotation of long ago is no hint, nor is pain of exactly two weeks ago', () => {
    const patient = Patient.enrolled(without);
    reads(patient, `${day(0)}T08:30`, 10);
    patient.says(`${day(1)}T09:00`, { now: 4 });
    expect(codes(patient, `${day(1)}T10:00`)).toContain('small-rotation');
    expect(codes(patient, `${day(9)}T10:00`)).not.toContain('small-rotation');
    reads(patient, `${day(14)}T09:00`, 10);
    expect(codes(patient, `${day(15)}T08:59`)).toContain('small-rotation');
    expect(codes(patient, `${day(15)}T09:00`)).not.toContain('small-rotation');
  });
});
