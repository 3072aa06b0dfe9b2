import { describe, expect, test } from '@jest/globals';
import { Patient } from '../../testing/patient.js';
import { decideAlarms, initialAlarms } from '../alarms/index.js';
import { defaultRuleset } from '../ruleset.js';
import type { Measure } from './measures.js';
import { outcomesOf } from './outcomes.js';

/** Eleven answers that add up to a score. */
const tsk = (score: number): number[] =>
  Array.from({ length: 11 }, (_, i) => Math.floor(score / 11) + (i < score % 11 ? 1 : 0));

class Answering extends Patient {
  static override enrolled(): Answering {
    const { state, events } = Patient.enrolled();
    const answering = new Answering();
    answering.state = state;
    answering.events.push(...events);
    return answering;
  }

  answers(id: string, at: string, measure: Measure, answers: readonly (number | null)[], version = '1') {
    return this.do({
      kind: 'record-questionnaire',
      questionnaire: { id, at: `${at}Z`, measure, version, answers },
      receivedAt: `${at}Z`,
    });
  }

  outcome(id: string) {
    return outcomesOf(this.state, defaultRuleset).find((each) => each.id === id);
  }
}

describe('scoring', () => {
  test.each<[string, Measure, (number | null)[], number | null]>([
    ['eleven answers of 2', 'tsk-11', tsk(22), 22],
    ['the least of all', 'tsk-11', tsk(11), 11],
    ['one missing: the mean of the ten others stands in', 'tsk-11', [null, ...Array<number>(10).fill(3)], 33],
    ['one missing, uneven', 'tsk-11', [null, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4], 23.1],
    ['two missing', 'tsk-11', [null, null, ...Array<number>(9).fill(3)], null],
    ['twelve answers', 'ihot-12', [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 50], 50],
    ['half of them', 'ihot-12', [...Array<null>(6).fill(null), 40, 40, 40, 40, 40, 70], 45],
    ['less than half', 'ihot-12', [...Array<null>(7).fill(null), 40, 40, 40, 40, 40], null],
    ['three activities', 'psfs', [3, 4, 6], 4.33],
    ['five, two not answered', 'psfs', [3, null, 6, 6, null], 5],
    ['four, two not answered', 'psfs', [3, null, 6, null], null],
  ])('given %s, when scored as %s, then as published', (_what, measure, answers, score) => {
    const patient = Answering.enrolled();
    patient.answers('q1', '2026-01-06T09:00', measure, answers);
    expect(patient.outcome('q1')?.score ?? null).toBe(score);
    expect(patient.eventsOf('questionnaire-scored')[0]?.data.score).toBe(score);
  });

  test.each<[string, Measure, (number | null)[], string, object]>([
    ['an answer of 5', 'tsk-11', [...tsk(22).slice(1), 5], '1', { code: 'range', path: '/answers/10' }],
    ['half an answer', 'tsk-11', [1.5, ...tsk(22).slice(1)], '1', { code: 'range', path: '/answers/0' }],
    ['ten answers', 'tsk-11', tsk(22).slice(1), '1', { code: 'range', path: '/answers' }],
    ['101 of 100', 'ihot-12', Array<number>(12).fill(101), '1', { code: 'range', path: '/answers/0' }],
    ['two activities', 'psfs', [1, 2], '1', { code: 'range', path: '/answers' }],
    ['a version that is none', 'psfs', [1, 2, 3], '7', { code: 'unknown-version', path: '/version' }],
  ])(
    'given %s, when recorded as %s, then it is refused with its place',
    (_what, measure, answers, version, refusal) => {
      expect(() => Answering.enrolled().answers('q1', '2026-01-06T09:00', measure, answers, version)).toThrow(
        expect.objectContaining(refusal),
      );
    },
  );

  test('given the same again, then nothing happens; given other answers under its id, then the first stands', () => {
    const patient = Answering.enrolled();
    expect(patient.answers('q1', '2026-01-06T09:00', 'psfs', [3, 4, 5])).toHaveLength(1);
    expect(patient.answers('q1', '2026-01-06T09:00', 'psfs', [3, 4, 5], '1.0')).toEqual([]);
    expect(() => patient.answers('q1', '2026-01-06T09:00', 'psfs', [3, 4, 6])).toThrow(
      expect.objectContaining({ code: 'id-reused', path: '/id' }),
    );
  });
});

