import { stretch } from '../history/packed-check-in.js';
import { morningAfter } from '../history/pain.js';
import { strengthSessions } from '../history/sessions.js';
import type { CheckIns } from '../history/check-ins.js';
import type { Instant, PhaseEntry, SessionReport } from '../model/facts.js';
import type { Calendar, Week } from '../time/week.js';
import { type CriterionOf, inWords, metric, type StepInput, weeksUpTo } from './criterion.js';

const weeksOfStretching: CriterionOf = (present, { standing, parameters: { mixedWeeks } }) => {
  const since = standing.closed.filter(({ start }) => start >= present.since).length;
  return metric('weeks of passive stretching', since, mixedWeeks, since >= mixedWeeks);
};

const calmDates: CriterionOf = (present, input) => {
  const { painNoAdvance, mixedSessions } = input.parameters;
  const calm = calmDays(present, input);
  return metric(
    `days with passive stretches at pain of at most ${painNoAdvance}`,
    calm,
    mixedSessions,
    calm >= mixedSessions,
  );
};

const noSoreStretch: CriterionOf = (present, { history, week, parameters }) => {
  const { checkIns, calendar } = history;
  const from = firstOf(week, parameters.calmStretchWeeks, calendar);
  let sore = false;
  const end = checkIns.first(week.end);
  for (let place = checkIns.first(Math.max(from, present.since)); place < end; place++)
    sore ||= isPassiveStretch(checkIns, place) && painOf(checkIns, place) > parameters.painNoAdvance;
  return metric(
    `no stretch above ${parameters.painNoAdvance} in the last ${inWords(parameters.calmStretchWeeks)} weeks`,
    !sore,
    true,
    !sore,
  );
};

const calmMornings: CriterionOf = (_, { history, week, parameters }) => {
  const { checkIns, calendar } = history;
  const from = firstOf(week, parameters.calmStretchWeeks, calendar);
  const fires = strengthSessions(checkIns, calendar, parameters).some(
    (session) =>
      session.at >= from &&
      session.at < week.end &&
      morningAfter(session, history, parameters).outcome === 'fires',
  );
  return metric(
    `calm mornings in the last ${inWords(parameters.calmStretchWeeks)} weeks`,
    !fires,
    true,
    !fires,
  );
};

/** Start of the first of the last `count` weeks. */
const firstOf = (week: Week, count: number, calendar: Calendar): Instant =>
  weeksUpTo(week, count, calendar).at(-1)!.start;

/** P3b: what isometric and dynamic stretches ask for. */
export const mixedCriteria: readonly CriterionOf[] = [
  weeksOfStretching,
  calmDates,
  noSoreStretch,
  calmMornings,
];

/** Dates since the phase began on which every passive stretch was calm. */
function calmDays({ since }: PhaseEntry, { history, week, parameters }: StepInput): number {
  const { checkIns, calendar } = history;
  const strengthOf = new Map<number, number>();
  for (const { day, at } of strengthSessions(checkIns, calendar, parameters)) strengthOf.set(day, at);
  const calm = new Map<number, boolean>();
  const end = checkIns.first(week.end);
  for (let place = checkIns.first(since); place < end; place++) {
    if (!isPassiveStretch(checkIns, place)) continue;
    const at = checkIns.at(place);
    const day = calendar.dayOf(at);
    // A stretch before strength on the same day is kept and flagged, not counted (T3).
    if ((strengthOf.get(day) ?? -Infinity) > at) continue;
    calm.set(day, calm.get(day) !== false && painOf(checkIns, place) <= parameters.painNoAdvance);
  }
  let days = 0;
  for (const each of calm.values()) if (each) days++;
  return days;
}

const painOf = (checkIns: CheckIns, place: number): number => checkIns.during(place) ?? checkIns.now(place);

const isPassiveStretch = (checkIns: CheckIns, place: number): boolean =>
  checkIns.kind(place) === stretch && isPassive(checkIns.session(place)!);

const isPassive = ({ mode, exercise }: SessionReport): boolean =>
  mode === 'passive' || exercise === 'passive-ir' || (mode === undefined && exercise === undefined);
