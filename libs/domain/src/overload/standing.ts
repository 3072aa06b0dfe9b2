import { aboutExercise, type SessionPart, type StrengthSession } from '../history/sessions.js';
import type { ClosedWeek, Instant, PhaseEntry, TargetVersion } from '../model/facts.js';

/** What has been decided so far: targets with all their versions, phases, closed weeks, each in the order decided. */
export interface Standing {
  readonly targets: readonly TargetVersion[];
  readonly phases: readonly PhaseEntry[];
  readonly closed: readonly ClosedWeek[];
}

/** The version of an exercise's target for a week that stands at an instant, also one that takes it away: what a clinician set outranks what a closing made. */
export function standingVersion(
  standing: Standing,
  exercise: string,
  weekStart: Instant,
  shownAt: Instant,
): TargetVersion | undefined {
  let found: TargetVersion | undefined;
  for (const version of standing.targets)
    if (version.weekStart === weekStart && version.exercise === exercise && version.shownFrom <= shownAt)
      found = later(found, version);
  return found;
}

/** What an exercise asks for in a week, as it stands at an instant; undefined when it is not active. */
export function targetOf(
  standing: Standing,
  exercise: string,
  weekStart: Instant,
  shownAt: Instant,
): TargetVersion | undefined {
  const found = standingVersion(standing, exercise, weekStart, shownAt);
  return found?.removed ? undefined : found;
}

const later = (found: TargetVersion | undefined, version: TargetVersion): TargetVersion =>
  found?.setByClinician && !version.setByClinician ? found : version;

/**
 * What stands of an exercise in each week, in the order of the weeks; a week in which it was taken away is one of them.
 * `byClosings` leaves out what a clinician set.
 */
export function standingByWeek(
  standing: Standing,
  exercise: string,
  shownAt: Instant,
  byClosings = false,
): TargetVersion[] {
  const weeks: TargetVersion[] = [];
  for (const version of standing.targets) {
    if (version.exercise !== exercise || version.shownFrom > shownAt) continue;
    if (byClosings && version.setByClinician) continue;
    // Most are decided in the order of the weeks: the place is at the end.
    let place = weeks.length;
    while (place > 0 && weeks[place - 1]!.weekStart > version.weekStart) place--;
    const before = weeks[place - 1];
    if (before?.weekStart === version.weekStart) weeks[place - 1] = later(before, version);
    else if (place === weeks.length) weeks.push(version);
    else weeks.splice(place, 0, version);
  }
  return weeks;
}

/** The targets of all exercises that are active in a week. */
export function activeTargets(standing: Standing, weekStart: Instant, shownAt: Instant): TargetVersion[] {
  const active: TargetVersion[] = [];
  const seen: string[] = [];
  for (const version of standing.targets) {
    if (version.weekStart !== weekStart || seen.includes(version.exercise)) continue;
    seen.push(version.exercise);
    const target = targetOf(standing, version.exercise, weekStart, shownAt);
    if (target) active.push(target);
  }
  return active;
}

/** The parts of a session whose sets are those of an exercise; one that names none counts when nothing else was active in its week. */
export function ownSession(
  session: StrengthSession,
  exercise: string,
  standing: Standing,
): readonly SessionPart[] {
  const { parts, week } = session;
  let named = true;
  let about = true;
  for (const part of parts) {
    if (part.exercise === undefined) named = false;
    if (part.exercise !== exercise) about = false;
  }
  if (about) return parts;
  if (named) return aboutExercise(session, exercise, false);
  const active = activeTargets(standing, week.start, week.end);
  return aboutExercise(session, exercise, active.length === 1 && active[0]!.exercise === exercise);
}

/** The rule-made phase that stands at an instant and is shown at another: the entry that began last. What a clinician set counts before what closings had made until then, also where its `from` lies before theirs, and before what a closing makes at the very same instant. */
export function phaseAt(standing: Standing, at: Instant, shownAt: Instant = at): PhaseEntry | undefined {
  let found: PhaseEntry | undefined;
  for (const entry of standing.phases)
    if (
      entry.since <= at &&
      entry.shownFrom <= shownAt &&
      (!found ||
        entry.since > found.since ||
        (entry.since === found.since && !found.setByClinician) ||
        (entry.setByClinician && (entry.since === found.since || !found.setByClinician)))
    )
      found = entry;
  return found;
}
