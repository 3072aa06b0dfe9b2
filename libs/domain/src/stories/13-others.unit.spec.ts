import { describe, expect, test } from '@jest/globals';
import { closes, day, lives } from '../../testing/story.js';
import { Patient, targetsOf } from '../../testing/patient.js';

describe('whoever is not ready', () => {
  test('given no education and no rotation, when asked, then the phase is 0 and says what is missing; once both are there phase 1 begins (P01)', () => {
    const { education: _none, ...rest } = { education: undefined, baseline: { pain: 3 } };
    const at = '2026-01-05T08:00:00Z';
    const patient = new Patient();
    patient.do({
      kind: 'enrol',
      patientId: 'p1',
      enrolledAt: at,
      zone: 'UTC',
      side: 'left',
      birthYear: 1980,
      consent: { version: '1', at },
      screening: { flags: [], exclusions: [] },
      receivedAt: at,
      ...rest,
    });
    const { phase } = patient.program(`${day(1)}T08:00`);
    expect(phase.id).toBe('0');
    expect(phase.next.filter(({ met }) => !met).map(({ criterion }) => criterion)).toEqual([
      'baseline of rotation',
      'education acknowledged',
    ]);
    const series = {
      side: 'left',
      position: 'seated',
      motion: 'active',
      instrument: 'goniometer',
      measuredBy: 'dr-lee',
    } as const;
    const rotation = {
      id: 'r1',
      at: `${day(2)}T08:00:00Z`,
      series,
      valuesDeg: [20, 21, 22],
      uncertaintyDeg: null,
      faults: [],
    };
    patient.do({ kind: 'record-rotation', rotation, receivedAt: rotation.at });
    const acknowledgedAt = `${day(3)}T08:00:00Z`;
    patient.do({ kind: 'update-patient', education: { acknowledgedAt }, receivedAt: acknowledgedAt });
    expect(patient.program(`${day(3)}T08:00`).phase).toMatchObject({
      id: '1',
      since: `${day(3)}T08:00:00.000Z`,
    });
    expect(targetsOf(patient.program(`${day(3)}T08:00`))).toEqual(['squat 3x8@0 start O2']);
    expect(patient.program(`${day(3)}T07:59`).phase.id).toBe('0');
  });
});

describe('the one with a bad day', () => {
  test('given strong pain this morning, when today is asked for, then what is planned says that it can wait; tomorrow it does not (S6, A5)', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T08:00`, { now: 8 });
    const why = (at: string) => patient.program(at).today.map((item) => item.why);
    expect(why(`${day(1)}T18:00`)).toEqual([expect.stringContaining('let this wait until it has calmed')]);
    expect(why(`${day(2)}T18:00`)).toEqual([expect.not.stringContaining('let this wait')]);
  });
});

describe('the one who looks ahead', () => {
  test('given the first week has ended, then the target is provisional until 72 h have passed (D3)', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    expect(patient.program(`${day(7)}T12:00`).targets[0]).toMatchObject({
      reps: 9,
      provisional: true,
      week: '2026-W03',
    });
    closes(patient, 0);
    expect(patient.program(`${day(10)}T00:00`).targets[0]).toMatchObject({ reps: 9, provisional: false });
    expect(patient.program(`${day(9)}T23:59`).targets[0]).toMatchObject({ reps: 9, provisional: true });
  });
});
