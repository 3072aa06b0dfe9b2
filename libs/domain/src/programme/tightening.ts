import type { TargetVersion } from '../model/facts.js';
import { targetOf } from '../overload/standing.js';
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
  const received = Date.parse(receivedAt);
  const { calendar } = historyOf(run.state);
  for (let week = first; week.end <= closedUntil(run.state); week = calendar.weekAfter(week)) {
    const next = calendar.weekAfter(week);
    const { targets } = closeWeek(week, historyOf(run.state), run.state, run.ruleset, Infinity);
    for (const target of targets) {
      const standing = targetOf(run.state, target.exercise, next.start, Infinity);
      if (
        !standing ||
        standing.setByClinician ||
        standing.rule === 'override' ||
        !isStricter(target, standing)
      )
        continue;
      const fact: TargetVersion = { ...target, shownFrom: received };
      run.emit({
        type: 'target-tightened',
        at: iso(received),
        recordedAt: receivedAt,
        reason: fact.reason,
        data: targetData(fact, next.isoWeek, run.ruleset),
      });
      // A variant that takes its place comes with it.
      for (const other of targets)
        if (
          target.removed &&
          other.exercise !== target.exercise &&
          !targetOf(run.state, other.exercise, next.start, Infinity)
        )
          run.emit({
            type: 'target-tightened',
            at: iso(received),
            recordedAt: receivedAt,
            reason: other.reason,
            data: targetData({ ...other, shownFrom: received }, next.isoWeek, run.ruleset),
          });
    }
  }
}
