import { describe, expect, test } from '@jest/globals';
import { dayAfter, Patient } from '../../testing/patient.js';
import { defaultRuleset } from '../ruleset.js';
import { whyOf } from './why.js';

const day = (n: number) => dayAfter('2026-01-05', n);
const why = (patient: Patient, week: string, at: string, exercise = 'squat') =>
  whyOf(patient.events, { exercise, week, at: Date.parse(`${at}:00Z`) }, defaultRuleset);
const chain = (patient: Patient, week: string, at: string) =>
  why(patient, week, at)?.chain.map(
    ({ week: of, decision, rule, from }) => `${of} ${decision} ${rule} ${from}`,
  );

function quietWeek(patient: Patient, week: number): void {
  for (const n of [0, 4, 6]) patient.says(`${day(week * 7 + n)}T20:00`);
  patient.trains(`${day(week * 7 + 1)}T18:00`);
}

describe('why a target is what it is', () => {
  test('given two advances, then the chain leads back to the start, each with the events it rests on', () => {
    const patient = Patient.enrolled();
    quietWeek(patient, 0);
    quietWeek(patient, 1);
    patient.clock(`${day(17)}T00:00`);
    expect(chain(patient, '2026-W04', `${day(18)}T00:00`)).toEqual([
      '2026-W04 advance O3 2026-W03',
      '2026-W03 advance O3 2026-W02',
      '2026-W02 start O2 null',
    ]);
    const [last, , start] = why(patient, '2026-W04', `${day(18)}T00:00`)!.chain;
    expect(last).toMatchObject({
      event: 'target-decided',
      ruleset: '1.0.0',
      recordedAt: `${day(17)}T00:00:00.000Z`,
    });
    expect(last!.ruleText).toContain('one repetition more');
    expect(last!.because.map(({ says }) => says)).toEqual([
      'pain 2',
      'strength, 9 × 10 kg + 9 × 10 kg + 9 × 10 kg, pain during exercise 2, pain 2',
      'pain next morning 2, pain 2',
      'pain 2',
      'pain 2',
    ]);
    expect(start!.because.map(({ type }) => type)).toEqual(['patient-enrolled', 'phase-changed']);
  });

  test('given every link, then each piece of evidence is an event of the history, recorded no later than the decision', () => {
    const patient = Patient.enrolled();
    for (const week of [0, 1, 2, 3]) quietWeek(patient, week);
    patient.clock(`${day(31)}T00:00`);
    for (const link of why(patient, '2026-W06', `${day(31)}T00:00`)!.chain)
      for (const { type, at, recordedAt } of link.because) {
        expect(patient.events).toContainEqual(expect.objectContaining({ type, at, recordedAt }));
        expect(Date.parse(recordedAt)).toBeLessThanOrEqual(Date.parse(link.recordedAt!));
      }
  });

  test('given a late report of pain, then the tightening is first and what it replaced comes after it (D4)', () => {
    const patient = Patient.enrolled();
    quietWeek(patient, 0);
    patient.clock(`${day(10)}T00:00`);
    patient.says(`${day(5)}T12:00`, { now: 6 }, `${day(11)}T12:00`);
    expect(chain(patient, '2026-W03', `${day(11)}T11:00`)?.[0]).toBe('2026-W03 advance O3 2026-W02');
    const [tightened, replaced] = why(patient, '2026-W03', `${day(11)}T12:00`)!.chain;
    expect(tightened).toMatchObject({
      event: 'target-tightened',
      rule: 'S6',
      because: [{ says: 'pain up to 6', recordedAt: `${day(11)}T12:00:00Z` }],
    });
    expect(replaced).toMatchObject({ rule: 'O3', event: 'target-decided' });
  });

  test('given an ended week that is still open, then the link says that it is provisional', () => {
    const patient = Patient.enrolled();
    quietWeek(patient, 0);
    const [first, second] = why(patient, '2026-W03', `${day(8)}T00:00`)!.chain;
    expect(first).toMatchObject({ event: null, decision: 'advance', rule: 'O3', from: '2026-W02' });
    expect(second).toMatchObject({ decision: 'start' });
  });

  test.each([
    [
      'S3',
      (p: Patient) => p.says(`${day(2)}T18:00`, { pain: { duringExercise: 7 } }),
      'pain during exercise 7',
    ],
    ['S1', (p: Patient) => p.says(`${day(2)}T18:00`, { flags: ['deformity'] }), 'flags: deformity'],
    ['S2', (p: Patient) => p.says(`${day(2)}T18:00`, { flags: ['night-pain'] }), 'flags: night-pain'],
  ])('given %s, then only what it looks at is named', (rule, happens, says) => {
    const patient = Patient.enrolled();
    happens(patient);
    patient.clock(`${day(10)}T00:00`);
    const [first] = why(patient, '2026-W03', `${day(10)}T00:00`)!.chain;
    expect(first!.rule).toBe(rule);
    expect(first!.because.map((each) => each.says)).toEqual([says]);
  });

  test("given a clinician's target, then it rests on that decision; given another exercise or week, then there is no answer", () => {
    const patient = Patient.enrolled();
    const value = { exercise: 'squat', sets: 2, reps: 10, loadKg: 5 };
    patient.override(`${day(1)}T09:00`, { kind: 'target', value });
    expect(why(patient, '2026-W02', `${day(1)}T09:00`)!.chain[0]).toMatchObject({
      rule: 'override',
      from: null,
      because: [{ type: 'override-recorded', says: "a clinician's decision: target" }],
    });
    expect(why(patient, '2026-W02', `${day(1)}T09:00`, 'lunge')).toBeNull();
    expect(why(patient, '2026-W09', `${day(1)}T09:00`)).toBeNull();
    expect(why(patient, '2026-W02', '2026-01-05T07:59')).toBeNull();
  });
});

