import { describe, expect, test } from '@jest/globals';
import { observed } from '../../testing/observed.js';
import { closes, day, lives } from '../../testing/story.js';
import { Patient } from '../../testing/patient.js';

describe('the red flag', () => {
  test('given a red flag, when it is reported, then all rests and somebody is told; only a clinician lets it go on (S1)', () => {
    const { patient, catchUp, alarms, notices, act } = observed();
    lives(patient, 0);
    patient.says(`${day(8)}T09:00`, { now: 5, flags: ['bladder-bowel'] });
    catchUp();
    // The spike of the same check-in is listed, and told to nobody.
    expect(alarms()).toMatchObject([
      { rule: 'red-flag', severity: 'HIGH', side: 'left' },
      { rule: 'pain-spike', severity: 'MEDIUM', notified: false },
    ]);
    expect(notices()).toBe(1);
    expect(patient.program(`${day(8)}T09:00`)).toMatchObject({
      today: [],
      holds: [{ rule: 'S1', until: null }],
    });
    expect(patient.program(`${day(8)}T08:59`).holds).toEqual([]);
    expect(closes(patient, 1)).toBe('squat 3x9@10 hold S1');
    // Clearing the alarm resumes nothing.
    act({ kind: 'clear', alarmId: alarms()[0]!.id, by: 'dr-lee', at: `${day(17)}T08:00:00Z` });
    expect(patient.program(`${day(17)}T09:00`).today).toEqual([]);
    patient.override(`${day(18)}T09:00`, { kind: 'resume' });
    expect(patient.program(`${day(18)}T09:00`).holds).toEqual([]);
    expect(patient.program(`${day(18)}T08:59`).holds).toHaveLength(1);
  });

  test('given a load that hurt in the week of the flag, then it is lighter before it rests, so that it does not stand again after the resume (D7)', () => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    patient.says(`${day(1)}T18:00`, {
      now: 7,
      pain: { duringExercise: 8 },
      session: { kind: 'strength', exercise: 'squat', sets: [{ reps: 8, loadKg: 20 }] },
      flags: ['trauma-severe-pain'],
    });
    expect(closes(patient, 0)).toBe('squat 3x8@12.5 regress S3');
    expect(patient.program(`${day(10)}T00:00`).today).toEqual([]);
    expect(closes(patient, 1)).toBe('squat 3x8@12.5 hold S1');
  });

  test('given a resume, when a flag from before it arrives later, then it needs a new one (D7)', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T09:00`, { flags: ['cold-limb'] });
    patient.override(`${day(3)}T09:00`, { kind: 'resume' });
    expect(patient.program(`${day(4)}T09:00`).holds).toEqual([]);
    patient.says(`${day(2)}T09:00`, { flags: ['deformity'] }, `${day(4)}T10:00`);
    expect(patient.program(`${day(4)}T10:00`).holds).toMatchObject([{ rule: 'S1' }]);
    patient.override(`${day(4)}T11:00`, { kind: 'resume' });
    expect(patient.program(`${day(4)}T11:00`).holds).toEqual([]);
  });

  test('given a resume that counts from before a flag, then it does not end that flag (D7)', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(2)}T09:00`, { flags: ['cold-limb'] });
    patient.override(`${day(1)}T09:00`, { kind: 'resume' }, undefined, `${day(3)}T09:00`);
    expect(patient.program(`${day(3)}T10:00`).holds).toHaveLength(1);
    patient.override(`${day(2)}T09:00`, { kind: 'resume' }, undefined, `${day(3)}T11:00`);
    expect(patient.program(`${day(3)}T11:00`).holds).toEqual([]);
  });

  test('given an amber flag, then the load is held and a MEDIUM alarm raised, but there is something to do (S2)', () => {
    const { patient, catchUp, alarms } = observed();
    lives(patient, 0);
    patient.says(`${day(6)}T21:00`, { flags: ['night-pain'] });
    catchUp();
    expect(alarms()).toMatchObject([{ rule: 'amber-flag', severity: 'MEDIUM' }]);
    expect(patient.program(`${day(6)}T21:00`).holds).toMatchObject([{ rule: 'S2', until: null }]);
    expect(closes(patient, 0)).toBe('squat 3x8@10 hold S2');
    expect(patient.program(`${day(10)}T00:00`).today.map(({ kind }) => kind)).toContain('strength');
  });
});
