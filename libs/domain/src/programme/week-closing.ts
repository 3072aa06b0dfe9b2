import { holdsAt, inForce } from '../history/holds.js';
import type { History } from '../history/history.js';
import { strengthSessions } from '../history/sessions.js';
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
  const keeping = new Set(outcomes.map(({ target }) => target.exercise));
  return outcomes.flatMap(({ target, outcome }): TargetVersion[] => {
    const { decision, rule, reason, inputs, result, base, gapSince, until } = outcome;
    const common = {
      weekStart,
      shownFrom,
      decision,
      rule,
      reason,
      inputs,
      ...(base ? { base } : {}),
      ...(gapSince === undefined ? {} : { gapSince }),
      ...(until === undefined ? {} : { until }),
    };
    if (result.kind !== 'variant') return [{ exercise: target.exercise, ...result.dose, ...common }];
    const gone: TargetVersion = { exercise: target.exercise, ...result.dose, ...common, removed: true };
    // A variant that is active already keeps its own decision.
    return keeping.has(result.exercise)
      ? [gone]
      : [gone, { exercise: result.exercise, ...result.dose, ...common }];
  });
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
  const stood = standingByWeek(standing, exercise, shownAt).filter(
    ({ weekStart }) => weekStart <= week.start,
  );
  const mine = stood.slice(stood.findLastIndex(({ removed }) => removed) + 1);
  const start = Math.min(...mine.map(({ weekStart }) => weekStart));
  const lastDeload = deloads(standing, exercise, shownAt).findLast((at) => at <= week.start) ?? -Infinity;
  return {
    strengthWeeks: strengthWeeksOf(exercise, history, standing, parameters).filter(
      (weekStart) => weekStart >= start && weekStart > lastDeload && weekStart <= week.start,
    ).length,
    heldBefore: target.decision === 'hold' && holdsThatCount.has(target.rule),
    answeredGap: mine.findLast(({ gapSince }) => gapSince !== undefined)?.gapSince ?? null,
  };
}

/** Weeks that a closing made a deload; that a clinician set another target in its place does not undo it. */
const deloads = (standing: Standing, exercise: string, shownAt: Instant): Instant[] =>
  standingByWeek(
    { ...standing, targets: standing.targets.filter(({ setByClinician }) => !setByClinician) },
    exercise,
    shownAt,
  ).flatMap(({ decision, weekStart }) => (decision === 'deload' ? [weekStart] : []));

/** Starts of the weeks with a counted session of an exercise. */
function strengthWeeksOf(
  exercise: string,
  { checkIns, calendar }: History,
  standing: Standing,
  parameters: Parameters,
): Instant[] {
  const weeks = new Set<Instant>();
  for (const session of strengthSessions(checkIns, calendar, parameters))
    if (!session.tooSoon && ownSession(session, exercise, calendar, standing).length > 0)
      weeks.add(calendar.weekOf(session.at).start);
  return [...weeks];
}
