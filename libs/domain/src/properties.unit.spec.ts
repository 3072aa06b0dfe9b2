import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CheckInReport } from './model/command.js';
import { peakOf } from './history/history.js';
import { standingVersion } from './overload/standing.js';
import { programmeAsOf } from './programme/as-of.js';
import { decide } from './programme/decide.js';
import { isStricter } from './programme/tightening.js';
import { defaultRuleset, type Ruleset } from './ruleset.js';
import { seriesAt } from './rotation.js';
import { delayed, histories, historyStart, received } from '../testing/histories.js';
import { Patient, targetsOf } from '../testing/patient.js';
import { readings } from '../testing/readings.js';

const dayMs = 86_400_000;
const end = historyStart + 80 * dayMs;
const atEnd = { kind: 'advance-clock', now: new Date(end).toISOString() } as const;

/** One seed a run: every property looks at the same histories, which are lived once. */
const [seed] = fc.sample(fc.integer(), 1);
const known = new Map<string, Patient>();

function lived(history: readonly CheckInReport[]): Patient {
  const key = JSON.stringify(history);
  const before = known.get(key);
  if (before) return before;
  const patient = arrives(history);
  known.set(key, patient);
  return patient;
}

function arrives(history: readonly CheckInReport[], receivedAt?: readonly string[]): Patient {
  const patient = Patient.enrolled();
  for (const [place, checkIn] of history.entries())
    patient.do({ kind: 'record-check-in', checkIn, receivedAt: receivedAt?.[place] ?? checkIn.at });
  return patient;
}

const decided = (patient: Patient) => patient.eventsOf('target-decided');
const inWeek = (history: readonly CheckInReport[], start: number, until: number) =>
  history.filter(({ at }) => Date.parse(at) >= start && Date.parse(at) < until);
const facts = (checkIns: readonly CheckInReport[]) =>
  checkIns.map((checkIn) => ({ ...checkIn, ...checkIn.pain }));

test('the generated histories reach every kind of decision', () => {
  const rules = new Set(
    fc
      .sample(histories, { numRuns: 800, seed: 1 })
      .flatMap((history) => decided(arrives(history)).map(({ data }) => data.rule)),
  );
  expect([...rules].sort()).toEqual(
    expect.arrayContaining(['O2', 'O3', 'O5', 'O6', 'S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S8', 'U1', 'U3']),
  );
});

