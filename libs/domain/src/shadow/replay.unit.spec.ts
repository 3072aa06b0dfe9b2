import { describe, expect, test } from '@jest/globals';
import { dayAfter, Patient } from '../../testing/patient.js';
import { closes, lives } from '../../testing/story.js';
import type { EnrolCommand } from '../model/command.js';
import { defaultParameters, defaultRuleset, type Parameters, type Ruleset } from '../ruleset.js';
import { compareRulesets } from './compare.js';
import { replay } from './replay.js';

const day = (n: number) => dayAfter('2026-01-05', n);
const ruleset = (parameters: Partial<Parameters>): Ruleset => ({
  version: '1.1.0',
  parameters: { ...defaultParameters, ...parameters },
});
const again = (patient: Patient, rules = defaultRuleset, now?: number) =>
  replay(patient.events, rules, defaultRuleset, now);

/** Somebody of whom all kinds of things are known. */
function eventful(enrolment: Partial<EnrolCommand>, unread?: 'unread'): Patient {
  const patient = Patient.enrolled(enrolment, unread);
  const [at, receivedAt] = [`${day(0)}T10:00:00.000Z`, `${day(0)}T11:00:00.000Z`];
  patient.do({ kind: 'acknowledge-education', topic: 'your-control', at, receivedAt });
  patient.do({ kind: 'record-recording', sessionId: 's1', at, purpose: 'practice', receivedAt });
  patient.do({ kind: 'record-recording', sessionId: 's2', at, purpose: 'strength', receivedAt });
  const answers = Array<number>(11).fill(2);
  patient.do({
    kind: 'record-questionnaire',
    questionnaire: { id: 'q1', at, measure: 'tsk-11', version: '1', answers },
    receivedAt,
  });
  return patient;
}

