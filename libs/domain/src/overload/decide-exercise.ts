import type { Draft } from '../model/draft.js';
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
  readonly asked?: Dose;
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
  const line =
    byOverride(target, week) ??
    regressLine(target.exercise, base, week, exercise, memory, parameters) ??
    heldLine(base, week) ??
    variantLine(target.exercise, base, week, parameters) ??
    (target.decision === 'deload'
      ? hold('O6', base)
      : overloadLine(target.exercise, base, week, exercise, memory, parameters));
  const { decision, rule, result } = line;
  const until = heldUntil(target, week);
  const reason = reasonFor(decision, rule, target.exercise, result);
  const outcome: Draft<Outcome> = {
    decision,
    rule,
    reason,
    inputs: inputsOf(target, week, exercise),
    result,
  };
  if (line.base) outcome.base = line.base;
  if (line.gapSince !== undefined) outcome.gapSince = line.gapSince;
  if (until !== null && result.kind !== 'variant') {
    outcome.until = until;
    if (rule !== 'override') outcome.asked = askedOf(target);
  }
  return outcome;
}

type Line = Omit<Outcome, 'reason' | 'inputs' | 'until' | 'asked'>;

const hold = (rule: string, dose: Dose): Line => ({ decision: 'hold', rule, result: { kind: 'dose', dose } });

/** A clinician's target with an end holds at every closing before it, and outranks everything but a red flag: while one is open the lines below decide. */
function byOverride(target: TargetVersion, week: WeekSignals): Line | null {
  if (heldUntil(target, week) === null || week.holds.some(({ rule }) => rule === 'S1')) return null;
  return hold('override', askedOf(target));
}

/** Until when a clinician's target holds, if that is beyond the week. */
const heldUntil = ({ until }: TargetVersion, { week }: WeekSignals): number | null =>
  until !== undefined && until !== null && week.end < until ? until : null;

const askedOf = (target: TargetVersion): Dose => target.asked ?? doseOf(target);

/** Line 1. */
function regressLine(
  name: string,
  base: Dose,
  week: WeekSignals,
  exercise: ExerciseSignals,
  memory: Memory,
  parameters: Parameters,
): Line | null {
  const rule = regressRule(week, exercise, memory, parameters);
  if (!rule) return null;
  const gap = rule === 'S8' ? { gapSince: week.gapSince } : {};
  return { decision: 'regress', rule, result: regress(name, base, parameters), ...gap };
}

/** Line 2: a red flag, a suspension, an amber flag. */
function heldLine(base: Dose, { holds }: WeekSignals): Line | null {
  if (holds.length === 0) return null;
  const [first] = (['S1', 'override', 'S2'] as const).filter((rule) =>
    holds.some((each) => each.rule === rule),
  );
  return first ? hold(first, base) : null;
}

/** Line 3. */
const variantLine = (
  name: string,
  base: Dose,
  { uncontrollableTwice }: WeekSignals,
  parameters: Parameters,
): Line | null =>
  uncontrollableTwice ? { decision: 'regress', rule: 'U3', result: easier(name, base, parameters) } : null;

/** Lines 4 to 6: deload, hold, advance. */
function overloadLine(
  name: string,
  base: Dose,
  week: WeekSignals,
  exercise: ExerciseSignals,
  memory: Memory,
  parameters: Parameters,
): Line {
  const rule = holdRule(week, exercise, parameters);
  const secondHold = memory.heldBefore && rule !== null && holdsThatCount.has(rule);
  if (memory.strengthWeeks >= parameters.deloadWeeks || secondHold)
    return { decision: 'deload', rule: 'O6', result: { kind: 'dose', dose: deload(base, parameters) }, base };
  if (rule) return hold(rule, base);
  const next = advance(name, base, parameters);
  return next ? { decision: 'advance', rule: 'O3', result: { kind: 'dose', dose: next } } : hold('O7', base);
}

const doseOf = ({ sets, reps, loadKg }: Dose): Dose => ({ sets, reps, loadKg });

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
    week.checkIns < parameters.weeklyCheckIns ||
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
    checkIns: week.checkIns,
    sessions: exercise.countedSessions,
    duringExercise: exercise.during,
    peak: week.checkIns > 0 ? week.peak : null,
    nextMorning: week.s4Fires ? 'fires' : week.s4Unknown || week.counted.length === 0 ? 'unknown' : 'quiet',
    weeklyMean: week.pain.mean,
    weeklyMeanBefore: week.pain.previous,
    missed: exercise.missed,
  };
}
