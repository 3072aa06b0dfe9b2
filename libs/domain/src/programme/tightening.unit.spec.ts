import { describe, expect, test } from '@jest/globals';
import { dayAfter, Patient, targetsOf } from '../../testing/patient.js';

const day = (n: number) => dayAfter('2026-01-05', n);

/** A week in which all is done and nothing hurts. */
function goodWeek(patient: Patient, week: number): void {
  const start = week * 7;
  patient.says(`${day(start)}T20:00`);
  patient.trains(`${day(start + 1)}T18:00`);
  patient.says(`${day(start + 4)}T20:00`);
  patient.says(`${day(start + 6)}T20:00`);
}

describe('late reports (D4, S9)', () => {
  test('regression: a set is judged by the target that stood at the end of its week, not by one tightened afterwards (D5)', () => {
    // given: week 2 asked for 3 x 9; three sets of 8 were done
    const patient = Patient.enrolled();
    goodWeek(patient, 0);
    const sets = Array.from({ length: 3 }, () => ({ reps: 8, loadKg: 10 }));
    patient.says(`${day(8)}T18:00`, {
      pain: { duringExercise: 2 },
      session: { kind: 'strength', exercise: 'squat', sets },
    });
    for (const at of [`${day(9)}T08:00`, `${day(11)}T08:00`]) patient.says(at);
    // when: after the week a pain of week 1 comes to light, so that week 2's target becomes 3 x 8
    patient.says(`${day(5)}T12:00`, { now: 6 }, `${day(14)}T12:00`);
    patient.clock(`${day(17)}T00:00`);
    // then: what was asked for while it was done was 3 x 9, a miss; after the hold S6 it is the second hold running
    expect(targetsOf(patient.program(`${day(17)}T00:00`))).toEqual(['squat 2x8@10 deload O6']);
  });

  test("regression: a suspension's hold is tightened by pain that comes to light, so that the load does not stand again after the resume (D7)", () => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    patient.says(`${day(1)}T08:00`);
    patient.override(`${day(3)}T08:00`, { kind: 'suspend' });
    patient.clock(`${day(10)}T00:00`);
    expect(targetsOf(patient.program(`${day(10)}T00:00`))).toEqual(['squat 3x8@20 hold override']);
    patient.says(
      `${day(2)}T08:00`,
      { now: 4, pain: { duringExercise: 7 }, session: { kind: 'strength', exercise: 'squat', sets: [] } },
      `${day(10)}T09:00`,
    );
    expect(targetsOf(patient.program(`${day(10)}T09:00`))).toEqual(['squat 3x8@12.5 regress S3']);
  });

  test("a clinician's target is never tightened", () => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    const value = { exercise: 'squat', sets: 3, reps: 10, loadKg: 20 };
    patient.override(`${day(1)}T08:00`, { kind: 'target', value }, `${day(30)}T00:00`);
    patient.clock(`${day(10)}T00:00`);
    patient.says(
      `${day(2)}T08:00`,
      { now: 4, pain: { duringExercise: 7 }, session: { kind: 'strength', exercise: 'squat' } },
      `${day(10)}T09:00`,
    );
    expect(patient.eventsOf('target-tightened')).toEqual([]);
    expect(targetsOf(patient.program(`${day(10)}T09:00`))).toEqual(['squat 3x10@20 hold override']);
  });

  test('regression: an exercise that a late report takes away is away in the closed weeks after, and its variant goes on (U3)', () => {
    // given: a lunge, two closed weeks, one "not controllable" known
    const patient = Patient.enrolled({ startExercise: 'lunge' });
    patient.says(`${day(1)}T09:00`, { controllable: false });
    patient.clock(`${day(17)}T00:00`);
    expect(targetsOf(patient.program(`${day(17)}T00:00`))).toEqual(['lunge 3x8@10 hold S8']);
    // when: the second one comes to light
    patient.says(`${day(2)}T09:00`, { controllable: false }, `${day(17)}T09:00`);
    // then
    expect(targetsOf(patient.program(`${day(17)}T09:00`))).toEqual(['squat 3x8@0 hold S8']);
    expect(patient.eventsOf('target-tightened').map(({ data }) => `${data.week} ${data.exercise}`)).toEqual([
      '2026-W03 lunge',
      '2026-W03 squat',
      '2026-W04 lunge',
      '2026-W04 squat',
    ]);
  });

  test('regression: a deload that a late report turned into a regress is no deload: the strength weeks go on counting (O6)', () => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    for (let week = 0; week < 6; week++) goodWeek(patient, week);
    patient.clock(`${day(45)}T00:00`);
    expect(targetsOf(patient.program(`${day(45)}T00:00`))).toEqual([expect.stringContaining('deload O6')]);
    patient.says(
      `${day(38)}T08:00`,
      { now: 4, pain: { duringExercise: 6 }, session: { kind: 'strength', exercise: 'squat' } },
      `${day(45)}T09:00`,
    );
    expect(targetsOf(patient.program(`${day(45)}T09:00`))).toEqual([expect.stringContaining('regress S3')]);
    // then: the closing of week 7 still counts six strength weeks
    patient.clock(`${day(52)}T00:00`);
    expect(targetsOf(patient.program(`${day(52)}T00:00`))).toEqual([expect.stringContaining('deload O6')]);
  });

  test('two late reports of the same strictness tighten once; the order of two that both tighten does not raise it again', () => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    goodWeek(patient, 0);
    patient.clock(`${day(10)}T00:00`);
    patient.says(`${day(5)}T12:00`, { now: 6 }, `${day(11)}T12:00`);
    patient.says(`${day(5)}T13:00`, { now: 7 }, `${day(11)}T13:00`);
    expect(patient.eventsOf('target-tightened')).toHaveLength(1);
    patient.says(
      `${day(5)}T14:00`,
      { now: 4, pain: { duringExercise: 6 }, session: { kind: 'strength', exercise: 'squat' } },
      `${day(11)}T14:00`,
    );
    expect(targetsOf(patient.program(`${day(11)}T14:00`))).toEqual(['squat 3x8@12.5 regress S3']);
    expect(targetsOf(patient.program(`${day(11)}T13:59`))).toEqual(['squat 3x8@20 hold S6']);
  });

  /** A lunge that is not controllable twice in its first week, the second of which comes to light on day 17. */
  const comesToLight = (patient: Patient) =>
    patient.says(`${day(2)}T09:00`, { controllable: false }, `${day(17)}T09:00`);

  test('given an exercise that a clinician has set again in a later week, when a late report takes it away before, then it stays there', () => {
    const patient = Patient.enrolled({ startExercise: 'lunge' });
    patient.says(`${day(1)}T09:00`, { controllable: false });
    patient.clock(`${day(10)}T00:00`);
    const value = { exercise: 'lunge', sets: 2, reps: 6, loadKg: 5 };
    patient.override(`${day(15)}T09:00`, { kind: 'target', value });
    patient.clock(`${day(17)}T00:00`);
    comesToLight(patient);
    expect(targetsOf(patient.program(`${day(17)}T09:00`))).toEqual([
      'lunge 2x6@5 hold override',
      'squat 3x8@0 hold S8',
    ]);
    expect(patient.eventsOf('target-tightened').map(({ data }) => `${data.week} ${data.exercise}`)).toEqual([
      '2026-W03 lunge',
      '2026-W03 squat',
      '2026-W04 squat',
    ]);
  });

  test('given an exercise that a clinician has added in the week after, when a late report makes the other one less, then it stays as it is', () => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    goodWeek(patient, 0);
    patient.override(`${day(8)}T09:00`, { kind: 'add-exercise', value: { exercise: 'lunge' } });
    patient.clock(`${day(10)}T00:00`);
    patient.says(`${day(5)}T12:00`, { now: 6 }, `${day(11)}T12:00`);
    expect(targetsOf(patient.program(`${day(11)}T12:00`))).toEqual([
      'lunge 3x8@0 start O2',
      'squat 3x8@20 hold S6',
    ]);
  });

  test('given a week that was regressed to six repetitions, when late reports would put the easier variant in its place with eight, then that is no less, and nothing changes', () => {
    // given: the lunge with the body alone; the mean of the week is two above the baseline (S5)
    const patient = Patient.enrolled({ startExercise: 'lunge', startLoadKg: 0 });
    for (const n of [1, 2, 3]) patient.says(`${day(n)}T09:00`, { now: 5, controllable: false });
    patient.clock(`${day(10)}T00:00`);
    expect(targetsOf(patient.program(`${day(10)}T00:00`))).toEqual(['lunge 3x6@0 regress S5']);
    // when: calm days come to light, after which U3 would be the rule
    for (const n of [1, 2, 3]) patient.says(`${day(n)}T10:00`, { now: 0 }, `${day(11)}T10:00`);
    // then
    expect(targetsOf(patient.program(`${day(11)}T10:00`))).toEqual(['lunge 3x6@0 regress S5']);
    expect(patient.eventsOf('target-tightened')).toEqual([]);
  });
});