describe('what a history brings in, brought in again', () => {
  test('a mass, a clearance, education topics, recordings and questionnaires come out as they were', () => {
    const patient = eventful({
      bodyMassKg: 71,
      birthYear: 2012,
      screening: { flags: [], exclusions: ['pregnancy'], clearedBy: 'dr-lee' },
    });
    expect(patient.eventsOf('phase-changed')).toHaveLength(1);
    lives(patient, 0);
    closes(patient, 0);
    const { events, refused, state } = again(patient);
    expect(events).toEqual(patient.events);
    expect(refused).toEqual([]);
    expect(state.enrolment).toEqual(patient.state.enrolment);
    expect(state.recordings).toEqual(patient.state.recordings);
    expect(state.questionnaires).toEqual(patient.state.questionnaires);
    expect(state.acknowledged).toEqual(patient.state.acknowledged);
  });

  test('devices come, fall silent, are heard again and go as they did', () => {
    const patient = Patient.enrolled();
    const on = (n: number, hour = 9) => `${day(n)}T${String(hour).padStart(2, '0')}:00:00.000Z`;
    const assign = (deviceId: string, side: 'left' | 'right', at: string) =>
      patient.do({ kind: 'assign-device', deviceId, side, at, receivedAt: at });
    assign('d1', 'left', on(0));
    assign('d2', 'right', on(1));
    patient.clock(on(7, 10));
    const heard = { at: on(7, 11), heardAt: on(7, 11), receivedAt: on(7, 12) };
    patient.do({ kind: 'record-recording', sessionId: 'd1/s1', purpose: 'practice', ...heard });
    patient.do({ kind: 'withdraw-device', deviceId: 'd2', receivedAt: on(7, 13) });
    expect(patient.eventsOf('device-silent')).not.toEqual([]);
    const { events, refused } = again(patient);
    expect(events).toEqual(patient.events);
    expect(refused).toEqual([]);
  });

  test('what was told after the enrolment opens phase 1 at the same instant again: consent, education, pain', () => {
    const patient = eventful({ baseline: {} }, 'unread');
    const receivedAt = `${day(2)}T09:00:00.000Z`;
    patient.do({
      kind: 'update-patient',
      receivedAt,
      consent: { version: '2', at: `${day(1)}T12:00:00.000Z` },
      education: { acknowledgedAt: `${day(1)}T13:00:00.000Z` },
      baselinePain: 4,
    });
    const [series] = Patient.enrolled().state.readings.map((reading) => reading.series);
    const rotation = { at: receivedAt, series: series!, uncertaintyDeg: null, faults: [] };
    const read = (id: string, valuesDeg: number[]) =>
      patient.do({ kind: 'record-rotation', rotation: { ...rotation, id, valuesDeg }, receivedAt });
    read('r1', [20]);
    read('r2', [20, 20, 20]);
    expect(patient.eventsOf('phase-changed')).toHaveLength(1);
    const { events, state } = again(patient);
    expect(events).toEqual(patient.events);
    expect(state.enrolment).toEqual(patient.state.enrolment);
    expect(state.readings.map(({ value, valid }) => [value, valid])).toEqual([
      [null, false],
      [20, true],
    ]);
  });

  test('a reading that was no reading stays none, and one that is corrected is', () => {
    const patient = Patient.enrolled();
    const [{ series }] = patient.state.readings as never as [{ series: never }];
    const at = `${day(1)}T09:00:00.000Z`;
    for (const valuesDeg of [
      [10, 20, 30],
      [20, 20, 20],
    ])
      patient.do({
        kind: 'record-rotation',
        rotation: { id: 'r1', at, series, valuesDeg, uncertaintyDeg: 2, faults: [] },
        receivedAt: at,
      });
    const { events } = again(patient);
    expect(events.map(({ type }) => type)).toEqual(patient.events.map(({ type }) => type));
    expect(events.at(-2)!.data).toMatchObject({ valid: false, reasons: ['spread'] });
    expect(events.at(-1)!.data).toMatchObject({ valid: true, value: 20, uncertaintyDeg: 2 });
  });

  test("a clinician's target with an end is held as long again, and no longer", () => {
    const patient = Patient.enrolled();
    const value = { exercise: 'squat', sets: 2, reps: 10, loadKg: 5 };
    patient.override(`${day(1)}T09:00`, { kind: 'target', value }, `${day(12)}T00:00`);
    for (const week of [0, 1, 2]) closes(patient, week);
    expect(patient.eventsOf('target-decided').map(({ data }) => data.rule)).toEqual([
      'O2',
      'override',
      'override',
      'S8',
      'S8',
    ]);
    expect(again(patient).events).toEqual(patient.events);
  });
});

