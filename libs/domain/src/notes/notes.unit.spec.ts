import { describe, expect, test } from '@jest/globals';
import { dayAfter, Patient } from '../../testing/patient.js';
import type { Series } from '../model/facts.js';

const day = (n: number) => dayAfter('2026-01-05', n);
const codes = (patient: Patient, at: string) => patient.program(at).notes.map(({ code }) => code);

/** A week without a session: held for want of data. */
function idleWeek(patient: Patient, week: number, improving?: boolean): void {
  for (const n of [0, 2, 4])
    patient.says(`${day(week * 7 + n)}T20:00`, { now: 2, ...(improving ? { improving } : {}) });
}

function reads(patient: Patient, at: string, values: readonly number[], more: Partial<Series> = {}): void {
  const series: Series = {
    side: 'left',
    position: 'seated',
    motion: 'active',
    instrument: 'goniometer',
    measuredBy: 'dr-lee',
    ...more,
  };
  const id = `r-${at}-${series.side}`;
  patient.do({
    kind: 'record-rotation',
    rotation: { id, at: `${at}:00Z`, series, valuesDeg: values, uncertaintyDeg: null, faults: [] },
    receivedAt: `${at}:00Z`,
  });
}

describe('the plateau (O7, A10)', () => {
  test('given three closed weeks without a sign of improvement, then it is noted with a suggestion, and no target changes', () => {
    const patient = Patient.enrolled();
    for (const week of [0, 1, 2]) idleWeek(patient, week);
    patient.clock(`${day(23)}T00:00`);
    expect(codes(patient, `${day(23)}T00:00`)).not.toContain('plateau');
    patient.clock(`${day(24)}T00:00`);
    const target = patient.program(`${day(24)}T00:00`).targets[0];
    expect(patient.program(`${day(24)}T00:00`).notes).toContainEqual(
      expect.objectContaining({ rule: 'O7', code: 'plateau', exercise: 'squat', suggestion: 'lunge' }),
    );
    expect(target).toMatchObject({ sets: 3, reps: 8, loadKg: 10, decision: 'hold', rule: 'S8' });
  });

  test('given "I improve in some way" in one of them, then there is none', () => {
    const patient = Patient.enrolled();
    for (const week of [0, 1, 2]) idleWeek(patient, week, week === 1);
    patient.clock(`${day(24)}T00:00`);
    expect(codes(patient, `${day(24)}T00:00`)).not.toContain('plateau');
  });

  test('given an advance in one of them, then there is none', () => {
    const patient = Patient.enrolled();
    idleWeek(patient, 0);
    idleWeek(patient, 1);
    for (const n of [14, 18, 20]) patient.says(`${day(n)}T20:00`);
    patient.trains(`${day(15)}T18:00`);
    patient.clock(`${day(24)}T00:00`);
    expect(codes(patient, `${day(24)}T00:00`)).not.toContain('plateau');
  });
});

describe('a second exercise (A14)', () => {
  const toPractice = (birthYear: number) => {
    const patient = Patient.enrolled({ birthYear });
    for (const week of [0, 1]) {
      for (const n of [0, 4, 6]) patient.says(`${day(week * 7 + n)}T20:00`);
      patient.trains(`${day(week * 7 + 1)}T18:00`);
    }
    patient.clock(`${day(17)}T00:00`);
    return patient;
  };

  test('given somebody over 25 in phase 2, then one is suggested until a clinician adds it', () => {
    const patient = toPractice(1980);
    expect(patient.program(`${day(17)}T00:00`).notes).toContainEqual(
      expect.objectContaining({
        code: 'second-exercise',
        suggestion: 'lunge',
        since: `${day(14)}T00:00:00.000Z`,
      }),
    );
    expect(codes(patient, `${day(13)}T00:00`)).not.toContain('second-exercise');
    patient.override(`${day(17)}T09:00`, { kind: 'add-exercise', value: { exercise: 'lunge' } });
    expect(codes(patient, `${day(17)}T09:00`)).not.toContain('second-exercise');
  });

  test('given somebody of 25, then the clinician chooses how often', () => {
    expect(codes(toPractice(2001), `${day(17)}T00:00`)).toEqual(['sessions-a-week']);
  });
});

