import { describe, expect, test } from '@jest/globals';
import { observed } from '../../testing/observed.js';
import { closes, day, lives } from '../../testing/story.js';
import { Patient } from '../../testing/patient.js';

describe('the flare and recovery', () => {
  test('given two calm weeks, when pain rises by one point twice, then hold, then lighter and a step back; calm again it goes on (S5, P-, O6)', () => {
    const { patient, catchUp, alarms } = observed({ startLoadKg: 20 });
    const told: string[] = [];
    for (const [week, now] of [2, 2, 3, 4, 2, 2].entries()) {
      lives(patient, week, { now });
      const target = closes(patient, week);
      catchUp();
      const rising = alarms().find(({ rule }) => rule === 'pain-rising');
      const { phase } = patient.program(`${day(week * 7 + 10)}T00:00`);
      told.push(`${target}; phase ${phase.id}; ${rising?.state ?? 'no alarm'}`);
    }
    expect(told).toEqual([
      'squat 3x9@20 advance O3; phase 1; no alarm',
      'squat 3x10@20 advance O3; phase 2; no alarm',
      // Mean 3 after mean 2.
      'squat 3x10@20 hold S5; phase 2; no alarm',
      // Two weeks running: 54 kg - 40 kg = 14 kg, down to the plate; one phase back.
      'squat 3x10@12.5 regress S5; phase 1; active',
      'squat 3x11@12.5 advance O3; phase 1; cleared',
      // Two tolerated sessions since the step back: practice again. And the sixth strength week: half the sets.
      'squat 2x11@12.5 deload O6; phase 2; cleared',
    ]);
  });

  test('given a rise of two points at once, then lighter in the same week, and a MEDIUM alarm; phase 1 is never left backwards', () => {
    const { patient, catchUp, alarms } = observed({ startLoadKg: 20 });
    lives(patient, 0, { now: 1, duringExercise: 1 });
    closes(patient, 0);
    lives(patient, 1, { now: 3 });
    expect(closes(patient, 1)).toBe('squat 3x9@12.5 regress S5');
    catchUp();
    expect(alarms().filter(({ rule }) => rule !== 'rotation-missing')).toMatchObject([
      { rule: 'pain-rising', severity: 'MEDIUM' },
    ]);
    expect(patient.program(`${day(17)}T00:00`).phase.id).toBe('1');
  });

  test('given means a hair below a rise of one, then no rise: fractions are exact (D2)', () => {
    // given: four check-ins of 1 and a fifth of 2, mean 6/5; then mean 11/5 less a hair: 13/6
    const week = (patient: Patient, start: number, pains: readonly number[]) => {
      for (const [place, now] of pains.entries()) patient.says(`${day(start + place)}T20:00`, { now });
    };
    const trend = (second: readonly number[]) => {
      const patient = Patient.enrolled();
      week(patient, 0, [1, 1, 1, 1, 2]);
      week(patient, 7, second);
      return patient.program(`${day(14)}T00:00`).pain.trend;
    };
    expect(trend([2, 2, 2, 2, 3])).toBe('rising');
    expect(trend([2, 2, 2, 2, 2, 3])).toBe('steady');
    expect(trend([0, 0, 0, 0, 1])).toBe('falling');
    expect(trend([0, 0, 0, 0, 0, 2])).toBe('steady');
    expect(trend([2, 2])).toBe('unknown');
  });
});