describe('rules under which something could not have been', () => {
  const adultsOf50 = ruleset({ adultYears: 50 });
  const begun = (): Patient => {
    const patient = Patient.enrolled({ birthYear: 1980 });
    patient.override(`${day(1)}T09:00`, { kind: 'phase', value: { phase: '2' } });
    lives(patient, 0);
    closes(patient, 0);
    return patient;
  };

  test('what they refuse is told with its reason, and the rest goes on', () => {
    const { refused, state } = again(begun(), adultsOf50);
    expect(refused).toEqual([
      {
        at: `${day(1)}T09:00:00.000Z`,
        type: 'override-recorded',
        reason: 'the programme has not begun: its entry criteria are not met',
      },
    ]);
    expect(state.checkIns.length).toBeGreaterThan(3);
    expect(state.closed).toHaveLength(1);
  });

  test('targets, phases and alarms that there would not have been, or would have been, are both differences', () => {
    const patient = begun();
    const { targets, phases } = compareRulesets(patient.events, adultsOf50, defaultRuleset);
    expect(targets.map(({ week, exercise, would }) => [week, exercise, would])).toEqual([
      ['2026-W02', 'squat', null],
      ['2026-W03', 'squat', null],
    ]);
    expect(phases).toMatchObject([{ was: { to: '1', rule: 'P01' }, would: null }, { would: null }]);
    const young = Patient.enrolled({ birthYear: 2010 });
    const without = compareRulesets(young.events, ruleset({ adultYears: 16 }), defaultRuleset);
    expect(without).toMatchObject({
      targets: [{ week: '2026-W02', exercise: 'squat', was: null, would: { sets: 3, rule: 'O2' } }],
      phases: [{ was: null, would: { to: '1', rule: 'P01' } }],
      decided: 0,
    });
  });

  test('every alarm is compared by itself, with an exercise that is stopped beside it', () => {
    const patient = Patient.enrolled();
    for (const n of [0, 1, 2]) patient.says(`${day(n)}T09:00`, { now: 1 });
    patient.says(`${day(3)}T09:00`, { now: 7, pain: { duringExercise: 6 } });
    patient.says(`${day(4)}T09:00`, { now: 7 });
    const { alarms } = compareRulesets(patient.events, ruleset({ spikeHigh: 7 }), defaultRuleset);
    expect(alarms.map(({ was, would }) => [was, would])).toEqual([
      ['MEDIUM', 'HIGH'],
      ['MEDIUM', 'HIGH'],
    ]);
    const never = ruleset({ spikeHigh: 10, spikeMedium: 9, spikeRelative: 9 });
    expect(compareRulesets(patient.events, never, defaultRuleset).alarms.map(({ would }) => would)).toEqual([
      null,
      null,
    ]);
    patient.says(`${day(5)}T09:00`, { now: 3 });
    const soon = compareRulesets(
      patient.events,
      ruleset({ spikeRelative: 3, spikeAboveMedian: 1 }),
      defaultRuleset,
    );
    expect(soon.alarms).toMatchObject([{ at: `${day(5)}T09:00:00Z`, was: null, would: 'MEDIUM' }]);
  });

  test('weeks whose means rise are told apart by their week', () => {
    const patient = Patient.enrolled({ baseline: { pain: 1 } });
    for (const [week, now] of [1, 3, 5].entries())
      for (const n of [0, 2, 4, 6]) patient.says(`${day(week * 7 + n)}T09:00`, { now });
    patient.clock(`${day(24)}T00:00`);
    const slow = ruleset({ weeklyRiseHold: 3, weeklyRiseRegress: 4 });
    const { alarms } = compareRulesets(patient.events, slow, defaultRuleset);
    expect(alarms.filter(({ checkInId }) => checkInId === null)).toEqual([
      { at: `${day(14)}T00:00:00.000Z`, checkInId: null, was: 'MEDIUM', would: null },
      { at: `${day(21)}T00:00:00.000Z`, checkInId: null, was: 'MEDIUM', would: null },
    ]);
  });

  test('a step that would come earlier is listed before the one that was', () => {
    const patient = Patient.enrolled();
    for (const week of [0, 1, 2]) {
      lives(patient, week);
      closes(patient, week);
    }
    const { phases } = compareRulesets(patient.events, ruleset({ toleratedSessions: 1 }), defaultRuleset);
    expect(phases).toMatchObject([
      { at: `${day(7)}T00:00:00.000Z`, was: null, would: { to: '2', rule: 'P12' } },
      { at: `${day(14)}T00:00:00.000Z`, was: { to: '2', rule: 'P12' }, would: null },
    ]);
  });

  test('a fault of the program is no refusal: it is thrown', () => {
    const broken = { version: '9', parameters: undefined } as never;
    expect(() => replay(Patient.enrolled().events, broken, ruleset({}))).toThrow(TypeError);
  });
});

describe('another late window', () => {
  const closings = (patient: Patient, lateWindowH: number, now?: string) =>
    again(patient, ruleset({ lateWindowH }), now === undefined ? undefined : Date.parse(now))
      .events.filter(({ type }) => type === 'week-closed')
      .map(({ at, recordedAt }) => [at, recordedAt]);

  test('weeks are closed one after the other when they would have been due, before what came later and up to now', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T09:00`);
    patient.says(`${day(22)}T09:00`);
    const due = (week: number) => [`${day(week * 7)}T00:00:00.000Z`, `${day(week * 7 + 1)}T00:00:00.000Z`];
    expect(closings(patient, 24)).toEqual([due(1), due(2), due(3)]);
    expect(closings(patient, 24, `${day(28)}T23:00:00Z`)).toEqual([due(1), due(2), due(3)]);
    expect(closings(patient, 24, `${day(36)}T00:00:00Z`)).toEqual([due(1), due(2), due(3), due(4), due(5)]);
  });
});
