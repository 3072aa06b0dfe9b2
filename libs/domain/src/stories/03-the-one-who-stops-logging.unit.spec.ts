import { describe, expect, test } from '@jest/globals';
import { observed } from '../../testing/observed.js';
import { closes, day, lives } from '../../testing/story.js';
import { inShort, Patient } from '../../testing/patient.js';

describe('the one who stops logging', () => {
  test('given silence, when the clock closes the weeks, then hold, at 14 days lighter once, and never more (S8)', () => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    lives(patient, 0);
    patient.clock(`${day(50)}T00:00`);
    expect(patient.eventsOf('target-decided').map(({ data }) => `${data.week} ${inShort(data)}`)).toEqual([
      '2026-W02 3x8@20 start O2',
      '2026-W03 3x9@20 advance O3',
      '2026-W04 3x9@20 hold S8',
      // Sunday 20:00 to Monday 00:00 two weeks later is 14 days and 4 hours. 54 kg - 40 kg = 14 kg, down to 12.5.
      '2026-W05 3x9@12.5 regress S8',
      '2026-W06 3x9@12.5 hold S8',
      '2026-W07 3x9@12.5 hold S8',
      '2026-W08 3x9@12.5 hold S8',
    ]);
  });

  test('given seven days without a sign, then somebody is told once; at a sign of life it clears (A19, D6)', () => {
    const { patient, catchUp, alarms } = observed();
    lives(patient, 0);
    patient.clock(`${day(13)}T20:00`);
    catchUp();
    expect(alarms().map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(['missing-data LOW']);
    patient.clock(`${day(20)}T00:00`);
    patient.says(`${day(20)}T09:00`);
    catchUp();
    const missing = alarms().filter(({ rule }) => rule === 'missing-data');
    expect(missing.map(({ state, count }) => `${state} ${count}`)).toEqual(['cleared 1']);
  });

  test('given a return, then the first week is compared with nothing, and the second may grow again; rotation starts a new baseline', () => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    lives(patient, 0);
    closes(patient, 2);
    lives(patient, 3);
    expect(closes(patient, 3)).toBe('squat 3x9@12.5 hold S8');
    lives(patient, 4);
    expect(closes(patient, 4)).toBe('squat 3x10@12.5 advance O3');
    // The reading of the enrolment belongs to the baseline before the gap.
    expect(patient.program(`${day(20)}T00:00`).rotation).toHaveLength(1);
    expect(patient.program(`${day(24)}T00:00`).rotation).toEqual([]);
  });

  test('given a pause that a clinician ordered, then it is no gap: nothing gets lighter (D6)', () => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    lives(patient, 0);
    patient.override(`${day(7)}T08:00`, { kind: 'suspend' }, `${day(19)}T20:00`);
    expect([closes(patient, 1), closes(patient, 2), closes(patient, 3), closes(patient, 4)]).toEqual([
      'squat 3x9@20 hold override',
      // 14 d 4 h, less 12 d 12 h of pause.
      'squat 3x9@20 hold S8',
      'squat 3x9@20 hold S8',
      // 28 d 4 h less 12 d 12 h: 15 d 16 h.
      'squat 3x9@12.5 regress S8',
    ]);
  });
});
