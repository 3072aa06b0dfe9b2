import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CheckInReport } from './model/command.js';
import { shareOf } from './overload/dose.js';
import { programmeAsOf } from './programme/as-of.js';
import { decide } from './programme/decide.js';
import { defaultRuleset } from './ruleset.js';
import { delayed, histories, historyStart } from '../testing/histories.js';
import { Patient } from '../testing/patient.js';

const end = historyStart + 80 * 86_400_000;

function lived(history: readonly CheckInReport[]): Patient {
  const patient = Patient.enrolled();
  for (const checkIn of history) patient.do({ kind: 'record-check-in', checkIn, receivedAt: checkIn.at });
  return patient;
}

const decided = (patient: Patient) => patient.eventsOf('target-decided');

test('the generated histories reach every kind of decision', () => {
  const rules = new Set(
    fc
      .sample(histories, { numRuns: 1_500, seed: 1 })
      .flatMap((history) => decided(lived(history)).map(({ data }) => data.rule)),
  );
  expect([...rules].sort()).toEqual(
    expect.arrayContaining(['O2', 'O3', 'O5', 'O6', 'S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S8', 'U1', 'U3']),
  );
});

describe('whole histories (1,000 a property)', () => {
  const check = (name: string, property: (history: CheckInReport[]) => void) =>
    test(name, () => fc.assert(fc.property(histories, property), { numRuns: 1_000 }));

  check(
    'no week with pain above 5, an open flag or fewer than three check-ins ends in an advance (A5, S1, S2, S6, S8)',
    (history) => {
      const patient = lived(history);
      for (const { data } of decided(patient)) {
        if (data.decision !== 'advance') continue;
        const inputs = data.inputs as {
          week: string;
          checkIns: number;
          peak: number;
          duringExercise: number | null;
          sessions: number;
        };
        expect(inputs.peak).toBeLessThanOrEqual(5);
        expect(inputs.duringExercise).toBeLessThanOrEqual(3);
        expect(inputs.checkIns).toBeGreaterThanOrEqual(3);
        expect(inputs.sessions).toBeGreaterThanOrEqual(1);
        const start = data.fact.weekStart;
        const flagged = history.some(({ at, flags }) => Date.parse(at) < start && (flags?.length ?? 0) > 0);
        expect(flagged).toBe(false);
      }
    },
  );

  check('at most one decision an exercise and week (O8), and each explains itself', (history) => {
    const seen = new Set<string>();
    for (const { data, reason } of decided(lived(history))) {
      const key = `${data.exercise} ${data.week}`;
      expect(seen.has(key)).toBe(false);
      seen.add(key);
      expect(reason.length).toBeGreaterThan(20);
      expect(data.ruleset).toBe(defaultRuleset.version);
    }
  });

  check(
    'no target rises by more than a repetition a set or a tenth of the effective load (O4)',
    (history) => {
      const last = new Map<string, { reps: number; loadKg: number }>();
      for (const { data } of decided(lived(history))) {
        const { exercise, reps, loadKg, decision } = data;
        const before = last.get(exercise);
        if (before && decision === 'advance') {
          const effective = (kg: number) => kg + shareOf(exercise, defaultRuleset.parameters);
          if (loadKg === before.loadKg) expect(reps - before.reps).toBe(1);
          else expect(effective(loadKg) / effective(before.loadKg)).toBeLessThanOrEqual(1.1 + 1e-9);
        }
        last.set(exercise, data.fact.base ?? { reps, loadKg });
      }
    },
  );

  check('the same command again yields nothing', (history) => {
    const patient = lived(history);
    for (const checkIn of history.slice(0, 20))
      expect(
        decide({ kind: 'record-check-in', checkIn, receivedAt: checkIn.at }, patient.state, defaultRuleset),
      ).toEqual([]);
    patient.do({ kind: 'advance-clock', now: new Date(end).toISOString() });
    expect(
      decide({ kind: 'advance-clock', now: new Date(end).toISOString() }, patient.state, defaultRuleset),
    ).toEqual([]);
  });

  check('a stretch is asked for from phase 3a on only', (history) => {
    const patient = lived(history);
    for (let day = 1; day < 78; day += 7) {
      const view = programmeAsOf(patient.state, historyStart + day * 86_400_000, defaultRuleset)!;
      if (!['3a', '3b'].includes(view.phase.id))
        expect(view.today.some(({ kind }) => kind === 'stretch')).toBe(false);
      if (view.holds.some(({ rule }) => rule === 'S1')) expect(view.today).toEqual([]);
    }
  });

  test('any order of arrival within 36 hours ends in the same programme (D4)', () =>
    fc.assert(
      fc.property(
        histories,
        fc.array(fc.integer({ min: 0, max: 36 }), { minLength: 1, maxLength: 40 }),
        (history, delays) => {
          const programme = ({ state }: Patient) => ({
            targets: state.targets,
            phases: state.phases,
            closed: state.closed,
          });
          const inOrder = lived(history);
          const shuffled = lived(delayed(history, delays));
          const now = { kind: 'advance-clock', now: new Date(end).toISOString() } as const;
          inOrder.do(now);
          shuffled.do(now);
          expect(programme(shuffled)).toEqual(programme(inOrder));
          expect(shuffled.eventsOf('target-tightened')).toEqual([]);
        },
      ),
      { numRuns: 1_000 },
    ));

  test('what is shown provisionally after a week is what its closing decides, when nothing comes in between (D3)', () =>
    fc.assert(
      fc.property(histories, (history) => {
        const patient = lived(history);
        patient.do({ kind: 'advance-clock', now: new Date(end).toISOString() });
        for (const { data, at } of decided(patient)) {
          if (data.decision === 'start') continue;
          const ended = Date.parse(at);
          const quiet = history.every(
            (checkIn) => Date.parse(checkIn.at) <= ended || Date.parse(checkIn.at) > ended + 72 * 3_600_000,
          );
          if (!quiet) continue;
          const shown = programmeAsOf(patient.state, ended + 3_600_000, defaultRuleset)!.targets.find(
            ({ exercise }) => exercise === data.exercise,
          );
          if (data.fact.removed) expect(shown).toBeUndefined();
          else
            expect(shown).toMatchObject({
              sets: data.sets,
              reps: data.reps,
              loadKg: data.loadKg,
              rule: data.rule,
              provisional: true,
            });
        }
      }),
      { numRuns: 300 },
    ));
});