describe('change of an outcome', () => {
  test.each<[Measure, number[], number[], object]>([
    ['tsk-11', tsk(30), tsk(25), { change: -5, verdict: 'no-change' }],
    ['tsk-11', tsk(30), tsk(24), { change: -6, verdict: 'better' }],
    ['tsk-11', tsk(24), tsk(30), { change: 6, verdict: 'worse' }],
    ['ihot-12', Array<number>(12).fill(40), Array<number>(12).fill(54), { change: 14, verdict: 'better' }],
    ['ihot-12', Array<number>(12).fill(40), Array<number>(12).fill(53.9), { verdict: 'no-change' }],
    ['psfs', [4, 4, 4], [5, 5, 6], { change: 1.33, verdict: 'better', size: 'small' }],
    ['psfs', [4, 4, 4], [6, 6, 7], { change: 2.33, verdict: 'better', size: 'medium' }],
    ['psfs', [4, 4, 4], [7, 7, 7], { change: 3, verdict: 'better', size: 'large' }],
    ['psfs', [4, 4, 4], [3, 3, 3], { change: -1, verdict: 'no-change', size: null }],
    ['psfs', [4, 4, 4], [1, 1, 1, 1], { change: null, verdict: 'not-enough-data' }],
  ])(
    'given %s first and later, then it counts from its published change on',
    (measure, first, later, change) => {
      const patient = Answering.enrolled();
      patient.answers('q1', '2026-01-06T09:00', measure, first);
      patient.answers('q2', '2026-02-06T09:00', measure, later);
      expect(patient.outcome('q1')).toMatchObject({ verdict: 'not-enough-data', change: null });
      expect(patient.outcome('q2')).toMatchObject(change);
    },
  );
});

describe('the fearful one', () => {
  test('given a TSK-11 that has risen by six, when it is scored, then fear is told, a topic is shown and a LOW alarm is raised (U2)', () => {
    const patient = Answering.enrolled();
    patient.answers('q1', '2026-01-06T09:00', 'tsk-11', tsk(22));
    patient.answers('q2', '2026-01-13T09:00', 'tsk-11', tsk(27));
    expect(patient.eventsOf('fear-rising')).toEqual([]);
    const topics = (at: string) => patient.program(at).education.map(({ topic }) => topic);
    patient.answers('q3', '2026-01-20T09:00', 'tsk-11', tsk(28));
    const [event] = patient.eventsOf('fear-rising');
    expect(event?.data).toMatchObject({ value: 28, before: 22, rule: 'U2', side: 'left' });
    expect(topics('2026-01-20T08:59')).not.toContain('worry-about-moving');
    expect(topics('2026-01-20T09:00')).toContain('worry-about-moving');
    const raised = decideAlarms(
      { kind: 'observe', sequence: 1, event: event!, alarmId: 'a1', noticeId: 'n1' },
      initialAlarms(),
    );
    expect(raised[0]).toMatchObject({
      type: 'alarm-raised',
      data: { rule: 'fear', severity: 'LOW', side: 'left', inputs: { questionnaireId: 'q3' } },
    });
  });

  test('given that it was told, when it stays as high, then it is not told again; when it rises by six more, it is', () => {
    const patient = Answering.enrolled();
    for (const [week, score] of [20, 26, 27, 25, 31].entries())
      patient.answers(`q${week}`, `2026-0${week + 1}-06T09:00`, 'tsk-11', tsk(score));
    expect(patient.eventsOf('fear-rising').map(({ data }) => data.questionnaireId)).toEqual(['q1', 'q4']);
  });

  test('given scores with too many answers missing, when compared, then they count for nothing', () => {
    const patient = Answering.enrolled();
    patient.answers('q1', '2026-01-06T09:00', 'tsk-11', [null, null, ...Array<number>(9).fill(1)]);
    patient.answers('q2', '2026-01-13T09:00', 'tsk-11', tsk(40));
    expect(patient.eventsOf('fear-rising')).toEqual([]);
  });
});
