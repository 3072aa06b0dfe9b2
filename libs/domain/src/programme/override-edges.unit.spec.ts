import { describe, expect, test } from '@jest/globals';
import { inShort, Patient } from '../../testing/patient.js';
import { closes, day } from '../../testing/story.js';
import type { OverrideValue } from '../model/facts.js';

const target = (exercise: string): OverrideValue => ({
  kind: 'target',
  value: { exercise, sets: 2, reps: 10, loadKg: 5 },
});
const waiting = () => Patient.enrolled({}, 'unread');

describe('what a clinician may not do, and where it says so', () => {
  test.each<[string, () => Patient, OverrideValue, string | undefined, string, string, string]>([
    [
      'an end at its beginning',
      Patient.enrolled,
      { kind: 'suspend' },
      `${day(1)}T08:00`,
      'range',
      '/until',
      'must lie after from',
    ],
    [
      'an end before it',
      Patient.enrolled,
      { kind: 'suspend' },
      `${day(1)}T07:59`,
      'range',
      '/until',
      'must lie after from',
    ],
    [
      'a target before the programme begins',
      waiting,
      target('squat'),
      undefined,
      'conflict',
      '/kind',
      'the programme has not begun: its entry criteria are not met',
    ],
    [
      'a phase before it begins',
      waiting,
      { kind: 'phase', value: { phase: '2' } },
      undefined,
      'conflict',
      '/kind',
      'the programme has not begun: its entry criteria are not met',
    ],
    [
      'an exercise before it begins',
      waiting,
      { kind: 'add-exercise', value: { exercise: 'lunge' } },
      undefined,
      'conflict',
      '/kind',
      'the programme has not begun: its entry criteria are not met',
    ],
    [
      'a target of an unknown exercise',
      Patient.enrolled,
      target('deadlift'),
      undefined,
      'unknown-exercise',
      '/value/exercise',
      'must be one of: squat, lunge, bulgarian-split-squat',
    ],
    [
      'an unknown exercise',
      Patient.enrolled,
      { kind: 'add-exercise', value: { exercise: 'passive-ir' } },
      undefined,
      'unknown-exercise',
      '/value/exercise',
      'must be one of: squat, lunge, bulgarian-split-squat',
    ],
    [
      'an exercise that is active',
      Patient.enrolled,
      { kind: 'add-exercise', value: { exercise: 'squat' } },
      undefined,
      'conflict',
      '/value/exercise',
      'is active already',
    ],
    [
      'a value that is none of the rules',
      Patient.enrolled,
      { kind: 'rule', value: { plates: 5 } },
      undefined,
      'unknown-parameter',
      '/value/plates',
      'is not a parameter of the ruleset',
    ],
    [
      'a value out of its range',
      Patient.enrolled,
      { kind: 'rule', value: { plateKg: 51 } },
      undefined,
      'range',
      '/value/plateKg',
      'must be between 0.1 and 50 (kg)',
    ],
    [
      'values that contradict each other',
      Patient.enrolled,
      { kind: 'rule', value: { startReps: 12, topReps: 8 } },
      undefined,
      'range',
      '/value/startReps',
      'startReps must not exceed topReps (8)',
    ],
  ])('given %s, then it is refused', (_what, of, override, until, code, path, message) => {
    expect(() => of().override(`${day(1)}T08:00`, override, until)).toThrow(
      expect.objectContaining({ name: 'Refusal', code, path, message }),
    );
  });

  test('given the programme waits, then it may be paused, and a value set', () => {
    expect(waiting().override(`${day(1)}T08:00`, { kind: 'suspend' })).toHaveLength(2);
    expect(waiting().override(`${day(1)}T08:00`, { kind: 'rule', value: { plateKg: 5 } })).toHaveLength(1);
  });
});

