import type { TargetVersion } from '../model/facts.js';
import { activeTargets, type Standing, standingVersion, targetOf } from '../overload/standing.js';
import type { Week } from '../time/week.js';
import { iso, type Run } from './run.js';
import { closedUntil, historyOf } from './state.js';
import { targetData } from './target-data.js';
import { closeWeek } from './week-closing.js';

const ranks: Readonly<Record<TargetVersion['decision'], number>> = {
  regress: 0,
  deload: 1,
  hold: 2,
  advance: 3,
  start: 4,
};

/** D4: regress (U3 too), then deload, then hold, then advance; within one kind the lower load, then fewer repetitions, then fewer sets. */
export function isStricter(a: TargetVersion, b: TargetVersion): boolean {
  const difference =
    ranks[a.decision] - ranks[b.decision] || a.loadKg - b.loadKg || a.reps - b.reps || a.sets - b.sets;
  return difference < 0;
}

/** A late report recomputes its week and the closed ones after it; what comes out stricter replaces the target of its week (S9). */
export function tightenAfter(run: Run, first: Week, receivedAt: string): void {
  const { calendar } = historyOf(run.state);
  for (let week = first; week.end <= closedUntil(run.state); week = calendar.weekAfter(week)) {
    const next = calendar.weekAfter(week);
    const { targets } = closeWeek(week, historyOf(run.state), run.state, run.ruleset, Infinity);
    const tighten = (target: TargetVersion) => emitTightened(run, target, next, receivedAt);
    const before = run.state;
    const stricter = targets.filter((target) =>
      replaces(target, targetOf(before, target.exercise, next.start, Infinity)),
    );
    const gone = [...stricter.filter(({ removed }) => removed), ...stillGone(before, targets, week, next)];
    for (const target of stricter) tighten(target);
    for (const target of gone) if (!stricter.includes(target)) tighten(target);
    // What has taken the place of another comes with it, and goes on in the weeks after.
    for (const target of targets)
      if (
        !target.removed &&
        standingVersion(before, target.exercise, next.start, Infinity) === undefined &&
        (gone.length > 0 || targetOf(before, target.exercise, week.start, Infinity))
      )
        tighten(target);
  }
}

/** An overridden target stays, and so does one that is as strict already. */
const replaces = (target: TargetVersion, standing: TargetVersion | undefined): boolean =>
  standing !== undefined && !isOverridden(standing) && isStricter(target, standing);

/** Set by a clinician, or held for one by a closing before its end; a suspension's hold is none, nor is one under a red flag. */
const isOverridden = ({ setByClinician, until, rule }: TargetVersion): boolean =>
  setByClinician === true || (until !== undefined && rule === 'override');

/** Exercises that an earlier week of this recomputation has taken away, and that still stand in the next. */
function stillGone(
  standing: Standing,
  results: readonly TargetVersion[],
  week: Week,
  next: Week,
): TargetVersion[] {
  return activeTargets(standing, next.start, Infinity).flatMap((target) => {
    if (results.some(({ exercise }) => exercise === target.exercise)) return [];
    const before = standingVersion(standing, target.exercise, week.start, Infinity);
    return before?.removed && !isOverridden(target) ? [{ ...before, weekStart: next.start }] : [];
  });
}

function emitTightened(run: Run, target: TargetVersion, next: Week, receivedAt: string): void {
  const fact: TargetVersion = { ...target, shownFrom: Date.parse(receivedAt) };
  run.emit({
    type: 'target-tightened',
    at: iso(fact.shownFrom),
    recordedAt: receivedAt,
    reason: fact.reason,
    data: targetData(fact, next.isoWeek, run.ruleset),
  });
}
