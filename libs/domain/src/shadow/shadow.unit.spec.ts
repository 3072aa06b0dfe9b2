import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dayAfter, Patient } from '../../testing/patient.js';
import { defaultParameters, defaultRuleset, type Parameters, type Ruleset } from '../ruleset.js';
import { compareRulesets } from './compare.js';
import { replay } from './replay.js';

const day = (n: number) => dayAfter('2026-01-05', n);
const ruleset = (parameters: Partial<Parameters>): Ruleset => ({
  version: '1.1.0',
  parameters: { ...defaultParameters, ...parameters },
});
const compare = (patient: Patient, parameters: Partial<Parameters>) =>
  compareRulesets(patient.events, ruleset(parameters), defaultRuleset);

function quietWeek(patient: Patient, week: number): void {
  for (const n of [0, 4, 6]) patient.says(`${day(week * 7 + n)}T20:00`);
  patient.trains(`${day(week * 7 + 1)}T18:00`);
}

function improver(weeks: number): Patient {
  const patient = Patient.enrolled();
  for (let week = 0; week < weeks; week++) quietWeek(patient, week);
  patient.clock(`${day(weeks * 7 + 3)}T00:00`);
  return patient;
}

describe('a shadow run', () => {
  test('given the same ruleset, when any history is replayed, then the very same events come out', () => {
    const step = fc.record({
      gapH: fc.integer({ min: 1, max: 80 }),
      lateH: fc.constantFrom(0, 0, 0, 2, 100, 200),
      now: fc.integer({ min: 0, max: 9 }),
      kind: fc.constantFrom(
        'say',
        'say',
        'train',
        'clock',
        'rule',
        'target',
        'suspend',
        'resume',
        'flag',
        'zone',
        'read',
      ),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const patient = Patient.enrolled();
        let at = Date.parse('2026-01-05T09:00:00Z');
        for (const [index, { gapH, lateH, now, kind }] of steps.entries()) {
          at += gapH * 3_600_000;
          const instant = new Date(at).toISOString();
          const received = new Date(at + lateH * 3_600_000).toISOString();
          const value = { exercise: 'squat', sets: 3, reps: 8, loadKg: now };
          if (kind === 'say') patient.says(instant, { now }, received);
          if (kind === 'train') {
            const session = { kind: 'strength', exercise: 'squat', sets: [{ reps: 8, loadKg: 10 }] } as const;
            patient.says(instant, { now, pain: { duringExercise: now }, session }, received);
          }
          if (kind === 'flag') patient.says(instant, { now, flags: ['night-pain'] }, received);
          if (kind === 'clock') patient.clock(instant);
          if (kind === 'rule') patient.override(instant, { kind: 'rule', value: { plateKg: 1.25 } });
          if (kind === 'target') patient.override(instant, { kind: 'target', value });
          if (kind === 'suspend') patient.override(instant, { kind: 'suspend' });
          if (kind === 'resume') patient.override(instant, { kind: 'resume' });
          if (kind === 'zone')
            patient.do({
              kind: 'update-patient',
              zone: now > 4 ? 'Asia/Tokyo' : 'America/New_York',
              receivedAt: received,
            });
          if (kind === 'read')
            patient.do({
              kind: 'record-rotation',
              rotation: {
                id: `r${index}`,
                at: instant,
                series: {
                  side: 'left',
                  position: 'seated',
                  motion: 'active',
                  instrument: 'goniometer',
                  measuredBy: 'dr-lee',
                },
                valuesDeg: now > 4 ? [20 + now, 21 + now, 22 + now] : [1, 20],
                uncertaintyDeg: null,
                faults: [],
              },
              receivedAt: received,
            });
        }
        const again = replay(patient.events, defaultRuleset, defaultRuleset);
        const decided = (events: typeof patient.events) =>
          events
            .filter(({ type }) => !['data-missing', 'rotation-missing'].includes(type))
            .map(({ type, at: happened, recordedAt, data }) =>
              type === 'rotation-measured' ? [type, happened] : [type, happened, recordedAt, data],
            );
        expect(decided([...again.events])).toEqual(decided(patient.events));
        expect(compareRulesets(patient.events, defaultRuleset, defaultRuleset)).toMatchObject({
          targets: [],
          phases: [],
          alarms: [],
          refused: [],
        });
      }),
      { numRuns: 300 },
    );
  });

  test('given smaller plates and a lighter week every third, then the weeks that would differ are shown, and the history is untouched', () => {
    const patient = improver(7);
    const before = JSON.stringify(patient.events);
    const { targets, decided } = compare(patient, { deloadWeeks: 3 });
    expect(JSON.stringify(patient.events)).toBe(before);
    expect(decided).toBe(8);
    expect(targets[0]).toEqual({
      week: '2026-W05',
      exercise: 'squat',
      was: { sets: 3, reps: 11, loadKg: 10, decision: 'advance', rule: 'O3' },
      would: { sets: 2, reps: 10, loadKg: 10, decision: 'deload', rule: 'O6' },
    });
  });

  test('given a stricter stop of pain, then a week that went on would have regressed', () => {
    const patient = Patient.enrolled({ startLoadKg: 20 });
    for (const n of [0, 4, 6]) patient.says(`${day(n)}T20:00`);
    patient.trains(`${day(1)}T18:00`, { duringExercise: 5 });
    patient.clock(`${day(10)}T00:00`);
    expect(compare(patient, { painStop: 4 }).targets).toMatchObject([
      { was: { decision: 'hold', rule: 'S3' }, would: { decision: 'regress', rule: 'S3' } },
    ]);
  });

  test('given a lower spike, then the check-ins that would have alarmed are named', () => {
    const patient = improver(1);
    patient.says(`${day(7)}T20:00`, { now: 7 });
    expect(compare(patient, { spikeHigh: 7 }).alarms).toEqual([
      { at: `${day(7)}T20:00:00Z`, checkInId: expect.any(String), was: 'MEDIUM', would: 'HIGH' },
    ]);
  });

  test('given more sessions before practice, then the step that would come later is shown', () => {
    const { phases } = compare(improver(4), { toleratedSessions: 3 });
    expect(phases).toMatchObject([
      { was: { to: '2', rule: 'P12' }, would: null },
      { was: null, would: { to: '2', rule: 'P12' } },
    ]);
  });

  test('given a longer late window, then a report that tightened afterwards would have counted at once', () => {
    const patient = Patient.enrolled();
    quietWeek(patient, 0);
    patient.clock(`${day(10)}T00:00`);
    patient.says(`${day(5)}T12:00`, { now: 6 }, `${day(11)}T12:00`);
    patient.clock(`${day(17)}T00:00`);
    const now = Date.parse(`${day(19)}T00:00:00Z`);
    const candidate = ruleset({ lateWindowH: 120 });
    const longer = replay(patient.events, candidate, defaultRuleset, now);
    expect(longer.events.map(({ type }) => type)).not.toContain('target-tightened');
    expect(compareRulesets(patient.events, candidate, defaultRuleset, now).targets).toEqual([]);
  });
});
