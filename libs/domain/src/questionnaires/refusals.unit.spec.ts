import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { defaultRuleset } from '../ruleset.js';
import { definitionOf, measureDefinitions, type Measure } from './measures.js';
import { outcomesOf } from './outcomes.js';

type Answers = readonly (number | null)[];

const of = (count: number, answer: number): number[] => Array<number>(count).fill(answer);

function answers(patient: Patient, id: string, at: string, measure: Measure, given: Answers, version = '1') {
  return patient.do({
    kind: 'record-questionnaire',
    questionnaire: { id, at: `${at}:00Z`, measure, version, answers: given },
    receivedAt: '2026-03-01T00:00:00Z',
  });
}

const outcome = (patient: Patient, id: string) =>
  outcomesOf(patient.state, defaultRuleset).find((each) => each.id === id);

describe('the measures', () => {
  test('each has a title, and says where its scoring comes from', () => {
    expect(
      measureDefinitions.map(({ measure, version, better, scoring }) => [measure, version, better, scoring]),
    ).toEqual([
      ['tsk-11', '1', 'lower', 'sum'],
      ['ihot-12', '1', 'higher', 'mean'],
      ['psfs', '1', 'higher', 'mean'],
    ]);
    for (const { title, source } of measureDefinitions) {
      expect(title).toMatch(/(Scale|Tool)/);
      expect(source).toMatch(/^[A-Z][a-z]+ (19|20)\d\d: the (sum|mean) of .+\.$/);
    }
  });

  test.each<[string, boolean]>([
    ['1', true],
    ['1.0', true],
    ['1.0.0', true],
    ['1.0.0.0', false],
    ['1.0.1', false],
    ['2', false],
  ])('given version %s, then it is the first: %s', (version, known) => {
    expect(definitionOf('psfs', version) !== undefined).toBe(known);
  });
});

describe('what is refused', () => {
  test.each<[string, string, Measure, Answers, string, string, string, string]>([
    [
      'eleven answers for twelve',
      '2026-01-06T09:00',
      'ihot-12',
      of(11, 50),
      '1',
      'range',
      '/answers',
      'must have 12 answers; null where one is missing',
    ],
    [
      'two activities',
      '2026-01-06T09:00',
      'psfs',
      of(2, 5),
      '1',
      'range',
      '/answers',
      'must have 3 to 5 answers; null where one is missing',
    ],
    [
      'six activities',
      '2026-01-06T09:00',
      'psfs',
      of(6, 5),
      '1',
      'range',
      '/answers',
      'must have 3 to 5 answers; null where one is missing',
    ],
    [
      'an answer of 0',
      '2026-01-06T09:00',
      'tsk-11',
      [...of(10, 2), 0],
      '1',
      'range',
      '/answers/10',
      'must be between 1 and 4',
    ],
    [
      'an answer below nothing',
      '2026-01-06T09:00',
      'ihot-12',
      [-1, ...of(11, 2)],
      '1',
      'range',
      '/answers/0',
      'must be between 0 and 100',
    ],
    [
      'half an activity',
      '2026-01-06T09:00',
      'psfs',
      [5, 5.5, 5],
      '1',
      'range',
      '/answers/1',
      'must be a whole number',
    ],
    [
      'a version that is none',
      '2026-01-06T09:00',
      'psfs',
      of(3, 5),
      '1.1',
      'unknown-version',
      '/version',
      'is no known version of psfs',
    ],
    [
      'an instant before the enrolment',
      '2026-01-05T07:59',
      'psfs',
      of(3, 5),
      '1',
      'before-enrolment',
      '/at',
      'lies before the enrolment',
    ],
  ])('given %s, then it is said where and why', (_what, at, measure, given, version, code, path, message) => {
    expect(() => answers(Patient.enrolled(), 'q1', at, measure, given, version)).toThrow(
      expect.objectContaining({ code, path, message }),
    );
  });

  test('given the least and the most of each, and the instant of the enrolment, then they are taken', () => {
    const patient = Patient.enrolled();
    for (const [measure, given] of [
      ['tsk-11', of(11, 1)],
      ['tsk-11', of(11, 4)],
      ['ihot-12', of(12, 0)],
      ['ihot-12', of(12, 100)],
      ['psfs', of(3, 0)],
      ['psfs', of(5, 10)],
    ] as const)
      expect(answers(patient, `${measure}${given.join()}`, '2026-01-05T08:00', measure, given)).not.toEqual(
        [],
      );
  });

  test('given an id used before at another time, then it is refused', () => {
    const patient = Patient.enrolled();
    answers(patient, 'q1', '2026-01-06T09:00', 'psfs', of(3, 5));
    expect(() => answers(patient, 'q1', '2026-01-06T09:01', 'psfs', of(3, 5))).toThrow(
      expect.objectContaining({ code: 'id-reused', message: 'was used for another questionnaire' }),
    );
  });
});

