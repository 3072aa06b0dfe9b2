import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { closes, day, lives } from '../../testing/story.js';
import { defaultRuleset } from '../ruleset.js';
import { programmeAsOf } from './as-of.js';
import { initialState } from './state.js';

const enrolledAt = Date.parse('2026-01-05T08:00:00Z');
const strength = { kind: 'strength', exercise: 'squat', sets: [] } as const;

describe('before the enrolment', () => {
  test('given nobody, or the moment before, then there is nothing to show; at the instant there is', () => {
    const { state } = Patient.enrolled();
    expect(programmeAsOf(initialState(), enrolledAt, defaultRuleset)).toBeNull();
    expect(programmeAsOf(state, enrolledAt - 1, defaultRuleset)).toBeNull();
    expect(programmeAsOf(state, enrolledAt, defaultRuleset)).toMatchObject({ patientId: 'p1' });
  });
});

describe('what has been done in the week', () => {
  test('given sessions before it, at its first instant, and too soon, then the counted ones since Monday 00:00', () => {
    const patient = Patient.enrolled();
    const done = (at: string) => patient.program(at).week.strengthDone;
    patient.says(`${day(1)}T18:00`, { session: strength });
    expect(done(`${day(6)}T23:59`)).toBe(1);
    expect(done(`${day(7)}T00:00`)).toBe(0);
    patient.says(`${day(7)}T00:00`, { session: strength });
    expect(done(`${day(7)}T00:00`)).toBe(1);
    patient.says(`${day(8)}T18:00`, { session: strength });
    expect(done(`${day(8)}T18:00`)).toBe(1);
  });

  test('given a practice recording of a later day, then it is not looked at yet', () => {
    const patient = Patient.enrolled();
    const record = (sessionId: string, n: number) =>
      patient.do({
        kind: 'record-recording',
        sessionId,
        at: `${day(n)}T09:00:00Z`,
        purpose: 'practice',
        receivedAt: `${day(5)}T09:00:00Z`,
      });
    // One after the other, but not in order of time.
    record('late', 4);
    record('early', 2);
    expect(patient.program(`${day(2)}T08:59`).week.practiceDays).toBe(0);
    expect(patient.program(`${day(2)}T09:00`).week.practiceDays).toBe(1);
    expect(patient.program(`${day(4)}T09:00`).week.practiceDays).toBe(2);
  });
});

describe('words for today (A18, S8)', () => {
  const codes = (patient: Patient) => patient.program(`${day(3)}T09:00`).prompts.map(({ code }) => code);

  test('given nothing stands, or an amber flag, then they are said; under a red flag or a pause they are not', () => {
    const plain = Patient.enrolled();
    plain.says(`${day(2)}T09:00`);
    expect(codes(plain)).toEqual(['check-in']);
    const amber = Patient.enrolled();
    amber.says(`${day(2)}T09:00`, { flags: ['night-pain'] });
    expect(codes(amber)).toEqual(['check-in']);
    const red = Patient.enrolled();
    red.says(`${day(2)}T09:00`, { flags: ['cold-limb'] });
    expect(codes(red)).toEqual([]);
    const paused = Patient.enrolled();
    paused.override(`${day(2)}T09:00`, { kind: 'suspend' });
    expect(codes(paused)).toEqual([]);
  });
});

describe('whether the phase may still move (D3)', () => {
  const provisional = (patient: Patient, at: string) => patient.program(at).phase.provisional;

  test('given a week has ended, then it may until 72 h later', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    expect(provisional(patient, `${day(6)}T23:59`)).toBe(false);
    expect(provisional(patient, `${day(7)}T00:00`)).toBe(true);
    expect(provisional(patient, `${day(9)}T23:59`)).toBe(true);
    closes(patient, 0);
    expect(provisional(patient, `${day(9)}T23:59`)).toBe(true);
    expect(provisional(patient, `${day(10)}T00:00`)).toBe(false);
  });

  test('given phase 0, or a phase that a clinician has set for a time, then it does not', () => {
    expect(provisional(Patient.enrolled({}, 'unread'), `${day(8)}T00:00`)).toBe(false);
    const covered = Patient.enrolled();
    covered.override(`${day(1)}T09:00`, { kind: 'phase', value: { phase: '2' } }, `${day(9)}T00:00`);
    expect(provisional(covered, `${day(8)}T00:00`)).toBe(false);
    expect(provisional(covered, `${day(9)}T00:00`)).toBe(true);
  });
});

