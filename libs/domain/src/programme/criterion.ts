import type { History } from '../history/history.js';
import { type StrengthSession, strengthSessions } from '../history/sessions.js';
import type { Instant, PhaseEntry, TargetVersion } from '../model/facts.js';
import type { Standing } from '../overload/standing.js';
import type { Parameters } from '../ruleset.js';
import type { Calendar, Week } from '../time/week.js';

/** One criterion of a step, as the patient sees it. */
export interface Criterion {
  readonly criterion: string;
  readonly met: boolean;
  readonly have: number | string | boolean | null;
  readonly need: number | string | boolean;
}

/** Everything a step is judged by: a week and what is known at its end. */
export interface StepInput {
  readonly week: Week;
  readonly history: History;
  readonly standing: Standing;
  readonly parameters: Parameters;
  /** The targets that this closing has decided: phases come after them (D11). */
  readonly decided?: readonly TargetVersion[];
}

/** Works out one criterion of the step that follows a phase. */
export type CriterionOf = (present: PhaseEntry, input: StepInput) => Criterion;

/** Counted sessions from an instant to the end of the week. */
export const countedSince = ({ history, parameters, week }: StepInput, from: Instant): StrengthSession[] =>
  strengthSessions(history.checkIns, history.calendar, parameters).filter(
    ({ at, tooSoon }) => !tooSoon && at >= from && at < week.end,
  );

/** A week and those before it, `count` in all, the latest first. */
export function weeksUpTo(week: Week, count: number, calendar: Calendar): Week[] {
  const weeks = [week];
  while (weeks.length < count) weeks.push(calendar.weekBefore(weeks.at(-1)!));
  return weeks;
}

/** The last `count` of a list; none when that is zero. */
export const lastOf = <Item>(count: number, list: readonly Item[]): readonly Item[] =>
  count > 0 ? list.slice(-count) : [];

export const inWords = (count: number): string => ['one', 'two', 'three', 'four'][count - 1] ?? String(count);

export const metric = (
  criterion: string,
  have: Criterion['have'],
  need: Criterion['need'],
  met: boolean,
): Criterion => ({ criterion, met, have, need });
