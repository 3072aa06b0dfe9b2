import { describe, expect, test } from '@jest/globals';
import { observed } from '../../testing/observed.js';
import { closes, day, lives } from '../../testing/story.js';
import type { Patient } from '../../testing/patient.js';

/** Eleven answers of 1 to 4 that add up to a score (TSK-11). */
const answers = (score: number) =>
  Array.from({ length: 11 }, (_, place) => Math.floor(score / 11) + (place < score % 11 ? 1 : 0));
const fills = (patient: Patient, n: number, score: number) => {
  const at = `${day(n)}T10:00:00Z`;
  const questionnaire = {
    id: `q${n}`,
    at,
    measure: 'tsk-11',
    version: '1',
    answers: answers(score),
  } as const;
  patient.do({ kind: 'record-questionnaire', questionnaire, receivedAt: at });
};
const topics = (patient: Patient, at: string) =>
  patient
    .program(at)
    .education.flatMap(({ topic, acknowledgedAt }) => (acknowledgedAt === null ? [topic] : []));

describe('the fearful one', () => {
  test('given fear of movement up by six, then a LOW alarm and something to read; training is not taken away (U2, A6)', () => {
    const { patient, catchUp, alarms } = observed();
    fills(patient, 0, 20);
    lives(patient, 0);
    fills(patient, 6, 26);
    catchUp();
    expect(alarms()).toMatchObject([{ rule: 'fear', severity: 'LOW', side: 'left' }]);
    expect(topics(patient, `${day(6)}T12:00`)).toContain('worry-about-moving');
    expect(closes(patient, 0)).toBe('squat 3x9@10 advance O3');
  });

  test('given up by five, then nothing', () => {
    const { patient, catchUp, alarms } = observed();
    fills(patient, 0, 20);
    fills(patient, 6, 25);
    catchUp();
    expect(alarms()).toEqual([]);
    expect(topics(patient, `${day(6)}T12:00`)).toEqual([]);
  });

  test('given discomfort that was twice not controllable, then the easier variant, told calmly (U3, A9)', () => {
    const { patient } = observed({ startExercise: 'bulgarian-split-squat', startLoadKg: 10 });
    lives(patient, 0);
    patient.says(`${day(5)}T10:00`, { controllable: false });
    patient.says(`${day(5)}T11:00`, { controllable: false });
    expect(closes(patient, 0)).toBe('lunge 3x8@0 regress U3');
    const { reason } = patient.program(`${day(10)}T00:00`).targets[0]!;
    expect(reason).toContain('easier lunge takes its place');
    // The answers belong to their week: the next goes on from there.
    lives(patient, 1);
    expect(closes(patient, 1)).toBe('lunge 3x9@0 advance O3');
  });

  test('given it was twice not felt or not understood, then it holds until a better answer (U1, A7, A11)', () => {
    const { patient } = observed();
    lives(patient, 0);
    patient.says(`${day(6)}T21:00`, { understanding: 2 });
    patient.says(`${day(6)}T22:00`, { understanding: 5, feltTarget: false });
    expect(closes(patient, 0)).toBe('squat 3x8@10 hold U1');
    expect(topics(patient, `${day(10)}T00:00`)).toContain('where-you-feel-it');
    lives(patient, 1);
    expect(closes(patient, 1)).toBe('squat 3x9@10 advance O3');
  });
});
