import type { History } from '../history/history.js';
import type { Instant, TargetVersion } from '../model/facts.js';
import { phaseAt, type Standing } from '../overload/standing.js';
import type { Ruleset } from '../ruleset.js';
import type { Week } from '../time/week.js';
import { closedUntil, historyOf, type ProgrammeState } from './state.js';
import { closeWeek } from './week-closing.js';

/** What is shown at an instant: decisions that are out, and the ended weeks after them closed provisionally. */
export interface Shown {
  readonly week: Week;
  readonly history: History;
  readonly standing: Standing;
  /** Targets that come from a provisional closing. */
  readonly provisional: ReadonlySet<TargetVersion>;
  /** An ended week whose closing could still move the phase is not out yet. */
  readonly phaseProvisional: boolean;
}

/** The state as of `at`: inputs with event time up to then; decisions from 72 h after their week, tightenings from their receipt. */
export function shownAt(state: ProgrammeState, at: Instant, ruleset: Ruleset): Shown {
  const window = ruleset.parameters.lateWindowH * 3_600_000;
  const whole = historyOf(state);
  const week = whole.calendar.weekOf(at);
  const history: History = {
    ...whole,
    checkIns: whole.checkIns.until(at),
    readings: upTo(whole.readings, at),
    recordings: upTo(whole.recordings, at),
    overrides: whole.overrides.filter(({ from }) => from <= at),
  };
  let standing: Standing = {
    targets: state.targets.filter(({ shownFrom }) => shownFrom <= at),
    phases: state.phases.filter(({ shownFrom }) => shownFrom <= at),
    closed: state.closed.filter(({ end }) => end + window <= at),
  };
  const provisional = new Set<TargetVersion>();
  let phaseProvisional = false;
  const first = standing.closed.at(-1)?.end ?? whole.enrolment.enrolledAt;
  for (
    let open = whole.calendar.weekOf(first);
    open.end <= week.start;
    open = whole.calendar.weekAfter(open)
  ) {
    const begun = phaseAt(standing, open.end - 1, at);
    phaseProvisional ||= begun !== undefined && begun.phase !== '0';
    const { targets, phase, closed } = closeWeek(
      open,
      beforeClosing(history, open, state),
      standing,
      ruleset,
      at,
    );
    const out = targets.map((target) => ({ ...target, shownFrom: open.end }));
    for (const target of out) provisional.add(target);
    standing = {
      targets: [...standing.targets, ...out],
      phases: phase ? [...standing.phases, { ...phase, shownFrom: open.end }] : standing.phases,
      closed: [...standing.closed, closed],
    };
  }
  return { week, history, standing, provisional, phaseProvisional };
}

const upTo = <Fact extends { readonly at: Instant }>(facts: readonly Fact[], at: Instant): readonly Fact[] =>
  (facts.at(-1)?.at ?? 0) <= at && facts.every((fact) => fact.at <= at)
    ? facts
    : facts.filter((fact) => fact.at <= at);

/** What came after the closing of a week is left out when that week is recomputed for an earlier instant. */
function beforeClosing(history: History, week: Week, state: ProgrammeState): History {
  if (closedUntil(state) < week.end) return history;
  const early = <Fact extends { readonly closedBefore: Instant }>(facts: readonly Fact[]) =>
    facts.filter(({ closedBefore }) => closedBefore < week.end);
  return {
    ...history,
    checkIns: history.checkIns.receivedBefore(week.end),
    readings: early(history.readings),
    recordings: early(history.recordings),
    overrides: history.overrides.filter(({ closedBefore = 0 }) => closedBefore < week.end),
  };
}
