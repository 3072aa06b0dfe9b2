import { describe, expect, test } from '@jest/globals';
import { closes, lives } from '../../testing/story.js';
import { Patient } from '../../testing/patient.js';

describe('the plateau', () => {
  test('given plates of 10 kg, when the next is more than a tenth away, then repetitions up to fifteen, then it stays (O3, O4, O7, D9)', () => {
    const patient = Patient.enrolled({ startLoadKg: 0 });
    patient.override('2026-01-05T09:00', { kind: 'rule', value: { plateKg: 10, deloadWeeks: 26 } });
    patient.override('2026-01-05T09:30', {
      kind: 'target',
      value: { exercise: 'squat', sets: 3, reps: 12, loadKg: 0 },
    });
    const targets = Array.from({ length: 5 }, (_, week) => {
      lives(patient, week);
      return closes(patient, week);
    });
    expect(targets).toEqual([
      // 40 kg of the body + 10 kg would be a quarter more.
      'squat 3x13@0 advance O3',
      'squat 3x14@0 advance O3',
      'squat 3x15@0 advance O3',
      'squat 3x15@0 hold O7',
      'squat 3x15@0 hold O7',
    ]);
  });

  test('given smaller plates at last, then the load rises after all', () => {
    const patient = Patient.enrolled({ startLoadKg: 0 });
    patient.override('2026-01-05T09:30', {
      kind: 'target',
      value: { exercise: 'squat', sets: 3, reps: 15, loadKg: 0 },
    });
    lives(patient, 0);
    // 1.05 x 40 kg = 42 kg; 42.5 lies nearest.
    expect(closes(patient, 0)).toBe('squat 3x8@2.5 advance O3');
  });
});