describe('weeks through time zones and years', () => {
  test.each([
    ['spring, an hour lost', '2026-03-23T09:00:00+01:00', '2026-W13', '2026-03-22T23:00:00.000Z', 167],
    ['autumn, an hour gained', '2026-10-19T09:00:00+02:00', '2026-W43', '2026-10-18T22:00:00.000Z', 169],
    [
      'the end of a year with week 53',
      '2026-12-28T09:00:00+01:00',
      '2026-W53',
      '2026-12-27T23:00:00.000Z',
      168,
    ],
  ])(
    'given %s, when the week is closed, then its decision and its chain bear the local ISO week',
    (_what, enrolledAt, isoWeek, start, hours) => {
      const at = new Date(enrolledAt).toISOString();
      const patient = Patient.enrolled({ zone: 'Europe/Berlin', enrolledAt: at });
      const end = Date.parse(start) + hours * 3_600_000;
      patient.clock(new Date(end + 72 * 3_600_000).toISOString());
      const [closed] = patient.eventsOf('week-closed');
      expect(closed?.data).toMatchObject({ week: isoWeek, fact: { start: Date.parse(start), end } });
      const next = patient.eventsOf('target-decided').at(-1)!.data.week;
      const view = whyOf(
        patient.events,
        { exercise: 'squat', week: next, at: end + 73 * 3_600_000 },
        defaultRuleset,
      );
      expect(view?.chain.map(({ week, from }) => [week, from])).toEqual([
        [next, isoWeek],
        [isoWeek, null],
      ]);
      expect(next).toBe({ '2026-W13': '2026-W14', '2026-W43': '2026-W44', '2026-W53': '2027-W01' }[isoWeek]);
    },
  );

  test('given a traveller, when the new zone counts from its Monday on, then weeks touch and the chain goes through (D2)', () => {
    const patient = Patient.enrolled({ zone: 'Europe/Berlin', enrolledAt: '2026-01-05T08:00:00Z' });
    patient.do({ kind: 'update-patient', zone: 'America/New_York', receivedAt: '2026-01-07T10:00:00Z' });
    patient.clock('2026-01-23T00:00:00Z');
    const weeks = patient
      .eventsOf('week-closed')
      .map(({ data }) => [data.week, data.fact.start, data.fact.end]);
    expect(weeks).toEqual([
      // Six hours longer: from Monday in Berlin to Monday in New York.
      ['2026-W02', Date.parse('2026-01-04T23:00:00Z'), Date.parse('2026-01-12T05:00:00Z')],
      ['2026-W03', Date.parse('2026-01-12T05:00:00Z'), Date.parse('2026-01-19T05:00:00Z')],
    ]);
    expect(chain(patient, '2026-W04', '2026-01-23T00:00')).toEqual([
      '2026-W04 hold S8 2026-W03',
      '2026-W03 hold S8 2026-W02',
      '2026-W02 start O2 null',
    ]);
  });
});
