import { describe, expect, test } from '@jest/globals';
import { Patient, targetsOf } from '../../testing/patient.js';
import { closes, day, lives } from '../../testing/story.js';

const sets = (reps: number, loadKg = 10, count = 3) =>
  Array.from({ length: count }, () => ({ reps, loadKg }));
const squats = (reps = 8, count = 3) =>
  ({ kind: 'strength', exercise: 'squat', sets: sets(reps, 10, count) }) as const;

/** Check-ins that make a week comparable and say nothing else. */
function calm(patient: Patient, ...days: readonly number[]): void {
  for (const n of days) patient.says(`${day(n)}T09:00`);
}

const inputs = (patient: Patient) => patient.eventsOf('target-decided').at(-1)!.data.inputs;

describe('where a week begins and ends (D2, D5)', () => {
  test('given a session at the very end of a week, then it is one of the next', () => {
    const patient = Patient.enrolled();
    calm(patient, 1, 2, 3);
    patient.says(`${day(7)}T00:00`, { pain: { duringExercise: 2 }, session: squats() });
    calm(patient, 8, 9);
    expect(closes(patient, 0)).toBe('squat 3x8@10 hold S8');
    expect(inputs(patient)).toMatchObject({ sessions: 0, checkIns: 3 });
    expect(closes(patient, 1)).toBe('squat 3x9@10 advance O3');
    expect(inputs(patient)).toMatchObject({ sessions: 1, checkIns: 3 });
  });

  test('given short repetitions once, at the first instant of a week, then that is one miss and not two (O5)', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    closes(patient, 0);
    patient.says(`${day(7)}T00:00`, { pain: { duringExercise: 2 }, session: squats(7) });
    calm(patient, 8, 9);
    expect(closes(patient, 1)).toBe('squat 3x9@10 hold O5');
  });

  test('given the second answer that it was not controllable at the first instant of a week, then it counts in that week (U3)', () => {
    const patient = Patient.enrolled({ startExercise: 'lunge' });
    patient.says(`${day(3)}T09:00`, { controllable: false });
    patient.says(`${day(7)}T00:00`, { controllable: false });
    expect(closes(patient, 0)).toBe('lunge 3x8@10 hold S8');
    expect(closes(patient, 1)).toBe('squat 3x8@0 regress U3');
  });

  test('given two such answers in weeks before, then no longer', () => {
    const patient = Patient.enrolled({ startExercise: 'lunge' });
    patient.says(`${day(1)}T09:00`, { controllable: false });
    patient.says(`${day(2)}T09:00`, { controllable: true });
    patient.says(`${day(3)}T09:00`, { controllable: false });
    expect(closes(patient, 0)).toBe('lunge 3x8@10 hold S8');
  });
});

describe('mornings after (S4, D6)', () => {
  const session = (patient: Patient, n: number, morning: number | null, hour = '18:00') => {
    patient.says(`${day(n)}T${hour}`, { now: 3, pain: { duringExercise: 2 }, session: squats() });
    if (morning !== null) patient.says(`${day(n + 1)}T08:00`, { now: 3, pain: { nextMorning: morning } });
  };

  test('given the last two of three were sore, then lighter', () => {
    const patient = Patient.enrolled();
    session(patient, 0, 3, '09:00');
    session(patient, 3, 5);
    session(patient, 5, 5);
    expect(closes(patient, 0)).toBe('squat 3x8@5 regress S4');
  });

  test('given a session too soon between two sore ones, then those two are the last two that count (O1)', () => {
    const patient = Patient.enrolled();
    session(patient, 1, 5);
    session(patient, 2, 3);
    session(patient, 4, 5);
    expect(closes(patient, 0)).toBe('squat 3x8@5 regress S4');
  });

  test('given both were in weeks before, then they make it lighter no more', () => {
    const patient = Patient.enrolled();
    session(patient, 1, 5);
    session(patient, 4, 5);
    expect(closes(patient, 0)).toBe('squat 3x8@5 regress S4');
    calm(patient, 8, 9, 10);
    expect(closes(patient, 1)).toBe('squat 3x8@5 hold S8');
  });

  test('given the morning after one of two sessions is not known, then it holds (S8)', () => {
    const patient = Patient.enrolled();
    session(patient, 1, 3);
    // Nobody says a word on the Saturday after.
    patient.says(`${day(4)}T18:00`, { now: 3, pain: { duringExercise: 2 }, session: squats() });
    patient.says(`${day(6)}T20:00`, { now: 3 });
    expect(closes(patient, 0)).toBe('squat 3x8@10 hold S8');
    expect(inputs(patient)).toMatchObject({ nextMorning: 'unknown' });
  });
});