describe('what a clinician does is told', () => {
  test('given the same decision twice, then once', () => {
    const patient = Patient.enrolled();
    const command = {
      kind: 'record-override',
      id: 'o1',
      override: { kind: 'suspend' },
      from: `${day(1)}T08:00:00Z`,
      by: 'dr-lee',
      receivedAt: `${day(1)}T08:00:00Z`,
    } as const;
    expect(patient.do(command)).toHaveLength(2);
    expect(patient.do(command)).toEqual([]);
    expect(patient.do({ ...command, id: 'o2' })).toHaveLength(2);
  });

  test.each([
    [undefined, null],
    [`${day(3)}T08:00`, `${day(3)}T08:00:00.000Z`],
  ])('given a pause until %s, then that is said', (until, told) => {
    const events = Patient.enrolled().override(`${day(1)}T08:00`, { kind: 'suspend' }, until);
    expect(events).toMatchObject([
      { type: 'override-recorded', reason: 'Your clinician has made a decision.', data: { kind: 'suspend' } },
      {
        type: 'programme-suspended',
        at: `${day(1)}T08:00:00.000Z`,
        reason: 'Your clinician has paused the programme.',
        data: { rule: 'override', until: told },
      },
    ]);
  });

  test('given a resume, then that it goes on', () => {
    const patient = Patient.enrolled();
    patient.override(`${day(1)}T08:00`, { kind: 'suspend' });
    expect(patient.override(`${day(2)}T08:00`, { kind: 'resume' })).toMatchObject([
      { type: 'override-recorded' },
      {
        type: 'programme-resumed',
        reason: 'Your clinician has looked, and the programme goes on.',
        data: { overrideId: expect.any(String) },
      },
    ]);
  });

  test('given a rule value, then nothing else happens', () => {
    expect(
      Patient.enrolled().override(`${day(1)}T08:00`, { kind: 'rule', value: { plateKg: 5 } }),
    ).toMatchObject([{ type: 'override-recorded', data: { kind: 'rule' } }]);
  });

  test.each([
    [undefined, null],
    [`${day(3)}T08:00`, `${day(3)}T08:00:00.000Z`],
  ])('given a target until %s, then it stands with its words', (until, told) => {
    const events = Patient.enrolled().override(`${day(1)}T08:00`, target('squat'), until);
    expect(events[1]).toMatchObject({
      type: 'target-decided',
      reason: 'Your clinician set this. The squat is now 2 × 10 with 5 kg.',
      data: { decision: 'hold', rule: 'override', inputs: { until: told } },
    });
  });

  test('given a phase, then from which to which', () => {
    const patient = Patient.enrolled();
    const changed = (phase: '1' | '2', at: string) =>
      patient.override(at, { kind: 'phase', value: { phase } })[1];
    expect(changed('2', `${day(1)}T08:00`)).toMatchObject({
      type: 'phase-changed',
      reason: 'Your clinician has set the phase.',
      data: { from: '1', to: '2', rule: 'override' },
    });
    expect(changed('1', `${day(2)}T08:00`)).toMatchObject({ data: { from: '2', to: '1' } });
  });

  test('given a phase with an end, then it covers until then, and the rules go on underneath', () => {
    const patient = Patient.enrolled();
    const events = patient.override(
      `${day(1)}T08:00`,
      { kind: 'phase', value: { phase: '2' } },
      `${day(3)}T08:00`,
    );
    expect(events).toHaveLength(1);
    const phase = (at: string) => patient.program(at).phase.id;
    expect([`${day(1)}T07:59`, `${day(1)}T08:00`, `${day(3)}T07:59`, `${day(3)}T08:00`].map(phase)).toEqual([
      '1',
      '2',
      '2',
      '1',
    ]);
    // Two that overlap: the later one covers; one without an end never does.
    patient.override(`${day(5)}T08:00`, { kind: 'phase', value: { phase: '2' } }, `${day(9)}T08:00`);
    patient.override(`${day(6)}T08:00`, { kind: 'phase', value: { phase: '3a' } }, `${day(7)}T08:00`);
    expect([`${day(5)}T09:00`, `${day(6)}T09:00`, `${day(7)}T09:00`].map(phase)).toEqual(['2', '3a', '2']);
  });

  test('given a target that is dated into a week that is closed already, then it counts from the week that is open', () => {
    const patient = Patient.enrolled();
    closes(patient, 0);
    patient.override(`${day(1)}T08:00`, target('squat'), undefined, `${day(11)}T08:00`);
    expect(patient.eventsOf('target-decided').at(-1)?.data.week).toBe('2026-W03');
  });

  test('regression: given a gap that a closing answered, when a clinician set another target in its place, then the same gap lightens no second time; a new one does (S8, D6)', () => {
    const patient = Patient.enrolled();
    const decided = () =>
      patient.eventsOf('target-decided').map(({ data }) => `${data.week} ${inShort(data)}`);
    for (const week of [0, 1, 2]) closes(patient, week);
    expect(decided().at(-1)).toBe('2026-W05 3x8@5 regress S8');
    patient.override(`${day(25)}T08:00`, target('squat'), `${day(29)}T00:00`);
    for (const week of [3, 4]) closes(patient, week);
    expect(decided().slice(-2)).toEqual(['2026-W06 2x10@5 hold override', '2026-W07 2x10@5 hold S8']);
    patient.says(`${day(40)}T09:00`);
    for (const week of [5, 6, 7, 8]) closes(patient, week);
    expect(decided().slice(-4)).toEqual([
      '2026-W08 2x10@5 hold S8',
      '2026-W09 2x10@5 hold S8',
      '2026-W10 2x10@0 regress S8',
      '2026-W11 2x10@0 hold S8',
    ]);
  });
});
