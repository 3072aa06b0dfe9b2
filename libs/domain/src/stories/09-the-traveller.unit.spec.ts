import { describe, expect, test } from '@jest/globals';
import { day } from '../../testing/story.js';
import { Patient } from '../../testing/patient.js';

const moves = (patient: Patient, zone: string, at: string) =>
  patient.do({ kind: 'update-patient', zone, receivedAt: at });
const closed = (patient: Patient) =>
  patient.state.closed.map(({ isoWeek, start, end }) => ({
    isoWeek,
    start: new Date(start).toISOString(),
    end: new Date(end).toISOString(),
  }));

describe('the traveller', () => {
  test('given Berlin to New York on a Wednesday, then the week is six hours longer and the next begins there (D2)', () => {
    const patient = Patient.enrolled({ zone: 'Europe/Berlin' });
    moves(patient, 'America/New_York', `${day(2)}T12:00:00Z`);
    // Sunday evening in New York, Monday morning in Berlin: still the old week.
    const monday = patient.program(`${day(7)}T02:00`);
    expect(monday.week.isoWeek).toBe('2026-W02');
    patient.clock(`${day(17)}T05:00`);
    expect(closed(patient)).toEqual([
      { isoWeek: '2026-W02', start: '2026-01-04T23:00:00.000Z', end: '2026-01-12T05:00:00.000Z' },
      { isoWeek: '2026-W03', start: '2026-01-12T05:00:00.000Z', end: '2026-01-19T05:00:00.000Z' },
    ]);
  });

  test('given New York to Auckland, then the week is shorter by the eighteen hours between', () => {
    const patient = Patient.enrolled({ zone: 'America/New_York' });
    moves(patient, 'Pacific/Auckland', `${day(2)}T12:00:00Z`);
    patient.clock(`${day(9)}T11:00`);
    expect(closed(patient)).toEqual([
      // Monday 00:00 in Auckland (UTC+13) is Sunday 11:00 UTC.
      { isoWeek: '2026-W02', start: '2026-01-05T05:00:00.000Z', end: '2026-01-11T11:00:00.000Z' },
    ]);
  });

  test('given the change is told on a Sunday when it is Monday there already, then it counts a week later: no week is skipped', () => {
    const patient = Patient.enrolled({ zone: 'America/New_York' });
    // Sunday 12:00 UTC is 07:00 in New York and Monday 01:00 in Auckland.
    moves(patient, 'Pacific/Auckland', `${day(6)}T12:00:00Z`);
    patient.clock(`${day(17)}T05:00`);
    expect(closed(patient)).toEqual([
      { isoWeek: '2026-W02', start: '2026-01-05T05:00:00.000Z', end: '2026-01-12T05:00:00.000Z' },
      { isoWeek: '2026-W03', start: '2026-01-12T05:00:00.000Z', end: '2026-01-18T11:00:00.000Z' },
    ]);
  });

  test('given there and back before it counts, then nothing has changed', () => {
    const patient = Patient.enrolled({ zone: 'Europe/Berlin' });
    moves(patient, 'America/New_York', `${day(2)}T12:00:00Z`);
    moves(patient, 'Europe/Berlin', `${day(3)}T12:00:00Z`);
    patient.clock(`${day(9)}T23:00`);
    expect(closed(patient).map(({ end }) => end)).toEqual(['2026-01-11T23:00:00.000Z']);
  });

  test('given a clock change in spring, then the week is an hour shorter, and a session 48 h of elapsed time later counts (D2, D5)', () => {
    const at = '2026-03-23T08:00:00Z';
    const patient = Patient.enrolled({
      zone: 'Europe/Berlin',
      enrolledAt: at,
      receivedAt: at,
      consent: { version: '1', at },
    });
    const session = { kind: 'strength', exercise: 'squat', sets: [] } as const;
    // Friday 19:00 local is 18:00 UTC; Sunday 19:00 local is 17:00 UTC, 47 hours later.
    patient.says('2026-03-27T18:00', { session });
    patient.says('2026-03-29T17:00', { session });
    expect(patient.program('2026-03-29T17:00').week.strengthDone).toBe(1);
    patient.says('2026-03-29T18:00', { session });
    // One session a local date: its instant is that of its first check-in, so it stays too soon.
    expect(patient.program('2026-03-29T18:00').week.strengthDone).toBe(1);
    patient.clock('2026-04-01T22:00');
    expect(closed(patient).at(-1)).toMatchObject({
      start: '2026-03-22T23:00:00.000Z',
      end: '2026-03-29T22:00:00.000Z',
    });
  });
});
