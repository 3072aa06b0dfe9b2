import { stretch } from '../history/packed-check-in.js';
import { morningAfter } from '../history/pain.js';
import { strengthSessions } from '../history/sessions.js';
import type { CheckIns } from '../history/check-ins.js';
import type { PhaseEntry, SessionReport } from '../model/facts.js';
import { type Criterion, inWords, metric, type StepInput, weeksUpTo } from './criterion.js';

/** P3b: what isometric and dynamic stretches ask for. */
export function* toMixed(present: PhaseEntry, input: StepInput): Generator<Criterion> {
  const { history, week, parameters, standing } = input;
  const { checkIns, calendar } = history;
  const since = standing.closed.filter(({ start }) => start >= present.since).length;
  yield metric('weeks of passive stretching', since, parameters.mixedWeeks, since >= parameters.mixedWeeks);
  const calm = calmDays(present, input);
  yield metric(
    `days with passive stretches at pain of at most ${parameters.painNoAdvance}`,
    calm,
    parameters.mixedSessions,
    calm >= parameters.mixedSessions,
  );
  const from = weeksUpTo(week, parameters.calmStretchWeeks, calendar).at(-1)!.start;
  let sore = false;
  const end = checkIns.first(week.end);
  for (let place = checkIns.first(Math.max(from, present.since)); place < end; place++)
    sore ||= isPassiveStretch(checkIns, place) && painOf(checkIns, place) > parameters.painNoAdvance;
  yield metric(
    `no stretch above ${parameters.painNoAdvance} in the last ${inWords(parameters.calmStretchWeeks)} weeks`,
    !sore,
    true,
    !sore,
  );
  const fires = strengthSessions(checkIns, calendar, parameters).some(
    (session) =>
      session.at >= from &&
      session.at < week.end &&
      morningAfter(session, history, parameters).outcome === 'fires',
  );
  yield metric(
    `calm mornings in the last ${inWords(parameters.calmStretchWeeks)} weeks`,
    !fires,
    true,
    !fires,
  );
}

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
