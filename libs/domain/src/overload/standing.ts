import type { ClosedWeek, Instant, PhaseEntry, TargetVersion } from '../model/facts.js';

/** What has been decided so far: targets with all their versions, phases, closed weeks, each in the order decided. */
export interface Standing {
  readonly targets: readonly TargetVersion[];
  readonly phases: readonly PhaseEntry[];
  readonly closed: readonly ClosedWeek[];
}

/** The target of an exercise in a week as shown at an instant: what a clinician set for it outranks what a closing made. */
export function targetOf(
  standing: Standing,
  exercise: string,
  weekStart: Instant,
  shownAt: Instant,
): TargetVersion | undefined {
  let found: TargetVersion | undefined;
  for (const version of standing.targets) {
    if (version.weekStart !== weekStart || version.exercise !== exercise || version.shownFrom > shownAt)
      continue;
    if (found?.setByClinician && !version.setByClinician) continue;
    found = version;
  }
  return found?.removed ? undefined : found;
}

/** The targets of all exercises that are active in a week. */
export function activeTargets(standing: Standing, weekStart: Instant, shownAt: Instant): TargetVersion[] {
  const exercises = new Set(
    standing.targets.filter((version) => version.weekStart === weekStart).map(({ exercise }) => exercise),
  );
  return [...exercises].flatMap((exercise) => targetOf(standing, exercise, weekStart, shownAt) ?? []);
}

/** The rule-made phase that stands at an instant and is shown at another: the entry that began last. */
export function phaseAt(standing: Standing, at: Instant, shownAt: Instant = at): PhaseEntry | undefined {
  let found: PhaseEntry | undefined;
  for (const entry of standing.phases)
    if (entry.since <= at && entry.shownFrom <= shownAt && (!found || entry.since >= found.since))
      found = entry;
  return found;
}