describe('answers and misses that lie apart (U1, O5)', () => {
  test('given a check-in without an answer between two poor ones, then they run (U1)', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    patient.says(`${day(6)}T21:00`, { understanding: 2 });
    patient.says(`${day(6)}T21:30`);
    patient.says(`${day(6)}T22:00`, { feltTarget: false });
    expect(closes(patient, 0)).toBe('squat 3x8@10 hold U1');
  });

  test('given a miss and in the next week two, then lighter (O5)', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T18:00`, { pain: { duringExercise: 2 }, session: squats(7) });
    calm(patient, 2, 4);
    expect(closes(patient, 0)).toBe('squat 3x8@10 hold O5');
    for (const n of [8, 11]) {
      patient.says(`${day(n)}T18:00`, { pain: { duringExercise: 2 }, session: squats(7) });
      calm(patient, n + 1);
    }
    expect(closes(patient, 1)).toBe('squat 3x8@5 regress O5');
  });

  test('given one of two sessions says nothing of pain during it, then it holds (S8)', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T18:00`, { pain: { duringExercise: 2 }, session: squats() });
    patient.says(`${day(4)}T18:00`, { session: squats() });
    calm(patient, 2, 5);
    expect(closes(patient, 0)).toBe('squat 3x8@10 hold S8');
  });

  test('given sets of one evening in two check-ins, one of which names no exercise, then they are the only exercise’s', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T18:00`, { pain: { duringExercise: 2 }, session: squats(8, 2) });
    patient.says(`${day(1)}T18:20`, { session: { kind: 'strength', sets: sets(8, 10, 1) } });
    calm(patient, 2, 4);
    expect(closes(patient, 0)).toBe('squat 3x9@10 advance O3');
  });
});

describe('the gap (S8, D6)', () => {
  test('given the last check-in at the very end of a week, then two weeks later the load falls, not a week sooner', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(7)}T00:00`);
    closes(patient, 0);
    expect(closes(patient, 1)).toBe('squat 3x8@10 hold S8');
    expect(closes(patient, 2)).toBe('squat 3x8@5 regress S8');
    expect(closes(patient, 3)).toBe('squat 3x8@5 hold S8');
  });

  test('given the load fell for pain before the silence, then the silence is answered all the same', () => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    patient.says(`${day(6)}T20:00`, { now: 4, pain: { duringExercise: 6 }, session: squats() });
    expect(closes(patient, 0)).toBe('squat 3x8@12.5 regress S3');
    closes(patient, 1);
    // 0.9 x 52.5 kg less the 40 kg of the body: 7.25, down to a plate.
    expect(closes(patient, 2)).toBe('squat 3x8@5 regress S8');
  });

  test('given a pause of an hour in a gap of exactly fourteen days, then it is no gap of fourteen', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(7)}T00:00`);
    patient.override(`${day(9)}T08:00`, { kind: 'suspend' }, `${day(9)}T09:00`);
    closes(patient, 1);
    expect(closes(patient, 2)).toBe('squat 3x8@10 hold S8');
    expect(closes(patient, 3)).toBe('squat 3x8@5 regress S8');
  });
});

describe('a clinician’s target with an end', () => {
  test('given an amber flag in its time, then it stands as the clinician’s; given a red one, then it rests for that (D7)', () => {
    const set = (flag: string) => {
      const patient = Patient.enrolled();
      const value = { exercise: 'squat', sets: 2, reps: 10, loadKg: 5 };
      patient.override(`${day(1)}T08:00`, { kind: 'target', value }, `${day(30)}T08:00`);
      patient.says(`${day(2)}T09:00`, { flags: [flag] });
      return closes(patient, 0);
    };
    expect(set('night-pain')).toBe('squat 2x10@5 hold override');
    expect(set('cold-limb')).toBe('squat 2x10@5 hold S1');
  });
});

describe('two exercises, each with its own weeks (O6, O8)', () => {
  test('given one that was added later, then its lighter week comes later', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(14)}T08:00`, { kind: 'add-exercise', value: { exercise: 'lunge' } });
    const found: string[][] = [];
    for (let week = 0; week < 8; week++) {
      const targets = patient.program(`${day(week * 7 + 1)}T18:00`).targets;
      for (const { exercise, sets: count, reps, loadKg } of targets)
        patient.says(`${day(week * 7 + 1)}T18:00`, {
          now: 2,
          pain: { duringExercise: 2 },
          session: { kind: 'strength', exercise, sets: sets(reps, loadKg, count) },
          understanding: 4,
        });
      for (const n of [2, 4, 6]) patient.says(`${day(week * 7 + n)}T08:00`, { now: 2 });
      patient.clock(`${day(week * 7 + 10)}T00:00`);
      found.push(targetsOf(patient.program(`${day(week * 7 + 10)}T00:00`)));
    }
    const decided = (name: string) =>
      found.map((targets) => targets.find((each) => each.startsWith(name))?.split(' ')[2] ?? '-');
    expect(decided('squat')).toEqual([
      'advance',
      'advance',
      'advance',
      'advance',
      'advance',
      'deload',
      'hold',
      'advance',
    ]);
    expect(decided('lunge')).toEqual([
      '-',
      'start',
      'advance',
      'advance',
      'advance',
      'advance',
      'advance',
      'deload',
    ]);
  });
});

describe('what a decision rests on', () => {
  test('given a good week, then its numbers', () => {
    const patient = Patient.enrolled();
    lives(patient, 0, { now: 1, duringExercise: 3 });
    closes(patient, 0);
    expect(inputs(patient)).toEqual({
      week: '2026-W02',
      target: { sets: 3, reps: 8, loadKg: 10 },
      checkIns: 5,
      sessions: 1,
      duringExercise: 3,
      peak: 3,
      nextMorning: 'quiet',
      weeklyMean: 1,
      weeklyMeanBefore: 3,
      missed: false,
    });
  });

  test('given a sore morning, then that it fires', () => {
    const patient = Patient.enrolled();
    lives(patient, 0, { now: 2, morning: 4 });
    closes(patient, 0);
    expect(inputs(patient)).toMatchObject({ nextMorning: 'fires', peak: 4 });
  });

  test('given an empty week, then nothing is known of it', () => {
    const patient = Patient.enrolled();
    closes(patient, 0);
    expect(inputs(patient)).toMatchObject({
      checkIns: 0,
      sessions: 0,
      duringExercise: null,
      peak: null,
      nextMorning: 'unknown',
      weeklyMean: null,
    });
  });
});
