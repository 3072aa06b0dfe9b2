import { inForce } from '../history/holds.js';
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
  if (overrides.length === 0) return parameters;
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
  const shownFrom = week.end + ruleset.parameters.lateWindowH * hourMs;
  const { start: next } = history.calendar.weekAfter(week);
  const targets: TargetVersion[] = [];
  let seriesReset = false;
  let blocked = signals.holds.length > 0;
  for (const target of active) {
    const mine = exerciseSignals(target, signals, history, standing, parameters);
    const memory = memoryOf(target, week, history, standing, parameters, shownAt);
    const outcome = decideExercise(target, signals, mine, memory, parameters);
    if (outcome.gapSince !== undefined) seriesReset = true;
    if (outcome.decision === 'regress' && blocksSteps.has(outcome.rule)) blocked = true;
    addVersions(targets, target, outcome, active, next, shownFrom);
  }
  const closed = closedWeekOf(week, signals, seriesReset);
  const { phases } = standing;
  const phase = decidePhase({
    week,
    history,
    standing: { targets: standing.targets, phases, closed: withClosed(standing.closed, closed) },
    signals,
    blocked,
    parameters,
    shownFrom,
    decided: targets,
  });
  return { targets, closed, phase, signals };
}

/** D11: no step forward in a week that these have regressed. */
const blocksSteps: ReadonlySet<string> = new Set(['S3', 'S4', 'S5']);

function closedWeekOf(
  { isoWeek, start, end }: Week,
  { pain }: WeekSignals,
  seriesReset: boolean,
): ClosedWeek {
  const closed: ClosedWeek = { isoWeek, start, end, s5: pain.s5 };
  return seriesReset ? { ...closed, seriesReset } : closed;
}

/** The weeks that were closed before, and this one; when it is closed again, without it and those after it. */
function withClosed(before: Standing['closed'], week: ClosedWeek): ClosedWeek[] {
  const last = before.at(-1);
  return last === undefined || last.end < week.end
    ? [...before, week]
    : [...before.filter(({ end }) => end < week.end), week];
}

/** What a decision makes of a target for the week to come: the next version, or its end and an easier variant in its place. */
function addVersions(
  versions: TargetVersion[],
  { exercise }: TargetVersion,
  outcome: Outcome,
  active: readonly TargetVersion[],
  weekStart: Instant,
  shownFrom: Instant,
): void {
  const { result } = outcome;
  const version = versionOf(exercise, outcome, weekStart, shownFrom);
  versions.push(version);
  if (result.kind !== 'variant') return;
  version.removed = true;
  // A variant that is active already keeps its own decision.
  if (!active.some((each) => each.exercise === result.exercise))
    versions.push(versionOf(result.exercise, outcome, weekStart, shownFrom));
}

function versionOf(
  exercise: string,
  { decision, rule, reason, inputs, result, base, gapSince, until, asked }: Outcome,
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
  if (asked) version.asked = asked;
  return version;
}

/** What stood in the weeks up to this one since the exercise (last) began; a version that another replaced does not count. But that a clinician set another target in the place of a deload, of what a gap was answered with, or of a hold, undoes none of them. */
function memoryOf(
  target: TargetVersion,
  week: Week,
  history: History,
  standing: Standing,
  parameters: Parameters,
  shownAt: Instant,
): Memory {
  const { exercise } = target;
  const versions = standingByWeek(standing, exercise, shownAt);
  let start = Infinity;
  let answeredGap: Instant | null = null;
  let lastDeload = -Infinity;
  let overridden = false;
  let closings: TargetVersion | undefined = target;
  for (const version of versions) {
    const { weekStart, removed, gapSince, decision, setByClinician } = version;
    if (weekStart > week.start) break;
    if (setByClinician) overridden = true;
    else if (decision === 'deload') lastDeload = weekStart;
    if (removed) {
      start = Infinity;
      answeredGap = null;
      continue;
    }
    if (weekStart < start || beginsAnew(version, standing)) {
      start = weekStart;
      answeredGap = null;
    }
    answeredGap = gapSince ?? answeredGap;
  }
  if (overridden) {
    const made = standingByWeek(standing, exercise, shownAt, true).filter(
      ({ weekStart }) => weekStart <= week.start,
    );
    lastDeload = made.findLast((version) => version.decision === 'deload')?.weekStart ?? -Infinity;
    answeredGap =
      made.findLast((each) => each.gapSince !== undefined && !each.removed && each.weekStart >= start)
        ?.gapSince ?? null;
    closings = made.findLast(({ weekStart }) => weekStart === week.start);
  }
  const from = Math.max(start, lastDeload + 1);
  return {
    strengthWeeks: strengthWeeksOf(exercise, from, week, history, standing, parameters),
    heldBefore: closings?.decision === 'hold' && holdsThatCount.has(closings.rule),
    answeredGap,
  };
}

/** A clinician has added it, or has set it where a closing had just taken it away. */
const beginsAnew = (
  { decision, setByClinician, exercise, weekStart }: TargetVersion,
  { targets }: Standing,
): boolean =>
  decision === 'start' ||
  (setByClinician === true &&
    targets.findLast(
      (each) => each.exercise === exercise && each.weekStart === weekStart && !each.setByClinician,
    )?.removed === true);

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
    const { start } = session.week;
    if (start < from) break;
    if (start === last || session.tooSoon) continue;
    if (ownSession(session, exercise, standing).length === 0) continue;
    last = start;
    weeks++;
  }
  return weeks;
}
