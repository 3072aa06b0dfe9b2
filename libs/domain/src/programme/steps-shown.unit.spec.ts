import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { closes, day, lives } from '../../testing/story.js';

const next = (patient: Patient, at: string) =>
  patient
    .program(at)
    .phase.next.map(({ criterion, have, need, met }) => `${criterion}: ${have} of ${need}, ${met}`);
const name = (patient: Patient, at: string) => patient.program(at).phase.name;
const steps = (patient: Patient) =>
  patient.eventsOf('phase-changed').map(({ data, reason }) => `${data.to} ${data.rule}: ${reason}`);
const stretches = (
  patient: Patient,
  at: string,
  pain: number,
  session: object = { exercise: 'passive-ir', mode: 'passive' },
) => patient.says(at, { pain: { duringExercise: pain }, session: { kind: 'stretch', ...session } });

describe('what the next step asks for, in words (A18)', () => {
  test('given the first week, then what leads to practice (P12)', () => {
    const patient = Patient.enrolled();
    expect(name(patient, `${day(0)}T09:00`)).toBe('build strength');
    expect(next(patient, `${day(0)}T09:00`)).toEqual([
      'strength sessions tolerated: 0 of 2, false',
      'weekly pain not rising: unknown of not failing, true',
      'understanding: null of 3, false',
    ]);
    lives(patient, 0, { now: 4 });
    expect(next(patient, `${day(6)}T23:00`)).toEqual([
      'strength sessions tolerated: 1 of 2, false',
      'weekly pain not rising: fails of not failing, false',
      'understanding: 4 of 3, true',
    ]);
  });

  test('given a session that says nothing of pain during it, then it is not tolerated yet', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T18:00`, { now: 2, session: { kind: 'strength', exercise: 'squat' } });
    patient.says(`${day(2)}T08:00`, { now: 2, pain: { nextMorning: 2 } });
    expect(next(patient, `${day(3)}T00:00`)[0]).toBe('strength sessions tolerated: 0 of 2, false');
  });

  test('given phase 2, then what leads to stretching (P23)', () => {
    const patient = Patient.enrolled();
    for (let week = 0; week < 2; week++) {
      lives(patient, week, { practice: week === 0 ? 4 : 2 });
      closes(patient, week);
    }
    expect(name(patient, `${day(17)}T00:00`)).toBe('practise the movement');
    expect(next(patient, `${day(13)}T23:59`)).toEqual([
      'strength sessions tolerated: 2 of 2, true',
      'weekly pain not rising: clear of not failing, true',
      'understanding: 4 of 3, true',
    ]);
    expect(next(patient, `${day(17)}T00:00`)).toEqual([
      'strength weeks: 2 of 6, false',
      'volume-load over the first session: 1.125 of 1.15, false',
      'last two sessions with pain at most 3: 2 of 2, true',
      'weeks running without rising pain: 2 of 3, false',
      'practice days in each of the last two weeks: 0 of 4, false',
      'rotation measured within 28 days: true of true, true',
      'rotation not worse: true of true, true',
    ]);
  });

  test.each([
    [5, 'five'],
    [3, 'three'],
    [1, 'one'],
    [4, 'four'],
  ])('given %i calm sessions are asked for, then in words or figures', (calmSessions, word) => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'rule', value: { calmSessions } });
    patient.override(`${day(0)}T10:00`, { kind: 'phase', value: { phase: '2' } });
    const said = next(patient, `${day(1)}T00:00`)[2];
    expect(said).toBe(
      `last ${calmSessions > 4 ? calmSessions : word} sessions with pain at most 3: 0 of ${calmSessions}, false`,
    );
  });

  test('given a clinician set phase 2, then sessions and weeks count from there, and before the first nothing has grown', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    closes(patient, 0);
    patient.override(`${day(10)}T08:00`, { kind: 'phase', value: { phase: '2' } });
    expect(next(patient, `${day(10)}T08:00`).slice(0, 3)).toEqual([
      'strength weeks: 0 of 6, false',
      'volume-load over the first session: 0 of 1.15, false',
      'last two sessions with pain at most 3: 0 of 2, false',
    ]);
  });

  test('regression: given a first session of which no set was told, then growth is counted from the next (P23)', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T08:00`, { kind: 'phase', value: { phase: '2' } });
    const trains = (week: number, sets?: { reps: number; loadKg: number }[]) =>
      patient.says(`${day(week * 7 + 1)}T18:00`, {
        pain: { duringExercise: 2 },
        session: { kind: 'strength', exercise: 'squat', ...(sets ? { sets } : {}) },
      });
    const grown = (week: number) => next(patient, `${day(week * 7 + 3)}T00:00`)[1];
    trains(0);
    expect(grown(0)).toBe('volume-load over the first session: 0 of 1.15, false');
    trains(1, [{ reps: 8, loadKg: 10 }]);
    expect(grown(1)).toBe('volume-load over the first session: 1 of 1.15, false');
    trains(2, [{ reps: 10, loadKg: 10 }]);
    expect(grown(2)).toBe('volume-load over the first session: 1.25 of 1.15, true');
  });

  test('given phase 3a, then what leads to the others (P3b); given 3b, then nothing more', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'phase', value: { phase: '3a' } });
    expect(name(patient, `${day(0)}T10:00`)).toBe('passive stretch');
    expect(next(patient, `${day(0)}T10:00`)).toEqual([
      'weeks of passive stretching: 0 of 2, false',
      'days with passive stretches at pain of at most 3: 0 of 6, false',
      'no stretch above 3 in the last two weeks: true of true, true',
      'calm mornings in the last two weeks: true of true, true',
    ]);
    lives(patient, 0, { morning: 5 });
    stretches(patient, `${day(2)}T20:00`, 3);
    stretches(patient, `${day(3)}T20:00`, 4);
    expect(next(patient, `${day(6)}T23:00`)).toEqual([
      'weeks of passive stretching: 0 of 2, false',
      'days with passive stretches at pain of at most 3: 1 of 6, false',
      'no stretch above 3 in the last two weeks: false of true, false',
      'calm mornings in the last two weeks: false of true, false',
    ]);
    patient.override(`${day(7)}T09:00`, { kind: 'phase', value: { phase: '3b' } });
    expect(name(patient, `${day(7)}T10:00`)).toBe('isometric and dynamic');
    expect(next(patient, `${day(7)}T10:00`)).toEqual([]);
  });

  test('given phase 0, then it gets ready', () => {
    expect(name(Patient.enrolled({}, 'unread'), `${day(0)}T09:00`)).toBe('getting ready');
  });
});

