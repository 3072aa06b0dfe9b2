import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { closes, day, lives } from '../../testing/story.js';
import { defaultRuleset } from '../ruleset.js';
import { whyOf } from './why.js';

const why = (patient: Patient, week: string, at: string, exercise = 'squat') =>
  whyOf(patient.events, { exercise, week, at: Date.parse(`${at}:00Z`) }, defaultRuleset);
const first = (patient: Patient, week: string, at: string, exercise = 'squat') =>
  why(patient, week, at, exercise)!.chain[0]!;
const says = ({ because }: ReturnType<typeof first>) => because.map((each) => each.says);
const add = (patient: Patient, at: string, exercise: string) =>
  patient.override(at, { kind: 'add-exercise', value: { exercise } });

describe('which target is meant', () => {
  test('nothing is known of nobody; the start is there from its very instant on', () => {
    expect(whyOf([], { exercise: 'squat', week: '2026-W02', at: 0 }, defaultRuleset)).toBeNull();
    expect(first(Patient.enrolled(), '2026-W02', '2026-01-05T08:00')).toMatchObject({ decision: 'start' });
  });

  test('of two exercises whose closing is still to come each has its own link, and the week before keeps what was decided', () => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    add(patient, `${day(0)}T09:00`, 'lunge');
    const at = `${day(8)}T00:00`;
    expect(first(patient, '2026-W03', at, 'lunge')).toMatchObject({
      event: null,
      exercise: 'lunge',
      loadKg: 0,
    });
    expect(first(patient, '2026-W03', at)).toMatchObject({ event: null, exercise: 'squat', loadKg: 20 });
    expect(first(patient, '2026-W02', at)).toMatchObject({ event: 'target-decided', decision: 'start' });
  });

  test('an exercise that the closing to come takes away has no target to ask about', () => {
    const patient = Patient.enrolled({ startExercise: 'lunge' });
    for (const n of [1, 2]) patient.says(`${day(n)}T09:00`, { controllable: false });
    expect(why(patient, '2026-W03', `${day(8)}T00:00`, 'lunge')).toBeNull();
    expect(first(patient, '2026-W03', `${day(8)}T00:00`)).toMatchObject({ rule: 'U3', event: null });
  });

  test('a chain ends with the start that a clinician made anew', () => {
    const patient = Patient.enrolled({ startExercise: 'lunge' });
    for (const n of [1, 2]) patient.says(`${day(n)}T09:00`, { controllable: false });
    closes(patient, 0);
    add(patient, `${day(11)}T09:00`, 'lunge');
    const { chain } = why(patient, '2026-W03', `${day(11)}T09:00`, 'lunge')!;
    expect(chain.map(({ decision }) => decision)).toEqual(['start']);
  });
});

describe('what a decision rests on, at the edges', () => {
  test('an added exercise: the enrolment, the start, and its own decision alone', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'rule', value: { plateKg: 5 } });
    for (const week of [0, 1]) {
      lives(patient, week);
      closes(patient, week);
    }
    expect(patient.eventsOf('phase-changed')).toHaveLength(2);
    add(patient, `${day(18)}T09:00`, 'lunge');
    expect(says(first(patient, '2026-W04', `${day(18)}T09:00`, 'lunge'))).toEqual([
      'starts with the squat',
      'everything for the start was there',
      "a clinician's decision: add-exercise",
    ]);
  });

  test('a week that holds a clinician’s target rests on no other kind of decision; a paused one on the pause', () => {
    const patient = Patient.enrolled();
    const value = { exercise: 'squat', sets: 2, reps: 10, loadKg: 5 };
    patient.override(`${day(1)}T09:00`, { kind: 'target', value }, `${day(20)}T00:00`);
    closes(patient, 0);
    const held = first(patient, '2026-W03', `${day(10)}T00:00`);
    expect([held.rule, ...says(held)]).toEqual(['override']);
    const paused = Patient.enrolled();
    paused.override(`${day(1)}T09:00`, { kind: 'suspend' });
    closes(paused, 0);
    const rests = first(paused, '2026-W03', `${day(10)}T00:00`);
    expect([rests.rule, ...says(rests)]).toEqual(['override', "a clinician's decision in force: suspend"]);
  });

  test('S3: nothing of a check-in that tells no pain during exercise; S6: the first instant of the week', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T09:00`);
    patient.says(`${day(2)}T09:00`, { pain: { duringExercise: 4 } });
    closes(patient, 0);
    expect(says(first(patient, '2026-W03', `${day(10)}T00:00`))).toEqual(['pain during exercise 4']);
    patient.says(`${day(14)}T00:00`, { now: 7 });
    closes(patient, 1);
    closes(patient, 2);
    const sore = first(patient, '2026-W05', `${day(24)}T00:00`);
    expect([sore.rule, ...says(sore)]).toEqual(['S6', 'pain up to 7']);
  });

  test('S4: the morning after is there also from the first instant of the next week on', () => {
    const patient = Patient.enrolled();
    for (const n of [1, 3]) patient.says(`${day(n)}T09:00`);
    patient.says(`${day(6)}T18:00`, {
      pain: { duringExercise: 2 },
      session: { kind: 'strength', exercise: 'squat', sets: [] },
    });
    patient.says(`${day(7)}T00:00`, { pain: { nextMorning: 6 } });
    closes(patient, 0);
    const sore = first(patient, '2026-W03', `${day(10)}T00:00`);
    expect(sore.rule).toBe('S4');
    expect(says(sore)).toContain('pain next morning 6, pain 2');
  });

  test('S5: nothing of the week that had begun when it was decided', () => {
    const patient = Patient.enrolled({ baseline: { pain: 1 } });
    const [reading] = Patient.enrolled().events.flatMap((event) =>
      event.type === 'rotation-measured' ? [event] : [],
    );
    patient.do({
      kind: 'record-rotation',
      rotation: {
        id: 'r1',
        at: `${day(0)}T09:00:00Z`,
        series: reading!.data.series,
        valuesDeg: [20, 20, 20],
        uncertaintyDeg: null,
        faults: [],
      },
      receivedAt: `${day(0)}T09:00:00Z`,
    });
    for (const n of [1, 2, 3]) patient.says(`${day(n)}T09:00`, { now: 3 });
    patient.says(`${day(7)}T00:00`, { now: 4 });
    patient.says(`${day(8)}T09:00`, { now: 5 });
    closes(patient, 0);
    const risen = first(patient, '2026-W03', `${day(10)}T00:00`);
    expect([risen.rule, ...says(risen)]).toEqual(['S5', 'pain 3', 'pain 3', 'pain 3']);
  });

  test('U1: what was felt, without a word on understanding', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    for (const n of [5, 6]) patient.says(`${day(n)}T21:00`, { feltTarget: false });
    closes(patient, 0);
    const unclear = first(patient, '2026-W03', `${day(10)}T00:00`);
    expect(unclear.rule).toBe('U1');
    expect(says(unclear).slice(-2)).toEqual(['felt where it should be: no', 'felt where it should be: no']);
  });
});
