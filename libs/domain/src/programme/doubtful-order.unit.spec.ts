import { describe, expect, test } from '@jest/globals';
import { inShort, Patient } from '../../testing/patient.js';
import { day } from '../../testing/story.js';
import type { OverrideValue } from '../model/facts.js';
import { replay } from '../shadow/replay.js';
import { defaultRuleset } from '../ruleset.js';

const target = (sets: number, reps: number, loadKg: number, exercise = 'squat'): OverrideValue => ({
  kind: 'target',
  value: { exercise, sets, reps, loadKg },
});
const added = (startLoadKg: number): OverrideValue => ({
  kind: 'add-exercise',
  value: { exercise: 'lunge', startLoadKg },
});

/** The squat at 20 kg: with 40 kg of the body's share an effective load of 60 kg, three times which is 180. */
const given = () => Patient.enrolled({ startLoadKg: 20 });
const ordered = (
  patient: Patient,
  override: OverrideValue,
  confirmed?: boolean,
  from = `${day(1)}T09:00:00Z`,
) =>
  patient.do({
    kind: 'record-override',
    id: 'o1',
    override,
    from,
    by: 'dr-lee',
    receivedAt: `${day(1)}T09:00:00Z`,
    ...(confirmed === undefined ? {} : { confirmed }),
  });

describe('a dose far above what stands', () => {
  test.each<[string, OverrideValue, string]>([
    ['500 kg for 50', target(3, 8, 500), '/value/loadKg'],
    ['a hair more than three times the effective load', target(3, 8, 140.1), '/value/loadKg'],
    ['more than four times the repetitions', target(5, 20, 20), '/value/reps'],
    [
      'another exercise that begins above three times the share of the body',
      added(80.1),
      '/value/startLoadKg',
    ],
    ['a target for an exercise that is not active', target(3, 8, 81, 'lunge'), '/value/loadKg'],
  ])('given %s, when ordered, then it is asked about, and nothing changes', (_what, override, path) => {
    const patient = given();
    const before = patient.state;
    expect(() => ordered(patient, override)).toThrow(expect.objectContaining({ code: 'range', path }));
    expect(() => ordered(patient, override, false)).toThrow('say "confirmed": true if it is meant');
    expect(patient.state).toBe(before);
  });

  test.each<[string, OverrideValue]>([
    ['three times the effective load', target(3, 8, 140)],
    ['four times the repetitions', target(4, 24, 20)],
    ['another exercise that begins at three times the share of the body', added(80)],
    ['a target for an exercise that is not active', target(3, 8, 80, 'lunge')],
  ])('given %s, when ordered, then it stands', (_what, override) => {
    expect(ordered(given(), override).length).toBeGreaterThan(1);
  });

  test('given 500 kg that are confirmed, then they stand, and it is kept that they were', () => {
    const patient = given();
    const events = ordered(patient, target(3, 8, 500), true);
    expect(patient.program(`${day(1)}T09:00`).targets.map(inShort)).toEqual(['3x8@500 hold override']);
    expect(events[0]!.data).toMatchObject({ kind: 'target', confirmed: true });
  });

  test('given an ordinary order, then nothing is said of a confirmation', () => {
    expect(ordered(given(), target(3, 8, 22.5))[0]!.data).not.toHaveProperty('confirmed');
  });

  test('given how much it is, then that is said in numbers', () => {
    expect(() => ordered(given(), target(3, 8, 500))).toThrow(
      `is 9 times the load that stands, the body's share included`,
    );
    expect(() => ordered(given(), target(10, 100, 20))).toThrow(
      'is 41.7 times the repetitions that stand, all sets together',
    );
  });

  test('given a target as light as it gets, then going back to what is usual is not asked about', () => {
    const patient = given();
    ordered(patient, target(1, 5, 0));
    const override = target(4, 12, 60);
    expect(patient.override(`${day(2)}T09:00`, override).map(({ type }) => type)).toContain('target-decided');
  });

  test('given a clinician counts no share of the body, then an order is still compared as if it had its usual one', () => {
    const patient = given();
    patient.override(`${day(0)}T09:00`, { kind: 'rule', value: { bodyweightShareKg: 0 } });
    expect(() => ordered(patient, target(3, 8, 140.1))).toThrow('load that stands');
    expect(ordered(patient, target(3, 8, 140))).toHaveLength(2);
  });

  test('given a lighter week, then what it comes back to is compared with', () => {
    // given: four sets of twelve, and a deload after the first strength week
    const patient = given();
    ordered(patient, target(4, 24, 20));
    patient.override(`${day(1)}T10:00`, { kind: 'rule', value: { deloadWeeks: 1 } });
    patient.trains(`${day(2)}T18:00`);
    patient.says(`${day(5)}T18:00`);
    patient.clock(`${day(10)}T00:00`);
    expect(patient.program(`${day(10)}T00:00`).targets.map(inShort)).toEqual(['2x24@20 deload O6']);
    // then: 4 × 96 repetitions are four times those of the base
    expect(patient.override(`${day(10)}T09:00`, target(4, 96, 20))).toHaveLength(2);
    expect(() => patient.override(`${day(10)}T10:00`, target(8, 100, 20))).not.toThrow();
    expect(() => given().override(`${day(10)}T09:00`, target(4, 96, 20))).toThrow('16 times');
  });
});

describe('an order for a time far ahead', () => {
  test('given a pause that begins 366 days ahead, then it stands; a second more is asked about', () => {
    expect(ordered(given(), { kind: 'suspend' }, undefined, `2027-01-07T09:00:00Z`)).toHaveLength(2);
    const late = `2027-01-07T09:00:01Z`;
    expect(() => ordered(given(), { kind: 'suspend' }, undefined, late)).toThrow(
      expect.objectContaining({
        code: 'range',
        path: '/from',
        message: 'is more than 366 days ahead; say "confirmed": true if it is meant',
      }),
    );
    expect(ordered(given(), { kind: 'suspend' }, true, late)).toHaveLength(2);
  });
});

test('given an order that was taken, when the history is replayed, then it is not asked about again', () => {
  const patient = given();
  ordered(patient, target(3, 8, 500), true);
  const { refused, events } = replay(patient.events, defaultRuleset, defaultRuleset);
  expect(refused).toEqual([]);
  expect(events).toEqual(patient.events);
});
