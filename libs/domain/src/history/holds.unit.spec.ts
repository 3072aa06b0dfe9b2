import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { closes, day, lives } from '../../testing/story.js';

const holds = (patient: Patient, at: string) => patient.program(at).holds.map(({ rule }) => rule);
const rules = (patient: Patient) => patient.eventsOf('target-decided').map(({ data }) => data.rule);
const noon = `${day(1)}T12:00`;

describe('flags (section 3, S1, S2)', () => {
  test.each([
    'cannot-bear-weight',
    'trauma-severe-pain',
    'suspected-infection',
    'deformity',
    'sudden-deterioration',
    'cold-limb',
    'bladder-bowel',
  ])('%s is red: everything rests', (flag) => {
    const patient = Patient.enrolled();
    patient.says(noon, { flags: [flag] });
    expect(holds(patient, noon)).toEqual(['S1']);
    expect(patient.program(noon).today).toEqual([]);
    expect(patient.eventsOf('red-flag-reported')).toHaveLength(1);
    expect(patient.eventsOf('amber-flag-reported')).toHaveLength(0);
  });

  test('a red and an amber one in one check-in both stand, each since it was first said', () => {
    const patient = Patient.enrolled();
    patient.says(noon, { flags: ['deformity', 'night-pain'] });
    patient.says(`${day(2)}T12:00`, { flags: ['night-pain', 'deformity'] });
    expect(patient.program(`${day(3)}T12:00`).holds).toMatchObject([
      { rule: 'S1', since: `${noon}:00.000Z` },
      { rule: 'S2', since: `${noon}:00.000Z` },
    ]);
  });

  test('one said at the very end of a week holds from that moment on, and the week after', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    patient.says(`${day(7)}T00:00`, { flags: ['night-pain'] });
    expect(holds(patient, `${day(6)}T23:59`)).toEqual([]);
    expect(holds(patient, `${day(7)}T00:00`)).toEqual(['S2']);
    closes(patient, 0);
    closes(patient, 1);
    expect(rules(patient)).toEqual(['O2', 'O3', 'S2']);
  });

  test('a resume for a time to come ends nothing before', () => {
    const patient = Patient.enrolled();
    patient.says(noon, { flags: ['deformity'] });
    patient.override(`${day(5)}T09:00`, { kind: 'resume' }, undefined, `${day(2)}T09:00`);
    expect(holds(patient, `${day(5)}T08:59`)).toEqual(['S1']);
    expect(holds(patient, `${day(5)}T09:00`)).toEqual([]);
  });
});

describe('time that does not count as a gap (S8, D6)', () => {
  const quiet = (pauses: (patient: Patient) => void): string[] => {
    const patient = Patient.enrolled();
    patient.says(`${day(0)}T20:00`);
    pauses(patient);
    for (const week of [0, 1, 2, 3]) closes(patient, week);
    return patient
      .eventsOf('target-decided')
      .map(({ data }) => (data.decision === 'regress' ? data.rule : '-'));
  };
  const paused = (until: string) => (patient: Patient) => {
    patient.override(`${day(3)}T00:00`, { kind: 'suspend' }, until);
  };

  test('without a pause it is reached at the third closing; a week of pause, of the clinician or of a red flag, moves it to the fourth', () => {
    expect(quiet(() => undefined)).toEqual(['-', '-', '-', 'S8', '-']);
    expect(quiet(paused(`${day(10)}T00:00`))).toEqual(['-', '-', '-', '-', 'S8']);
    const red = (patient: Patient) => {
      patient.says(`${day(0)}T21:00`, { flags: ['deformity'] });
      patient.override(`${day(8)}T00:00`, { kind: 'resume' });
    };
    expect(quiet(red)).toEqual(['-', '-', '-', '-', 'S8']);
  });

  test('six days and four hours of it are just enough, an hour less is not', () => {
    // Sunday midnight, 20 days and 4 hours after the check-in: 14 days are left.
    expect(quiet(paused(`${day(9)}T04:00`))).toEqual(['-', '-', '-', 'S8', '-']);
    expect(quiet(paused(`${day(9)}T05:00`))).toEqual(['-', '-', '-', '-', 'S8']);
  });

  test('an amber flag stands beside it, and takes nothing away', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(0)}T20:00`, { flags: ['night-pain'] });
    for (const week of [0, 1, 2]) closes(patient, week);
    expect(rules(patient)).toEqual(['O2', 'S2', 'S2', 'S8']);
  });
});

test('a value that a clinician changes from a day on does not count before it', () => {
  const patient = Patient.enrolled();
  patient.override(
    `${day(20)}T09:00`,
    { kind: 'rule', value: { painStop: 4 } },
    undefined,
    `${day(0)}T09:00`,
  );
  lives(patient, 0, { duringExercise: 5, now: 3 });
  closes(patient, 0);
  expect(rules(patient)).toEqual(['O2', 'S3']);
  expect(patient.eventsOf('target-decided').at(-1)!.data.decision).toBe('hold');
});