describe('another exercise, and a look (U1, D7)', () => {
  test('given two poor answers, then another exercise is suggested', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T08:00`, { understanding: 2 });
    patient.says(`${day(2)}T08:00`, { understanding: 2 });
    expect(patient.program(`${day(2)}T08:00`).notes).toContainEqual(
      expect.objectContaining({ rule: 'U1', code: 'another-exercise', suggestion: 'lunge' }),
    );
    expect(codes(patient, `${day(2)}T07:59`)).toEqual([]);
  });

  test('given a squat at five repetitions without load, when it would fall further, then a clinician is asked to look', () => {
    const patient = Patient.enrolled({ startLoadKg: 0 });
    const target = { exercise: 'squat', sets: 3, reps: 5, loadKg: 0 };
    patient.override(`${day(0)}T09:00`, { kind: 'target', value: target });
    patient.says(`${day(1)}T18:00`, {
      now: 3,
      pain: { duringExercise: 7 },
      session: { kind: 'strength', exercise: 'squat', sets: [{ reps: 5, loadKg: 0 }] },
    });
    patient.clock(`${day(10)}T00:00`);
    const view = patient.program(`${day(10)}T00:00`);
    expect(view.targets).toMatchObject([{ reps: 5, loadKg: 0, decision: 'regress', rule: 'S3' }]);
    expect(view.notes).toContainEqual(
      expect.objectContaining({ code: 'review', rule: 'S3', exercise: 'squat' }),
    );
  });
});

describe('rotation worth a look (M4)', () => {
  test('given sides that differ by ten degrees, measured alike, then it is noted; measured otherwise it is not', () => {
    const patient = Patient.enrolled();
    reads(patient, `${day(1)}T09:00`, [20, 20, 20]);
    reads(patient, `${day(1)}T09:05`, [30, 30, 30], { side: 'right', position: 'prone' });
    expect(codes(patient, `${day(1)}T10:00`)).toEqual([]);
    reads(patient, `${day(1)}T09:10`, [31, 31, 31], { side: 'right' });
    expect(codes(patient, `${day(1)}T10:00`)).toEqual(['side-difference']);
  });

  test('given sides that differ by 9.9 degrees, then nothing is noted; by ten, it is', () => {
    const apart = (right: number) => {
      const patient = Patient.enrolled();
      reads(patient, `${day(1)}T09:00`, [20, 20, 20]);
      reads(patient, `${day(1)}T09:10`, [right, right, right], { side: 'right' });
      return patient.program(`${day(1)}T10:00`).notes;
    };
    // The left is 20.5: the baseline of the enrolment was 21.
    expect(apart(30.4)).toEqual([]);
    expect(apart(30.5)).toHaveLength(1);
  });

  test.each([
    ['at 51 with pain', 1975, 2, ['small-rotation']],
    ['at 50', 1976, 2, []],
    ['without pain', 1975, 0, []],
  ])(
    'given a rotation of 14° %s, then a hint is there only where it belongs',
    (_what, birthYear, now, wanted) => {
      const patient = Patient.enrolled({ birthYear, baseline: { pain: 3 } });
      reads(patient, `${day(0)}T09:00`, [14, 14, 14]);
      patient.says(`${day(0)}T10:00`, { now });
      expect(codes(patient, `${day(0)}T11:00`)).toEqual(wanted);
    },
  );
});

describe('a word for today (A18, A19, S8)', () => {
  const prompts = (patient: Patient, at: string) => patient.program(at).prompts.map(({ code }) => code);

  test('given no check-in today, then one is asked for; after three days the word is another', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T09:00`);
    expect(prompts(patient, `${day(1)}T20:00`)).toEqual([]);
    expect(prompts(patient, `${day(2)}T08:00`)).toEqual(['check-in']);
    expect(prompts(patient, `${day(4)}T08:59`)).toEqual(['check-in']);
    expect(prompts(patient, `${day(4)}T09:00`)).toEqual(['nothing-heard']);
  });

  test('given seven days without moving, then the range that is there is offered; not while everything rests', () => {
    const patient = Patient.enrolled();
    for (let n = 1; n <= 8; n++) patient.says(`${day(n)}T07:00`);
    expect(prompts(patient, `${day(7)}T07:59`)).toEqual([]);
    expect(prompts(patient, `${day(7)}T08:00`)).toEqual(['use-your-range']);
    patient.override(`${day(8)}T09:00`, { kind: 'suspend' });
    expect(prompts(patient, `${day(8)}T10:00`)).toEqual([]);
  });
});

