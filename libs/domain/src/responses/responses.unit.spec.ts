import { describe, expect, test } from '@jest/globals';
import { dayAfter, Patient } from '../../testing/patient.js';
import { defaultRuleset } from '../ruleset.js';
import { responsesAsOf } from './responses.js';

const day = (n: number) => dayAfter('2026-01-05', n);
const responses = (patient: Patient, at: string) =>
  responsesAsOf(patient.state, Date.parse(`${at}:00Z`), defaultRuleset);

function does(
  patient: Patient,
  at: number,
  exercise: string,
  during: number,
  morning: number,
  felt: boolean,
): void {
  patient.says(`${day(at)}T18:00`, {
    now: 2,
    pain: { duringExercise: during },
    session: { kind: 'strength', exercise, sets: [{ reps: 8, loadKg: 10 }] },
    feltTarget: felt,
    controllable: felt,
    understanding: 4,
  });
  patient.says(`${day(at + 1)}T08:00`, { now: 2, pain: { nextMorning: morning } });
}

function reads(patient: Patient, at: string, value: number, measuredBy = 'dr-lee'): void {
  const series = {
    side: 'left',
    position: 'seated',
    motion: 'active',
    instrument: 'goniometer',
    measuredBy,
  } as const;
  patient.do({
    kind: 'record-rotation',
    rotation: {
      id: `r${at}${measuredBy}`,
      at: `${at}:00Z`,
      series,
      valuesDeg: [value, value, value],
      uncertaintyDeg: null,
      faults: [],
    },
    receivedAt: `${at}:00Z`,
  });
}

describe('what this body responds to (A2)', () => {
  test('given two exercises, one borne better, then pain, feel and mornings of each are there, the better one first, and nothing is ordered', () => {
    const patient = Patient.enrolled();
    does(patient, 1, 'squat', 5, 5, false);
    does(patient, 8, 'squat', 4, 2, false);
    does(patient, 4, 'lunge', 1, 2, true);
    does(patient, 11, 'lunge', 2, 1, true);
    const view = responses(patient, `${day(20)}T00:00`)!;
    expect(view.items.map(({ exercise }) => exercise)).toEqual(['lunge', 'squat']);
    expect(view.items[0]).toMatchObject({
      sessions: 2,
      modality: 'strength',
      pain: { during: 1.5, morningChange: -0.5, soreMornings: 0, knownMornings: 2 },
      feel: { controllable: 1, feltTarget: 1, understanding: 4, improving: 0 },
    });
    expect(view.items[1]).toMatchObject({
      // 5 against the baseline of 3, and 2 against the own median of 2.
      pain: { during: 4.5, morningChange: 1, soreMornings: 1, knownMornings: 2 },
      feel: { feltTarget: 0 },
    });
    expect(view.suggestion).toContain('lunge');
    const before = patient.program(`${day(20)}T00:00`).targets;
    expect(patient.program(`${day(20)}T00:00`).targets).toEqual(before);
    expect(before.map(({ exercise }) => exercise)).toEqual(['squat']);
  });

  test('given readings around sessions, then rotation is compared within its series and within its time alone (M5)', () => {
    const patient = Patient.enrolled();
    reads(patient, `${day(1)}T09:00`, 20);
    does(patient, 1, 'squat', 2, 2, true);
    reads(patient, `${day(2)}T09:00`, 26);
    reads(patient, `${day(2)}T10:00`, 40, 'somebody-else');
    does(patient, 20, 'squat', 2, 2, true);
    reads(patient, `${day(21)}T09:00`, 50);
    expect(responses(patient, `${day(30)}T00:00`)!.items[0]!.rotation).toEqual({ change: 6, pairs: 1 });
  });

  test('given an instant before, then only what had happened by then; before the enrolment nothing', () => {
    const patient = Patient.enrolled();
    does(patient, 1, 'squat', 2, 2, true);
    expect(responses(patient, `${day(1)}T17:00`)!.items).toEqual([]);
    expect(responses(patient, `${day(1)}T18:00`)!.items).toMatchObject([
      { sessions: 1, says: 'The squat was tried once: too little to say.' },
    ]);
    expect(responses(patient, '2026-01-04T00:00')).toBeNull();
  });
});