describe('whole histories (1,000 a property)', () => {
  const check = (name: string, property: (history: CheckInReport[]) => void) =>
    test(name, () => fc.assert(fc.property(histories, property), { numRuns: 1_000, seed: seed! }), 120_000);
  check(
    'no path from pain above 5, a red or amber flag or missing data to an advance (A5, S1, S2, S3, S6, S8)',
    (history) => {
      const patient = lived(history);
      for (const { data } of decided(patient)) {
        if (data.decision !== 'advance') continue;
        const week = patient.state.closed.find((closed) => closed.end === data.fact.weekStart)!;
        const said = facts(inWeek(history, week.start, week.end));
        const peaks = said.map((checkIn) => peakOf(checkIn as never));
        const strength = said.filter(({ session }) => session?.kind === 'strength');
        const loaded = said.filter(({ session }) => !session || session.kind === 'strength');
        expect(Math.max(...peaks)).toBeLessThanOrEqual(5);
        expect(
          loaded.filter(
            ({ duringExercise = 0, session }) =>
              duringExercise > 3 && (session?.exercise ?? data.exercise) === data.exercise,
          ),
        ).toEqual([]);
        expect(said.length).toBeGreaterThanOrEqual(3);
        expect(strength.length).toBeGreaterThanOrEqual(1);
        expect(strength.some(({ duringExercise }) => duringExercise !== undefined)).toBe(true);
        expect(inWeek(history, 0, week.end).filter(({ flags }) => (flags?.length ?? 0) > 0)).toEqual([]);
      }
    },
  );

  check('every target carries a reason, its rule and inputs that are in the history', (history) => {
    const patient = lived(history);
    for (const { data, reason } of decided(patient)) {
      expect(reason.length).toBeGreaterThan(20);
      expect(data.rule).toMatch(/^[OSU][1-9]$/);
      expect(data.ruleset).toBe(defaultRuleset.version);
      if (data.decision === 'start') continue;
      const week = patient.state.closed.find((closed) => closed.end === data.fact.weekStart)!;
      const said = facts(inWeek(history, week.start, week.end));
      expect(data.inputs).toMatchObject({
        week: week.isoWeek,
        checkIns: said.length,
        peak: said.length > 0 ? Math.max(...said.map((checkIn) => peakOf(checkIn as never))) : null,
        weeklyMean: said.length > 0 ? said.reduce((sum, { now }) => sum + now, 0) / said.length : null,
      });
    }
  });

  check('the same command again yields nothing', (history) => {
    const patient = lived(history);
    for (const checkIn of history.slice(0, 20))
      expect(
        decide({ kind: 'record-check-in', checkIn, receivedAt: checkIn.at }, patient.state, defaultRuleset),
      ).toEqual([]);
    const later = new Patient();
    later.state = patient.state;
    later.do(atEnd);
    expect(decide(atEnd, later.state, defaultRuleset)).toEqual([]);
  });

  check(
    'a stretch is asked for from phase 3a on only, and nothing while a red flag stands (A20, S1)',
    (history) => {
      const patient = lived(history);
      for (let day = 4; day < 78; day += 14) {
        const view = programmeAsOf(patient.state, historyStart + day * dayMs, defaultRuleset)!;
        if (!['3a', '3b'].includes(view.phase.id))
          expect(view.today.some(({ kind }) => kind === 'stretch')).toBe(false);
        if (view.holds.some(({ rule }) => rule === 'S1')) expect(view.today).toEqual([]);
      }
    },
  );

  check('a new version of the ruleset rewrites no past decision', (history) => {
    const bold: Ruleset = {
      ...defaultRuleset,
      version: '9.9.9',
      parameters: { ...defaultRuleset.parameters, startReps: 6, topReps: 10, deloadWeeks: 3, plateKg: 5 },
    };
    const patient = new Patient();
    patient.state = lived(history).state;
    const before = patient.state;
    for (const event of decide(atEnd, patient.state, bold)) patient.apply(event);
    expect(patient.state.targets.slice(0, before.targets.length)).toEqual(before.targets);
    for (const { end: closedAt } of before.closed.filter((_, place) => place % 4 === 1)) {
      const asked = closedAt + 3 * dayMs;
      expect(targetsOf(programmeAsOf(patient.state, asked, bold)!)).toEqual(
        targetsOf(programmeAsOf(before, asked, defaultRuleset)!),
      );
    }
  });

  test('any order of arrival within 36 hours ends in the same programme (D4)', () =>
    fc.assert(
      fc.property(
        histories,
        fc.array(fc.integer({ min: 0, max: 36 }), { minLength: 1, maxLength: 40 }),
        (history, delays) => {
          const programme = ({ state: { targets, phases, closed } }: Patient) => ({
            targets,
            phases,
            closed,
          });
          const inOrder = new Patient();
          inOrder.state = lived(history).state;
          const shuffled = arrives(delayed(history, delays));
          inOrder.do(atEnd);
          shuffled.do(atEnd);
          expect(programme(shuffled)).toEqual(programme(inOrder));
          expect(shuffled.eventsOf('target-tightened')).toEqual([]);
        },
      ),
      { numRuns: 1_000, seed: seed! },
    ));

  test('what comes later than that may make a target stricter, never milder (S9, D4)', () =>
    fc.assert(
      fc.property(
        histories,
        fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 600 })), { minLength: 1, maxLength: 40 }),
        (history, delays) => {
          const patient = Patient.enrolled();
          const milder: unknown[] = [];
          for (const { checkIn, receivedAt } of received(history, delays)) {
            const before = patient.state;
            const events = patient.do({ kind: 'record-check-in', checkIn, receivedAt });
            for (const { type, data } of events) {
              if (type !== 'target-tightened') continue;
              const { exercise, weekStart, decision } = data.fact;
              const stood = standingVersion(before, exercise, weekStart, Infinity);
              if (stood ? !isStricter(data.fact, stood) : decision === 'start') milder.push(data);
            }
            if (events.some(({ type }) => type.startsWith('target-')))
              for (const { exercise, weekStart } of before.targets) {
                const stood = standingVersion(before, exercise, weekStart, Infinity)!;
                const stands = standingVersion(patient.state, exercise, weekStart, Infinity)!;
                if (isStricter(stood, stands)) milder.push(stands);
              }
            for (const [place, phase] of before.phases.entries())
              if (patient.state.phases[place] !== phase) milder.push(phase);
          }
          expect(milder).toEqual([]);
        },
      ),
      { numRuns: 1_000 },
    ));

  check(
    'what is shown provisionally after a week is what its closing decides, when nothing comes in between (D3)',
    (history) => {
      const patient = new Patient();
      const live = lived(history);
      patient.state = live.state;
      const late = patient.do(atEnd).flatMap((event) => (event.type === 'target-decided' ? [event] : []));
      for (const { data, at } of [...decided(live), ...late]) {
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
    },
  );
});

test('readings are never compared across devices, positions, sides, motion or who measured (M5)', () => {
  fc.assert(
    fc.property(readings, fc.integer({ min: 0, max: 60 }), (list, day) => {
      const at = historyStart + day * dayMs;
      const all = seriesAt(list, at, -Infinity, defaultRuleset.parameters);
      const apart = all.map(({ series }) =>
        seriesAt(
          list.filter((reading) =>
            Object.entries(series).every(
              ([key, value]) => reading.series[key as keyof typeof series] === value,
            ),
          ),
          at,
          -Infinity,
          defaultRuleset.parameters,
        ),
      );
      expect(apart).toEqual(all.map((state) => [state]));
    }),
    { numRuns: 1_000 },
  );
});
