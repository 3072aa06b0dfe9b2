import { describe, expect, test } from '@jest/globals';
import { closes, day, lives } from '../../testing/story.js';
import { Patient } from '../../testing/patient.js';

const measures = (patient: Patient, id: string, at: string, degrees: number) => {
  const { series } = patient.state.readings[0]!;
  const valuesDeg = [degrees - 1, degrees, degrees + 1];
  const rotation = { id, at: `${at}:00Z`, series, valuesDeg, uncertaintyDeg: null, faults: [] };
  patient.do({ kind: 'record-rotation', rotation, receivedAt: `${at}:00Z` });
};
const stretches = (patient: Patient, at: string) =>
  patient.says(at, {
    pain: { duringExercise: 2 },
    session: { kind: 'stretch', exercise: 'passive-ir', mode: 'passive', holdSeconds: 30 },
  });

describe('the steady improver', () => {
  test('given ten quiet weeks, when each is closed, then repetitions, the next plate, a lighter week and on (O2, O3, O6, D9)', () => {
    const patient = Patient.enrolled({ startLoadKg: 10 });
    const targets = Array.from({ length: 9 }, (_, week) => {
      lives(patient, week);
      return closes(patient, week);
    });
    expect(targets).toEqual([
      'squat 3x9@10 advance O3',
      'squat 3x10@10 advance O3',
      'squat 3x11@10 advance O3',
      'squat 3x12@10 advance O3',
      // 1.05 x (10 + 40) = 52.5 kg, less the 40 of the body: 12.5 kg is a plate, and 52.5 is below 55.
      'squat 3x8@12.5 advance O3',
      // The sixth strength week: half of three sets, rounded up.
      'squat 2x8@12.5 deload O6',
      'squat 3x8@12.5 hold O6',
      'squat 3x9@12.5 advance O3',
      'squat 3x10@12.5 advance O3',
    ]);
  });

  test('given practice on the days between, when strength has grown, then passive stretches, and after two weeks the others (P12, P23, P3b, A12, A20, A22, A23)', () => {
    const patient = Patient.enrolled({ startLoadKg: 10 });
    const phases: string[] = [];
    for (let week = 0; week < 8; week++) {
      lives(patient, week, { practice: 4 });
      measures(patient, `m${week}`, `${day(week * 7 + 5)}T10:00`, 22);
      // From week 7 on: Tuesday after strength, Thursday and Saturday.
      if (week >= 6)
        for (const on of ['1T21:00', '3T21:00', '5T21:00'])
          stretches(patient, `${day(week * 7 + Number(on[0]))}${on.slice(1)}`);
      closes(patient, week);
      phases.push(patient.program(`${day(week * 7 + 10)}T00:00`).phase.id);
    }
    // Six strength weeks; 3 x 12 x 50 kg = 1800 is half as much again as 3 x 8 x 50 kg = 1200.
    expect(phases).toEqual(['1', '2', '2', '2', '2', '3a', '3a', '3b']);
    const kinds = patient.program(`${day(60)}T08:00`).today.map(({ exercise }) => exercise);
    expect(kinds).toEqual(['squat', 'active-ir-seated', 'passive-ir', 'isometric-ir', 'dynamic-ir']);
  });
});
