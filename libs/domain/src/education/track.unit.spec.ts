import { describe, expect, test } from '@jest/globals';
import { dayAfter, Patient } from '../../testing/patient.js';
import { closes, lives } from '../../testing/story.js';

const day = (n: number) => dayAfter('2026-01-05', n);
const shown = (patient: Patient, topic: string, at: string) =>
  patient.program(at).education.find((each) => each.topic === topic);
const read = (patient: Patient, topic: string, at: string) =>
  patient.do({ kind: 'acknowledge-education', topic, at: `${at}:00Z`, receivedAt: `${at}:00Z` });

describe('when a topic is shown (A5-A7, A24, A25)', () => {
  test('given the enrolment, then the topics of the start are shown since then, and phase 1 waits for them', () => {
    const patient = Patient.enrolled();
    const education = patient.program('2026-01-05T09:00').education;
    expect(education.map(({ topic }) => topic)).toEqual([
      'pain-and-safety',
      'your-control',
      'what-for',
      'patience',
    ]);
    expect(education[0]).toEqual({
      topic: 'pain-and-safety',
      version: '1',
      title: 'What pain tells you',
      text: expect.stringContaining('does not measure damage'),
      since: '2026-01-05T08:00:00.000Z',
      because: 'P01',
      acknowledgedAt: '2026-01-05T08:00:00.000Z',
      required: true,
    });
  });

  test('given a clinician who sets the phases, then each brings its topic from that instant on, and what an earlier one brought stays since then', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(1)}T08:00`, { kind: 'phase', value: { phase: '2' } });
    patient.override(`${day(3)}T08:00`, { kind: 'phase', value: { phase: '3a' } });
    patient.override(`${day(5)}T08:00`, { kind: 'phase', value: { phase: '3b' } });
    expect(shown(patient, 'practice', `${day(1)}T07:59`)).toBeUndefined();
    expect(shown(patient, 'practice', `${day(1)}T08:00`)).toMatchObject({ because: 'P12', required: false });
    expect(shown(patient, 'stretch-last', `${day(3)}T07:59`)).toBeUndefined();
    expect(shown(patient, 'stretch-last', `${day(3)}T08:00`)).toMatchObject({ because: 'P23' });
    expect(shown(patient, 'stretch-active', `${day(5)}T07:59`)).toBeUndefined();
    const since = (topic: string) => shown(patient, topic, `${day(6)}T08:00`)?.since;
    expect(since('practice')).toBe(`${day(1)}T08:00:00.000Z`);
    expect(since('stretch-last')).toBe(`${day(3)}T08:00:00.000Z`);
    expect(shown(patient, 'stretch-active', `${day(6)}T08:00`)).toMatchObject({
      because: 'P3b',
      since: `${day(5)}T08:00:00.000Z`,
      acknowledgedAt: null,
    });
  });

  test('given a lighter week on schedule, then it is explained in that week and not after it (O6)', () => {
    const patient = Patient.enrolled();
    for (let week = 0; week < 6; week++) {
      lives(patient, week);
      closes(patient, week);
    }
    expect(shown(patient, 'a-lighter-week', `${day(41)}T12:00`)).toBeUndefined();
    expect(shown(patient, 'a-lighter-week', `${day(45)}T12:00`)).toMatchObject({
      because: 'O6',
      since: `${day(42)}T00:00:00.000Z`,
    });
    lives(patient, 6);
    closes(patient, 6);
    expect(shown(patient, 'a-lighter-week', `${day(52)}T12:00`)).toBeUndefined();
  });

  test.each<[string, (patient: Patient) => void]>([
    ['S3', (patient) => lives(patient, 0, { now: 3, duringExercise: 5 })],
    ['S4', (patient) => lives(patient, 0, { now: 3, morning: 5 })],
    ['S5', (patient) => lives(patient, 0, { now: 4 })],
  ])('given a week that %s holds or makes lighter, then a sore week is explained', (rule, week) => {
    const patient = Patient.enrolled();
    week(patient);
    closes(patient, 0);
    expect(shown(patient, 'a-sore-week', `${day(10)}T00:00`)).toMatchObject({
      because: rule,
      since: `${day(7)}T00:00:00.000Z`,
    });
  });

  test('given a week held because sets were missed, then nothing is said of soreness (O5)', () => {
    const patient = Patient.enrolled();
    lives(patient, 0);
    closes(patient, 0);
    expect(shown(patient, 'a-sore-week', `${day(10)}T00:00`)).toBeUndefined();
  });

  test('given two poor answers, then since the second, for U1', () => {
    const patient = Patient.enrolled();
    patient.says(`${day(1)}T08:00`, { understanding: 2 });
    patient.says(`${day(2)}T08:00`, { understanding: 2 });
    expect(shown(patient, 'where-you-feel-it', `${day(2)}T07:59`)).toBeUndefined();
    expect(shown(patient, 'where-you-feel-it', `${day(2)}T08:00`)).toMatchObject({
      because: 'U1',
      since: `${day(2)}T08:00:00.000Z`,
    });
  });

  test('given fear that rose twice, then since the last time, for U2 (A25)', () => {
    const patient = Patient.enrolled();
    for (const [week, answer] of [1, 2, 3].entries()) {
      const at = `${day(1 + 7 * week)}T08:00:00Z`;
      const questionnaire = { id: `q${week}`, at, measure: 'tsk-11', version: '1' } as const;
      patient.do({
        kind: 'record-questionnaire',
        questionnaire: { ...questionnaire, answers: Array<number>(11).fill(answer) },
        receivedAt: at,
      });
    }
    expect(shown(patient, 'worry-about-moving', `${day(9)}T08:00`)).toMatchObject({
      because: 'U2',
      since: `${day(8)}T08:00:00.000Z`,
    });
    expect(shown(patient, 'worry-about-moving', `${day(15)}T08:00`)?.since).toBe(`${day(15)}T08:00:00.000Z`);
  });
});

describe('when a topic has been read', () => {
  test('given it was read again, then the last time stands, as it was known at the time asked for', () => {
    const patient = Patient.enrolled();
    read(patient, 'patience', `${day(2)}T08:00`);
    read(patient, 'patience', `${day(4)}T08:00`);
    const readAt = (at: string) => shown(patient, 'patience', at)?.acknowledgedAt;
    expect(readAt(`${day(2)}T07:59`)).toBe('2026-01-05T08:00:00.000Z');
    expect(readAt(`${day(2)}T08:00`)).toBe(`${day(2)}T08:00:00.000Z`);
    expect(readAt(`${day(5)}T08:00`)).toBe(`${day(4)}T08:00:00.000Z`);
  });

  test('given it is read at the very instant it is called for, then it is read; given before that, then it is not', () => {
    const patient = Patient.enrolled();
    read(patient, 'practice', `${day(0)}T09:00`);
    patient.override(`${day(1)}T08:00`, { kind: 'phase', value: { phase: '2' } });
    expect(shown(patient, 'practice', `${day(1)}T09:00`)?.acknowledgedAt).toBeNull();
    read(patient, 'practice', `${day(1)}T08:00`);
    expect(shown(patient, 'practice', `${day(1)}T09:00`)?.acknowledgedAt).toBe(`${day(1)}T08:00:00.000Z`);
  });

  test('given older words of a topic were read, then the new ones are not', () => {
    const patient = Patient.enrolled();
    const at = `${day(1)}T08:00:00Z`;
    const fact = { topic: 'practice', version: '0', at: Date.parse(at) };
    patient.apply({
      type: 'education-acknowledged',
      at,
      recordedAt: at,
      reason: 'Read.',
      data: { topic: 'practice', version: '0', fact },
    });
    patient.override(`${day(1)}T08:00`, { kind: 'phase', value: { phase: '2' } });
    expect(shown(patient, 'practice', `${day(2)}T09:00`)?.acknowledgedAt).toBeNull();
    expect(read(patient, 'practice', `${day(1)}T08:00`)).toHaveLength(1);
  });

  test('given one is read, then it is told in words; read earlier than known or another topic, then that counts by itself', () => {
    const patient = Patient.enrolled();
    const [event] = read(patient, 'patience', `${day(3)}T08:00`);
    expect(event).toMatchObject({
      reason: 'Read: It takes as long as it takes.',
      data: { topic: 'patience' },
    });
    expect(read(patient, 'patience', `${day(2)}T08:00`)).toEqual([]);
    expect(read(patient, 'your-control', `${day(2)}T08:00`)).toHaveLength(1);
  });

  test('given something unknown, then the place of the fault is told', () => {
    expect(() => read(Patient.enrolled(), 'magic', `${day(1)}T08:00`)).toThrow(
      expect.objectContaining({
        code: 'unknown-topic',
        path: '/topic',
        message: 'is not a topic of the education track',
      }),
    );
  });
});
