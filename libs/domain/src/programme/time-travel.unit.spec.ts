import { describe, expect, test } from '@jest/globals';
import { Patient, targetsOf } from '../../testing/patient.js';
import { closes, day, lives } from '../../testing/story.js';

const series = {
  side: 'left',
  position: 'seated',
  motion: 'active',
  instrument: 'goniometer',
  measuredBy: 'dr-lee',
} as const;
const reads = (patient: Patient, at: string, value: number, receivedAt = at) =>
  patient.do({
    kind: 'record-rotation',
    rotation: {
      id: `r-${at}`,
      at: `${at}:00Z`,
      series,
      valuesDeg: [value, value, value],
      uncertaintyDeg: null,
      faults: [],
    },
    receivedAt: `${receivedAt}:00Z`,
  });

/** Somebody who has just come to phase 3a, and the day on which that week had ended. */
function stretching(): { patient: Patient; ended: number } {
  const patient = Patient.enrolled();
  for (let week = 0; week < 12; week++) {
    lives(patient, week, { practice: 4 });
    reads(patient, `${day(week * 7 + 2)}T09:00`, 21);
    closes(patient, week);
    if (patient.state.phases.at(-1)!.phase === '3a') return { patient, ended: (week + 1) * 7 };
  }
  throw new Error('phase 3a is never reached');
}

describe('what was shown between the end of a week and its closing stays as it was shown, whatever comes after the closing', () => {
  test('an override that reaches back', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    closes(patient, 0);
    const shown = targetsOf(patient.program(`${day(8)}T00:00`));
    expect(shown).toEqual(['squat 3x9@10 advance O3']);
    patient.override(
      `${day(0)}T09:00`,
      { kind: 'rule', value: { deloadWeeks: 1 } },
      undefined,
      `${day(11)}T09:00`,
    );
    expect(targetsOf(patient.program(`${day(8)}T00:00`))).toEqual(shown);
  });

  test('a late check-in', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    closes(patient, 0);
    patient.says(`${day(5)}T09:00`, { now: 7 }, `${day(11)}T09:00`);
    expect(targetsOf(patient.program(`${day(8)}T00:00`))).toEqual(['squat 3x9@10 advance O3']);
    expect(targetsOf(patient.program(`${day(11)}T09:00`))).toEqual(['squat 3x8@10 hold S6']);
  });

  test('a late reading and a late recording', () => {
    const phase = ({ patient, ended }: ReturnType<typeof stretching>) =>
      patient.program(`${day(ended)}T01:00`).phase;
    const first = stretching();
    expect(phase(first)).toMatchObject({ id: '3a' });
    reads(first.patient, `${day(first.ended - 1)}T09:00`, 0, `${day(first.ended + 4)}T09:00`);
    expect(phase(first)).toMatchObject({ id: '3a' });
    const second = stretching();
    second.patient.do({
      kind: 'record-recording',
      sessionId: 's1',
      at: `${day(second.ended - 4)}T15:00:00Z`,
      purpose: 'strength',
      receivedAt: `${day(second.ended + 4)}T09:00:00Z`,
    });
    expect(phase(second)).toMatchObject({ id: '3a' });
  });

  test('in time both would have kept the phase where it was', () => {
    const { patient, ended } = stretching();
    const again = (late: (other: Patient) => void) => {
      const other = Patient.enrolled();
      for (let week = 0; week * 7 < ended; week++) {
        lives(other, week, { practice: 4 });
        reads(other, `${day(week * 7 + 2)}T09:00`, 21);
        if ((week + 1) * 7 === ended) late(other);
        closes(other, week);
      }
      return other.state.phases.at(-1)!.phase;
    };
    expect(patient.state.phases.at(-1)!.phase).toBe('3a');
    expect(again((other) => reads(other, `${day(ended - 1)}T09:00`, 0))).toBe('2');
    expect(
      again((other) =>
        other.do({
          kind: 'record-recording',
          sessionId: 's1',
          at: `${day(ended - 4)}T15:00:00Z`,
          purpose: 'strength',
          receivedAt: `${day(ended - 4)}T16:00:00Z`,
        }),
      ),
    ).toBe('2');
  });
});

describe('a move to another zone (D2)', () => {
  test('what a clinician has set for a time to come keeps its instant, and stands in the week that it lies in then', () => {
    // given: in Berlin, a target from Monday 01:00 on, three weeks ahead
    const patient = Patient.enrolled({ zone: 'Europe/Berlin' });
    const value = { exercise: 'squat', sets: 2, reps: 10, loadKg: 5 };
    patient.override(`${day(21)}T00:00`, { kind: 'target', value }, undefined, `${day(1)}T09:00`);
    const ahead = () => patient.state.targets.find(({ setByClinician }) => setByClinician)!;
    expect(new Date(ahead().weekStart).toISOString()).toBe(`${day(20)}T23:00:00.000Z`);
    // when: New York from the next week on
    patient.do({ kind: 'update-patient', zone: 'America/New_York', receivedAt: `${day(2)}T09:00:00Z` });
    // then: it is still Sunday there
    expect(new Date(ahead().weekStart).toISOString()).toBe(`${day(14)}T05:00:00.000Z`);
    expect(new Date(ahead().shownFrom).toISOString()).toBe(`${day(21)}T00:00:00.000Z`);
  });

  test('what is shown already, and what closings have decided, keeps its week', () => {
    const patient = Patient.enrolled({ zone: 'Europe/Berlin' });
    closes(patient, 0);
    const before = patient.state.targets;
    patient.do({ kind: 'update-patient', zone: 'America/New_York', receivedAt: `${day(11)}T09:00:00Z` });
    expect(patient.state.targets).toEqual(before);
    expect(before.map(({ weekStart }) => new Date(weekStart).toISOString())).toEqual([
      `${day(-1)}T23:00:00.000Z`,
      `${day(6)}T23:00:00.000Z`,
    ]);
  });

  test('what a clinician has dated into a week that was closed stands in the open one, also after a move', () => {
    const patient = Patient.enrolled({ zone: 'Europe/Berlin' });
    closes(patient, 0);
    const value = { exercise: 'squat', sets: 2, reps: 10, loadKg: 5 };
    patient.override(`${day(1)}T09:00`, { kind: 'target', value }, undefined, `${day(11)}T09:00`);
    patient.do({ kind: 'update-patient', zone: 'America/New_York', receivedAt: `${day(12)}T09:00:00Z` });
    const set = patient.state.targets.find(({ setByClinician }) => setByClinician)!;
    expect(new Date(set.weekStart).toISOString()).toBe(`${day(6)}T23:00:00.000Z`);
  });
});
