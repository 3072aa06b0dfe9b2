import { holdsAt, inForce } from '../history/holds.js';
import type { History } from '../history/history.js';
import { strengthSessions } from '../history/sessions.js';
import type { Draft } from '../model/draft.js';
import type { ClosedWeek, Instant, PhaseEntry, TargetVersion } from '../model/facts.js';
import { decideExercise, holdsThatCount, type Memory, type Outcome } from '../overload/decide-exercise.js';
import { exerciseSignals, weekSignals, type WeekSignals } from '../overload/signals.js';
import { activeTargets, ownSession, phaseAt, type Standing, standingByWeek } from '../overload/standing.js';
import { isParameter, type Parameters, type Ruleset } from '../ruleset.js';
import type { Week } from '../time/week.js';
import { decidePhase } from './phase-steps.js';

const hourMs = 3_600_000;

/** What closing a week yields. Pure: used by the closing itself, by the recomputation of a late report and by the provisional view. */
export interface WeekResult {
  readonly targets: readonly TargetVersion[];
  readonly closed: ClosedWeek;
  readonly phase: PhaseEntry | null;
  readonly signals: WeekSignals;
}

/** The parameters in force at an instant: the ruleset's, with a clinician's overrides laid over them. */
export function parametersAt(
  at: Instant,
  { overrides }: Pick<History, 'overrides'>,
  { parameters }: Ruleset,
): Parameters {
  const rules = inForce(overrides, 'rule', at);
  if (rules.length === 0) return parameters;
  const values = rules.flatMap((override) =>
    override.kind === 'rule' ? Object.entries(override.value) : [],
  );
  return { ...parameters, ...Object.fromEntries(values.filter(([name]) => isParameter(name))) };
}

/** Closes one week: targets first, then the phase (D11). `shownAt` says which versions of the week's targets stand. */
export function closeWeek(
  week: Week,
  history: History,
  standing: Standing,
  ruleset: Ruleset,
  shownAt: Instant,
): WeekResult {
  const parameters = parametersAt(week.end, history, ruleset);
  const signals = weekSignals(week, history, parameters);
  const started = phaseAt(standing, week.end - 1, Infinity)?.phase ?? '0';
  const active = started === '0' ? [] : activeTargets(standing, week.start, shownAt);
  const outcomes = active.map((target) => {
    const mine = exerciseSignals(target, signals, history, standing, parameters);
    const memory = memoryOf(target, week, history, standing, parameters, shownAt);
    return { target, outcome: decideExercise(target, signals, mine, memory, parameters) };
  });
  const next = history.calendar.weekAfter(week);
  const shownFrom = week.end + ruleset.parameters.lateWindowH * hourMs;
  const targets = versionsOf(outcomes, next.start, shownFrom);
  const seriesReset = outcomes.some(({ outcome }) => outcome.gapSince !== undefined);
  const closed: ClosedWeek = {
    isoWeek: week.isoWeek,
    start: week.start,
    end: week.end,
    s5: signals.pain.s5,
    ...(seriesReset ? { seriesReset: true as const } : {}),
  };
  const after: Standing = {
    ...standing,
    closed: [...standing.closed.filter(({ end }) => end < week.end), closed],
  };
  const regressed = outcomes.some(
    ({ outcome }) => outcome.decision === 'regress' && ['S3', 'S4', 'S5'].includes(outcome.rule),
  );
  const blocked = regressed || holdsAt(week.end, history).length > 0;
  const ending = new Set(targets.flatMap(({ exercise, removed }) => (removed ? [exercise] : [])));
  const phase = decidePhase({
    week,
    history,
    standing: after,
    signals,
    blocked,
    parameters,
    shownFrom,
    ending,
  });
  return { targets, closed, phase, signals };
}

function versionsOf(
  outcomes: readonly { target: TargetVersion; outcome: Outcome }[],
  weekStart: Instant,
  shownFrom: Instant,
): TargetVersion[] {
  const versions: TargetVersion[] = [];
  for (const { target, outcome } of outcomes) {
    const { result } = outcome;
    const version = versionOf(target.exercise, outcome, weekStart, shownFrom);
    if (result.kind === 'variant') version.removed = true;
    versions.push(version);
    // A variant that is active already keeps its own decision.
    if (
      result.kind === 'variant' &&
      !outcomes.some(({ target: { exercise } }) => exercise === result.exercise)
    )
      versions.push(versionOf(result.exercise, outcome, weekStart, shownFrom));
  }
  return versions;
}

function versionOf(
  exercise: string,
  { decision, rule, reason, inputs, result, base, gapSince, until }: Outcome,
  weekStart: Instant,
  shownFrom: Instant,
): Draft<TargetVersion> {
  const { sets, reps, loadKg } = result.dose;
  const version: Draft<TargetVersion> = {
    exercise,
    sets,
    reps,
    loadKg,
    weekStart,
    shownFrom,
    decision,
    rule,
    reason,
    inputs,
  };
  if (base) version.base = base;
  if (gapSince !== undefined) version.gapSince = gapSince;
  if (until !== undefined) version.until = until;
  return version;
}

/** What stood in the weeks up to this one since the exercise (last) began; a version that another replaced does not count. */
function memoryOf(
  target: TargetVersion,
  week: Week,
  history: History,
  standing: Standing,
  parameters: Parameters,
  shownAt: Instant,
): Memory {
  const { exercise } = target;
  let start = Infinity;
  let answeredGap: Instant | null = null;
  for (const { weekStart, removed, gapSince } of standingByWeek(standing, exercise, shownAt)) {
    if (weekStart > week.start) break;
    if (removed) {
      start = Infinity;
      answeredGap = null;
      continue;
    }
    start = Math.min(start, weekStart);
    answeredGap = gapSince ?? answeredGap;
  }
  const from = Math.max(start, lastDeload(standing, exercise, shownAt, week) + 1);
  return {
    strengthWeeks: strengthWeeksOf(exercise, from, week, history, standing, parameters),
    heldBefore: target.decision === 'hold' && holdsThatCount.has(target.rule),
    answeredGap,
  };
}

/** Start of the last week that a closing made a deload; that a clinician set another target in its place does not undo it. */
const lastDeload = (standing: Standing, exercise: string, shownAt: Instant, week: Week): Instant =>
  standingByWeek(standing, exercise, shownAt, true).findLast(
    ({ decision, weekStart }) => decision === 'deload' && weekStart <= week.start,
  )?.weekStart ?? -Infinity;

/** Weeks with a counted session of an exercise, those that start before `from` left out. */
function strengthWeeksOf(
  exercise: string,
  from: Instant,
  until: Week,
  { checkIns, calendar }: History,
  standing: Standing,
  parameters: Parameters,
): number {
  const sessions = strengthSessions(checkIns, calendar, parameters);
  let weeks = 0;
  let last = Infinity;
  for (let i = sessions.length - 1; i >= 0; i--) {
    const session = sessions[i]!;
    if (session.at >= until.end) continue;
    const { start } = calendar.weekOf(session.at);
    if (start < from) break;
    if (start === last || session.tooSoon) continue;
    if (ownSession(session, exercise, calendar, standing).length === 0) continue;
    last = start;
    weeks++;
  }
  return weeks;
}