describe('what a person is told', () => {
  test.each<[string, Answers, string]>([
    ['enough', of(12, 50), 'Thank you. Your answers show how things have changed for you.'],
    [
      'too little',
      [...Array<null>(7).fill(null), ...of(5, 50)],
      'Thank you. Too many answers are missing for a score; what you gave is kept.',
    ],
  ])('given %s was answered, then thanks, and what becomes of it', (_what, given, sentence) => {
    const [event] = answers(Patient.enrolled(), 'q1', '2026-01-06T09:00', 'ihot-12', given);
    expect(event).toMatchObject({ type: 'questionnaire-scored', reason: sentence });
  });

  test('given fear that rises, then a friendly word (U2, A6)', () => {
    const patient = Patient.enrolled();
    answers(patient, 'q1', '2026-01-06T09:00', 'tsk-11', of(11, 2));
    const [, fear] = answers(patient, 'q2', '2026-01-06T09:00', 'tsk-11', of(11, 3));
    expect(fear).toMatchObject({
      type: 'fear-rising',
      reason: 'Moving feels more worrying than it did: a friendly word and an explanation may help.',
    });
  });

  test('given answers that are missing, then how many were given and how many were not', () => {
    const patient = Patient.enrolled();
    const [event] = answers(patient, 'q1', '2026-01-06T09:00', 'psfs', [3, null, 6, 6, null]);
    expect(event!.data).toMatchObject({ score: 5, answered: 3, missing: 2 });
    expect(outcome(patient, 'q1')).toMatchObject({ score: 5, answered: 3, missing: 2 });
  });
});

describe('what is compared with what', () => {
  test('given a first that has no score, then the first that has one is the baseline', () => {
    const patient = Patient.enrolled();
    answers(patient, 'q1', '2026-01-06T09:00', 'ihot-12', [...Array<null>(7).fill(null), ...of(5, 0)]);
    answers(patient, 'q2', '2026-01-07T09:00', 'ihot-12', of(12, 50));
    answers(patient, 'q3', '2026-01-08T09:00', 'ihot-12', of(12, 64));
    expect(outcome(patient, 'q3')).toMatchObject({ baseline: 50, change: 14, verdict: 'better' });
  });

  test('given a later one that has no score, then nothing is said of a change', () => {
    const patient = Patient.enrolled();
    answers(patient, 'q1', '2026-01-06T09:00', 'ihot-12', of(12, 50));
    answers(patient, 'q2', '2026-01-07T09:00', 'ihot-12', [...Array<null>(7).fill(null), ...of(5, 0)]);
    expect(outcome(patient, 'q2')).toMatchObject({ baseline: 50, change: null, verdict: 'not-enough-data' });
  });

  test('given one that arrives late, then it is not compared with what came after it', () => {
    const patient = Patient.enrolled();
    answers(patient, 'q2', '2026-02-06T09:00', 'tsk-11', of(11, 1));
    const events = answers(patient, 'q1', '2026-01-06T09:00', 'tsk-11', of(11, 4));
    expect(events.map(({ type }) => type)).toEqual(['questionnaire-scored']);
    expect(events[0]!.data).toMatchObject({ baseline: null, verdict: 'not-enough-data' });
  });

  test('given scores of another measure, then fear is not compared with them, nor they with fear (U2)', () => {
    const patient = Patient.enrolled();
    answers(patient, 'q1', '2026-01-06T09:00', 'ihot-12', of(12, 5));
    answers(patient, 'q2', '2026-01-07T09:00', 'tsk-11', of(11, 2));
    answers(patient, 'q3', '2026-01-08T09:00', 'tsk-11', of(11, 2));
    answers(patient, 'q4', '2026-01-09T09:00', 'ihot-12', of(12, 90));
    expect(patient.eventsOf('fear-rising')).toEqual([]);
  });
});
