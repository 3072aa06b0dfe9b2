import type { Decision, Dose, TargetVersion } from '../model/facts.js';
import type { Parameters } from '../ruleset.js';
import { advance, deload, easier, type Regressed, regress } from './dose.js';
import { reasonFor } from './sentences.js';
import type { ExerciseSignals, WeekSignals } from './signals.js';

/** Decision of one exercise for the coming week. */
export interface Outcome {
  readonly decision: Decision;
  readonly rule: string;
  readonly reason: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly result: Regressed;
  readonly base?: Dose;
  readonly gapSince?: number;
  readonly until?: number | null;
}

/** What earlier closings have left behind for this exercise. */
export interface Memory {
  /** Strength weeks since its start or last deload, the week being closed included. */
  readonly strengthWeeks: number;
  /** The closing before held it by S3-S6 or O5. */
  readonly heldBefore: boolean;
  /** The gap that S8 has answered already: the last check-in before it. */
  readonly answeredGap: number | null;
}

const dayMs = 86_400_000;
export const holdsThatCount: ReadonlySet<string> = new Set(['S3', 'S4', 'S5', 'S6', 'O5']);

/** D7: the first line that matches names the rule. `target` stands at the end of the week. */
export function decideExercise(
  target: TargetVersion,
  week: WeekSignals,
  exercise: ExerciseSignals,
  memory: Memory,
  parameters: Parameters,
): Outcome {
  const base: Dose = target.decision === 'deload' && target.base ? target.base : doseOf(target);
  const inputs = inputsOf(target, week, exercise);
  const because = (
    decision: Decision,
    rule: string,
    result: Regressed,
    extra: Partial<Outcome> = {},
  ): Outcome => ({
    decision,
    rule,
    inputs,
    result,
    reason: reasonFor(decision, rule, target.exercise, result),
    ...extra,
  });
  const same: Regressed = { kind: 'dose', dose: base };
  const s1 = week.holds.find(({ rule }) => rule === 'S1');
  if (overrideHolds(target, week)) {
    // An override outranks everything but a red flag.
    return s1
      ? because('hold', 'S1', { kind: 'dose', dose: doseOf(target) }, { until: target.until ?? null })
      : because('hold', 'override', { kind: 'dose', dose: doseOf(target) }, { until: target.until ?? null });
  }
  const down = regressRule(week, exercise, memory, parameters);
  if (down)
    return because(
      'regress',
      down,
      regress(target.exercise, base, parameters),
      down === 'S8' ? { gapSince: week.gapSince } : {},
    );
  const held =
    week.holds.find(({ rule }) => rule === 'S1') ??
    week.holds.find(({ rule }) => rule === 'override') ??
    week.holds.find(({ rule }) => rule === 'S2');
  if (held) return because('hold', held.rule, same);
  if (week.uncontrollableTwice) return because('regress', 'U3', easier(target.exercise, base, parameters));
  if (target.decision === 'deload') return because('hold', 'O6', same);
  const hold = holdRule(week, exercise, parameters);
  if (
    memory.strengthWeeks >= parameters.deloadWeeks ||
    (memory.heldBefore && hold !== null && holdsThatCount.has(hold))
  )
    return because('deload', 'O6', { kind: 'dose', dose: deload(base) }, { base });
  if (hold) return because('hold', hold, same);
  const next = advance(target.exercise, base, parameters);
  return next ? because('advance', 'O3', { kind: 'dose', dose: next }) : because('hold', 'O7', same);
}

const doseOf = ({ sets, reps, loadKg }: Dose): Dose => ({ sets, reps, loadKg });

/** A target override with an end holds at every closing before it; without one, the closing of its own week decides from it. */
const overrideHolds = ({ until }: TargetVersion, { week }: WeekSignals): boolean =>
  until !== undefined && until !== null && week.end < until;

/** Line 1: S3, S4, S5, O5, S8. */
function regressRule(
  week: WeekSignals,
  exercise: ExerciseSignals,
  memory: Memory,
  parameters: Parameters,
): string | null {
  if (exercise.during !== null && exercise.during > parameters.painStop) return 'S3';
  if (week.s4Twice) return 'S4';
  if (week.pain.steep || (week.pain.s5 === 'fails' && week.painBefore.s5 === 'fails')) return 'S5';
  if (exercise.missedTwice) return 'O5';
  const gap = week.gapMs >= parameters.missingRegressDays * dayMs && memory.answeredGap !== week.gapSince;
  return gap ? 'S8' : null;
}

/** Line 5: S6, S3, S4, S5, O5, U1, S8. */
function holdRule(week: WeekSignals, exercise: ExerciseSignals, parameters: Parameters): string | null {
  if (week.peak > parameters.painStop) return 'S6';
  if (exercise.during !== null && exercise.during > parameters.painNoAdvance) return 'S3';
  if (week.s4Fires) return 'S4';
  if (week.pain.s5 === 'fails') return 'S5';
  if (exercise.missed) return 'O5';
  if (week.poorTwice) return 'U1';
  const missing =
    exercise.countedSessions === 0 ||
    week.checkIns.length < parameters.weeklyCheckIns ||
    week.s4Unknown ||
    week.pain.s5 === 'unknown' ||
    exercise.duringMissing;
  return missing ? 'S8' : null;
}

function inputsOf(
  target: TargetVersion,
  week: WeekSignals,
  exercise: ExerciseSignals,
): Record<string, unknown> {
  return {
    week: week.week.isoWeek,
    target: doseOf(target),
    checkIns: week.checkIns.length,
    sessions: exercise.countedSessions,
    duringExercise: exercise.during,
    peak: week.checkIns.length > 0 ? week.peak : null,
    nextMorning: week.s4Fires ? 'fires' : week.s4Unknown || week.counted.length === 0 ? 'unknown' : 'quiet',
    weeklyMean: week.pain.mean,
    weeklyMeanBefore: week.pain.previous,
    missed: exercise.missed,
  };
}