describe('which stretches are passive ones', () => {
  test.each<[string, object, number]>([
    ['by its mode', { mode: 'passive', exercise: 'isometric-ir' }, 1],
    ['by its exercise', { exercise: 'passive-ir' }, 1],
    ['that says neither', {}, 1],
    ['of another mode', { mode: 'isometric' }, 0],
    ['of another exercise', { exercise: 'dynamic-ir' }, 0],
    ['of another mode and exercise', { mode: 'dynamic', exercise: 'dynamic-ir' }, 0],
  ])('given one %s, then it counts as said', (_what, session, days) => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'phase', value: { phase: '3a' } });
    stretches(patient, `${day(2)}T20:00`, 3, session);
    expect(next(patient, `${day(6)}T23:00`)[1]).toBe(
      `days with passive stretches at pain of at most 3: ${days} of 6, false`,
    );
  });

  test('given two on one day, one above 3, then the day does not count', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(0)}T09:00`, { kind: 'phase', value: { phase: '3a' } });
    stretches(patient, `${day(2)}T19:00`, 3);
    stretches(patient, `${day(2)}T20:00`, 4);
    stretches(patient, `${day(3)}T20:00`, 2);
    expect(next(patient, `${day(6)}T23:00`)[1]).toBe(
      'days with passive stretches at pain of at most 3: 1 of 6, false',
    );
  });
});

describe('the steps themselves, in words', () => {
  test('given good weeks all the way, then each step is told; given pain that rises twice, then one back', () => {
    const patient = Patient.enrolled({ startLoadKg: 10 });
    for (let week = 0; week < 9; week++) {
      lives(patient, week, { practice: 4 });
      if (week === 4) {
        const { series } = patient.state.readings[0]!;
        const at = `${day(37)}T10:00:00Z`;
        const rotation = { id: 'm4', at, series, valuesDeg: [21, 21, 21], uncertaintyDeg: null, faults: [] };
        patient.do({ kind: 'record-rotation', rotation, receivedAt: at });
      }
      if (week > 5) for (const n of [0, 2, 3, 5]) stretches(patient, `${day(week * 7 + n)}T21:00`, 2);
      closes(patient, week);
    }
    for (const [place, now] of [3, 4].entries()) {
      lives(patient, 9 + place, { now });
      closes(patient, 9 + place);
    }
    expect(steps(patient).slice(1)).toEqual([
      '2 P12: Your strength sessions went well: on the days between you now practise the movement, inside the range you already have.',
      '3a P23: You have built strength and kept the range: gentle passive stretching is added.',
      '3b P3b: Passive stretching went well: isometric and dynamic stretching are added.',
      '3a P-: Your pain has risen two weeks running, so the programme goes one step back to where it was calm.',
    ]);
  });
});