describe('what is kept and flagged', () => {
  const setAside = (patient: Patient, at: string) =>
    patient.program(at).setAside.map(({ code, counts }) => `${code}${counts ? '' : ', not counted'}`);
  const squat = (loadKg: number) =>
    ({ kind: 'strength', exercise: 'squat', sets: [{ reps: 8, loadKg }] }) as const;

  test('given strength on the next day, then it is kept and flagged as too soon (O1)', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T18:00`, { session: squat(10) });
    patient.says(`${day(2)}T18:00`, { session: squat(10) });
    expect(setAside(patient, `${day(2)}T19:00`)).toEqual(['too-soon, not counted']);
    expect(patient.program(`${day(2)}T19:00`).week.strengthDone).toBe(1);
  });

  test('given two reports of one exercise within the hour, then they are pooled and flagged, whichever came first', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T18:30`, { session: squat(10) });
    patient.says(`${day(1)}T18:00`, { session: squat(10) });
    expect(patient.program(`${day(1)}T19:00`).setAside).toMatchObject([
      { code: 'reported-twice', at: `${day(1)}T18:30:00.000Z`, counts: true },
    ]);
  });

  test('given a load of 22 where 10 was asked for, then it is kept as told, with the question whether pounds were meant', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T18:00`, { session: squat(22) });
    expect(setAside(patient, `${day(1)}T19:00`)).toEqual(['load-in-doubt']);
    expect(patient.state.checkIns.get(0).session?.sets).toEqual([{ reps: 8, loadKg: 22 }]);
  });

  test.each([
    [19.5, []],
    [20, ['was it in pounds?']],
    [25, ['was it in pounds?']],
    [400, ['is the number right?']],
  ])('given a load of %s where 10 was asked for, then the question %j', (loadKg, questions) => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T18:00`, { session: squat(loadKg) });
    const { setAside } = patient.program(`${day(1)}T19:00`);
    expect(setAside.map(({ text }) => /or more: (.*\?)/.exec(text)?.[1])).toEqual(questions);
  });

  test('regression: a load is judged by what was asked for when it was lifted, not by what a clinician set afterwards', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T18:00`, { session: squat(10) });
    patient.override(`${day(2)}T09:00`, {
      kind: 'target',
      value: { exercise: 'squat', sets: 2, reps: 8, loadKg: 5 },
    });
    expect(setAside(patient, `${day(2)}T19:00`)).toEqual([]);
  });

  test('given a stretch in phase 1, then it is kept and flagged as early; before strength on the same day in 3a as that (P23, T3)', () => {
    const patient = Patient.enrolled();
    const stretch = { kind: 'stretch', exercise: 'passive-ir' } as const;
    patient.says(`${day(1)}T09:00`, { session: stretch });
    patient.override(`${day(2)}T09:00`, { kind: 'phase', value: { phase: '3a' } });
    patient.says(`${day(3)}T09:00`, { session: stretch });
    patient.says(`${day(4)}T09:00`, { session: stretch });
    patient.says(`${day(4)}T10:00`, { session: squat(10) });
    expect(setAside(patient, `${day(5)}T19:00`)).toEqual([
      'stretch-early, not counted',
      'stretch-before-strength, not counted',
    ]);
  });
});
