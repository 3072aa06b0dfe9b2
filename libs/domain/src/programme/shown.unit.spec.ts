import { describe, expect, test } from '@jest/globals';
import { dayAfter, Patient, targetsOf } from '../../testing/patient.js';

const day = (n: number) => dayAfter('2026-01-05', n);

function goodWeek(patient: Patient, week: number, now = 2): void {
  const start = week * 7;
  patient.says(`${day(start)}T20:00`, { now });
  patient.trains(`${day(start + 1)}T18:00`, { now });
  patient.says(`${day(start + 4)}T20:00`, { now });
  patient.says(`${day(start + 6)}T20:00`, { now });
}

describe('the state as of an instant (D3, "Time")', () => {
  test('regression: an override received after a closing leaves the week as it was closed, also looked at from before the 72 h', () => {
    const patient = Patient.enrolled();
    goodWeek(patient, 0);
    patient.clock(`${day(10)}T00:00`);
    patient.override(`${day(6)}T08:00`, { kind: 'suspend' }, undefined, `${day(11)}T08:00`);
    expect(targetsOf(patient.program(`${day(9)}T00:00`))).toEqual(['squat 3x9@10 advance O3']);
    expect(targetsOf(patient.program(`${day(10)}T00:00`))).toEqual(['squat 3x9@10 advance O3']);
    expect(patient.program(`${day(9)}T00:00`).holds).toMatchObject([{ rule: 'override' }]);
  });

  test('a check-in that came after the closing is left out of the week, looked at from before the 72 h', () => {
    const patient = Patient.enrolled();
    goodWeek(patient, 0);
    patient.clock(`${day(10)}T00:00`);
    patient.says(`${day(5)}T12:00`, { now: 6 }, `${day(11)}T12:00`);
    expect(targetsOf(patient.program(`${day(8)}T00:00`))).toEqual(['squat 3x9@10 advance O3']);
    expect(targetsOf(patient.program(`${day(11)}T12:00`))).toEqual(['squat 3x8@10 hold S6']);
  });

  test('regression: a phase that a clinician sets counts, though its `from` lies before the last step of the rules', () => {
    const patient = Patient.enrolled();
    goodWeek(patient, 0);
    goodWeek(patient, 1);
    patient.clock(`${day(17)}T00:00`);
    expect(patient.program(`${day(17)}T00:00`).phase.id).toBe('2');
    patient.override(
      `${day(13)}T00:00`,
      { kind: 'phase', value: { phase: '1' } },
      undefined,
      `${day(18)}T00:00`,
    );
    expect(patient.program(`${day(18)}T00:00`).phase).toMatchObject({
      id: '1',
      since: '2026-01-18T00:00:00.000Z',
    });
  });

  test('regression: a phase that a clinician sets for Monday 00:00 outranks the step that the closing takes at that instant', () => {
    // given: two good weeks, after which the rules go on to practice
    const patient = Patient.enrolled();
    goodWeek(patient, 0);
    goodWeek(patient, 1);
    const monday = `${day(14)}T00:00`;
    patient.override(monday, { kind: 'phase', value: { phase: '1' } }, undefined, `${day(13)}T21:00`);
    // then: before the closing and after it
    const phases = () => [15, 18].map((n) => patient.program(`${day(n)}T00:00`).phase.id);
    expect(phases()).toEqual(['1', '1']);
    patient.clock(`${day(17)}T00:00`);
    expect(phases()).toEqual(['1', '1']);
  });

  test('several unclosed weeks are closed provisionally one after the other', () => {
    // given: bulk history of the past; its weeks ended before the receipt, so the clock does not close them
    const patient = Patient.enrolled({ receivedAt: '2026-03-01T12:00:00Z' });
    const day13 = `${day(13)}T20:00`;
    for (const at of [`${day(0)}T20:00`, `${day(4)}T20:00`]) patient.says(at, {}, '2026-03-01T12:00');
    const sets = Array.from({ length: 3 }, () => ({ reps: 12, loadKg: 40 }));
    const session = { kind: 'strength', exercise: 'squat', sets } as const;
    for (const n of [1, 8]) {
      patient.says(`${day(n)}T18:00`, { pain: { duringExercise: 2 }, session }, '2026-03-01T12:00');
      patient.says(`${day(n + 1)}T08:00`, {}, '2026-03-01T12:00');
    }
    patient.says(day13, {}, '2026-03-01T12:00');
    patient.clock('2026-03-01T12:00');
    // then: week 1 was closed by the check-in of 18 January, week 2 by nobody
    expect(patient.state.closed.map(({ isoWeek }) => isoWeek)).toEqual(['2026-W02']);
    expect(patient.program(`${day(14)}T00:00`).targets).toMatchObject([
      { week: '2026-W04', reps: 10, rule: 'O3', provisional: true },
    ]);
    expect(patient.program(`${day(21)}T00:00`).targets).toMatchObject([
      { week: '2026-W05', reps: 10, rule: 'S8', provisional: true },
    ]);
    // A gap of 14 days, seen provisionally too: 0.9 x 50 kg less 40 kg is 5 kg.
    expect(patient.program(`${day(28)}T00:00`).targets).toMatchObject([
      { week: '2026-W06', reps: 10, loadKg: 5, rule: 'S8', decision: 'regress', provisional: true },
    ]);
    expect(patient.program(`${day(35)}T00:00`).targets).toMatchObject([
      { week: '2026-W07', reps: 10, loadKg: 5, rule: 'S8', decision: 'hold', provisional: true },
    ]);
  });
});

describe("today's plan (Q1, T1, T3, D7)", () => {
  const stretching = (birthYear: number, at = `${day(2)}T08:00`) => {
    const patient = Patient.enrolled({ birthYear });
    patient.override(`${day(0)}T09:00`, { kind: 'phase', value: { phase: '3a' } });
    return { patient, today: patient.program(at).today };
  };

  test('T1: 30 s, 60 s over 65; regression: the age is that of the enrolment (D1)', () => {
    const hold = (birthYear: number, at?: string) =>
      stretching(birthYear, at).today.find(({ kind }) => kind === 'stretch')?.dose['holdSeconds'];
    expect(hold(1961)).toBe(30);
    expect(hold(1960)).toBe(60);
    expect(hold(1961, '2027-02-01T08:00')).toBe(30);
  });

  test('regression: after strength there is no practice that day, also when the session was too soon, but a stretch (T3)', () => {
    const { patient } = stretching(1980);
    const session = { kind: 'strength', exercise: 'squat', sets: [] } as const;
    const kinds = (at: string) => patient.program(at).today.map(({ kind }) => kind);
    expect(kinds(`${day(1)}T08:00`)).toEqual(['strength', 'practice', 'stretch']);
    patient.says(`${day(1)}T18:00`, { session });
    expect(kinds(`${day(1)}T19:00`)).toEqual(['stretch']);
    expect(kinds(`${day(2)}T19:00`)).toEqual(['practice', 'stretch']);
    patient.says(`${day(2)}T20:00`, { session });
    expect(kinds(`${day(2)}T21:00`)).toEqual(['stretch']);
  });
});
