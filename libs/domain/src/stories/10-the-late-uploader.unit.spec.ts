import { describe, expect, test } from '@jest/globals';
import { closes, day, lives } from '../../testing/story.js';
import { Patient, targetsOf } from '../../testing/patient.js';

describe('the late uploader', () => {
  test('given a closed week, when pain in it comes to light, then its target is tightened from then on, never advanced (D4, S9)', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    expect(closes(patient, 0)).toBe('squat 3x9@10 advance O3');
    patient.says(`${day(5)}T12:00`, { now: 6 }, `${day(11)}T12:00`);
    expect(patient.eventsOf('target-tightened')).toHaveLength(1);
    expect(targetsOf(patient.program(`${day(11)}T11:59`))).toEqual(['squat 3x9@10 advance O3']);
    expect(targetsOf(patient.program(`${day(11)}T12:00`))).toEqual(['squat 3x8@10 hold S6']);
    patient.says(`${day(5)}T13:00`, { now: 0 }, `${day(11)}T13:00`);
    expect(patient.eventsOf('target-tightened')).toHaveLength(1);
  });

  test('given a week held for missing data, when the data comes after its closing, then it stays held (S8, D4)', () => {
    const patient = Patient.enrolled();
    patient.trains(`${day(1)}T18:00`);
    expect(closes(patient, 0)).toBe('squat 3x8@10 hold S8');
    patient.says(`${day(4)}T20:00`, {}, `${day(11)}T12:00`);
    expect(patient.eventsOf('target-tightened')).toEqual([]);
    expect(targetsOf(patient.program(`${day(12)}T00:00`))).toEqual(['squat 3x8@10 hold S8']);
  });

  test('given the data comes within 72 h of the end of the week, then it counts fully, either way (D3, D4)', () => {
    const patient = Patient.enrolled();
    patient.trains(`${day(1)}T18:00`);
    expect(targetsOf(patient.program(`${day(9)}T00:00`))).toEqual(['squat 3x8@10 hold S8']);
    patient.says(`${day(4)}T20:00`, {}, `${day(9)}T23:59`);
    expect(closes(patient, 0)).toBe('squat 3x9@10 advance O3');
  });

  test('given a morning that comes to light two weeks late, then the weeks after it are recomputed in order (D4)', () => {
    // given: three quiet weeks; the mornings of the first two sessions are not told
    const patient = Patient.enrolled({ startLoadKg: 20 });
    for (let week = 0; week < 2; week++) {
      const start = week * 7;
      for (const n of [0, 4, 5]) patient.says(`${day(start + n)}T20:00`);
      const { sets, reps, loadKg } = patient.program(`${day(start + 1)}T18:00`).targets[0]!;
      patient.says(`${day(start + 1)}T18:00`, {
        pain: { duringExercise: 2 },
        session: {
          kind: 'strength',
          exercise: 'squat',
          sets: Array.from({ length: sets }, () => ({ reps, loadKg })),
        },
      });
      patient.says(`${day(start + 2)}T12:00`);
      closes(patient, week);
    }
    expect(targetsOf(patient.program(`${day(17)}T00:00`))).toEqual(['squat 3x10@20 advance O3']);
    // when: both mornings were 5, told on day 17 and 18
    patient.says(`${day(2)}T08:00`, { pain: { nextMorning: 5 } }, `${day(17)}T09:00`);
    // then: week 1 holds at 8; week 2 asked for 9 while it was trained, was done, and goes on from 8 to 9
    expect(targetsOf(patient.program(`${day(17)}T09:00`))).toEqual(['squat 3x9@20 advance O3']);
    patient.says(`${day(9)}T08:00`, { pain: { nextMorning: 5 } }, `${day(18)}T09:00`);
    // and: two mornings running; from the 8 that then stands, 0.9 x 60 kg = 54 kg, 14 kg, down to the plate
    expect(targetsOf(patient.program(`${day(18)}T09:00`))).toEqual(['squat 3x8@12.5 regress S4']);
  });

  test('given a history uploaded at once, in whatever order, then it ends where the same history ends as it happened (D3)', () => {
    const live = Patient.enrolled();
    for (let week = 0; week < 4; week++) lives(live, week);
    const checkIns = live.eventsOf('check-in-received').map(({ data }) => data.checkIn);
    const bulk = Patient.enrolled({ receivedAt: '2026-06-01T08:00:00Z' });
    for (const checkIn of checkIns)
      bulk.do({ kind: 'record-check-in', checkIn, receivedAt: '2026-06-01T08:00:00Z' });
    const at = `${day(28)}T00:00`;
    expect(targetsOf(bulk.program(at))).toEqual(targetsOf(live.program(at)));
    expect(bulk.program(at).phase).toEqual(live.program(at).phase);
  });
});