describe('what phase 1 asks for, as it was known then (P01)', () => {
  const met = (patient: Patient, at: string) =>
    patient.program(at).phase.next.flatMap((each) => (each.met ? [each.criterion] : []));
  const always = ['adult', 'no exclusion without clearance', 'no red flag without clearance'];

  test('given each of them came at an instant of its own, then each is met from that instant on', () => {
    // given: told later than it happened, so that nothing begins before all of it is there
    const patient = Patient.enrolled(
      {
        consent: { version: '1', at: `${day(1)}T08:00:00Z` },
        baseline: {},
        receivedAt: `${day(4)}T08:00:00Z`,
      },
      'unread',
    );
    const received = `${day(2)}T08:00:00Z`;
    patient.do({ kind: 'update-patient', baselinePain: 3, receivedAt: received });
    const education = { acknowledgedAt: `${day(3)}T08:00:00Z` };
    patient.do({ kind: 'update-patient', education, receivedAt: `${day(4)}T09:00:00Z` });
    const series = { side: 'left', position: 'seated', motion: 'active' } as const;
    const rotation = {
      id: 'late',
      at: `${day(4)}T08:00:00Z`,
      series: { ...series, instrument: 'goniometer', measuredBy: 'dr-lee' },
      valuesDeg: [20, 21],
      uncertaintyDeg: null,
      faults: [],
    };
    patient.do({ kind: 'record-rotation', rotation, receivedAt: `${day(4)}T09:00:00Z` });
    // then
    expect(met(patient, `${day(1)}T07:59`)).toEqual(always);
    expect(met(patient, `${day(1)}T08:00`)).toEqual(['consent', ...always]);
    expect(met(patient, `${day(2)}T07:59`)).toEqual(['consent', ...always]);
    expect(met(patient, `${day(2)}T08:00`)).toEqual(['consent', ...always, 'baseline of pain']);
    expect(met(patient, `${day(3)}T07:59`)).toEqual(['consent', ...always, 'baseline of pain']);
    const read = ['consent', ...always, 'baseline of pain', 'education acknowledged'];
    expect(met(patient, `${day(3)}T08:00`)).toEqual(read);
    // A reading without three values is none.
    expect(met(patient, `${day(4)}T08:00`)).toEqual(read);
    expect(patient.program(`${day(3)}T08:00`).phase.next[0]).toEqual({
      criterion: 'consent',
      met: true,
      have: true,
      need: true,
    });
  });
});

describe('pain, as it was said last', () => {
  test('given nothing was said, then null; given it was said this very instant, then that', () => {
    const patient = Patient.enrolled();
    expect(patient.program(`${day(1)}T09:00`).pain).toMatchObject({ now: null, median14d: null, bySite: {} });
    patient.says(`${day(1)}T09:00`, { now: 0 });
    expect(patient.program(`${day(1)}T09:00`).pain).toMatchObject({ now: 0, median14d: 0, bySite: {} });
    patient.says(`${day(1)}T10:00`, { now: 4 });
    expect(patient.program(`${day(1)}T09:59`).pain).toMatchObject({ now: 0, median14d: 0 });
    expect(patient.program(`${day(1)}T10:00`).pain).toEqual({
      now: 4,
      median14d: 2,
      trend: 'unknown',
      bySite: { groin: { checkIns: 1, median14d: 4 } },
    });
  });

  test('given an exercise hurt twice in a week, then it has rested since the first time (S3)', () => {
    const patient = Patient.enrolled();
    for (const n of [1, 3])
      patient.says(`${day(n)}T18:00`, { pain: { duringExercise: 6 }, session: strength });
    expect(patient.program(`${day(4)}T00:00`).holds).toMatchObject([
      { rule: 'S3', exercise: 'squat', since: `${day(1)}T18:00:00.000Z`, until: `${day(7)}T00:00:00.000Z` },
    ]);
  });
});

describe('strong pain today (S6)', () => {
  const waits = (patient: Patient, at: string) =>
    patient.program(at).today.some(({ why }) => why.startsWith('You told of strong pain today'));

  test('given 8, then the plan can wait from that instant until midnight; given 7, or 8 the evening before, it need not', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T18:00`, { now: 7 });
    expect(waits(patient, `${day(1)}T18:00`)).toBe(false);
    patient.says(`${day(2)}T18:00`, { now: 8 });
    expect(waits(patient, `${day(2)}T17:59`)).toBe(false);
    expect(waits(patient, `${day(2)}T18:00`)).toBe(true);
    expect(waits(patient, `${day(2)}T23:59`)).toBe(true);
    expect(waits(patient, `${day(3)}T00:00`)).toBe(false);
  });
});

describe('whether strength is asked for today (O1)', () => {
  test('given two a week, one done and one too soon, then the second is still asked for', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'rule', value: { strengthPerWeek: 2 } });
    const asks = (at: string) => patient.program(at).today.some(({ kind }) => kind === 'strength');
    patient.says(`${day(1)}T18:00`, { session: strength });
    patient.says(`${day(2)}T18:00`, { session: strength });
    expect(asks(`${day(4)}T09:00`)).toBe(true);
    patient.says(`${day(4)}T18:00`, { session: strength });
    expect(asks(`${day(6)}T19:00`)).toBe(false);
  });

  test('given the session of the week was at its first instant, then it is done', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(7)}T00:00`, { session: strength });
    expect(patient.program(`${day(10)}T00:00`).today.map(({ kind }) => kind)).toEqual([]);
  });
});
