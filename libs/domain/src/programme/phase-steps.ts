import { type History, dayMs, within } from '../history/history.js';
import { morningAfter, weeklyPain } from '../history/pain.js';
import {
  duringOf,
  practiceDates,
  setsOf,
  type StrengthSession,
  strengthSessions,
} from '../history/sessions.js';
import type { Instant, KeptCheckIn, Phase, PhaseEntry } from '../model/facts.js';
import { volumeLoad } from '../overload/dose.js';
import type { WeekSignals } from '../overload/signals.js';
import { activeTargets, ownSession, phaseAt, type Standing, targetOf } from '../overload/standing.js';
import type { Parameters } from '../ruleset.js';
import { seriesAt } from '../rotation.js';
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
  /** Exercises whose easier variant takes their place at this closing: phases come after the decisions (D11). */
  readonly ending?: ReadonlySet<string>;
}

export const order: readonly Phase[] = ['0', '1', '2', '3a', '3b'];

/** The phase after a closing (D11); null when it stays. A step back is always taken, a step forward never while something stands. */
export function decidePhase(
  input: StepInput & {
    readonly signals: WeekSignals;
    readonly blocked: boolean;
    readonly shownFrom: Instant;
  },
): PhaseEntry | null {
  const { week, standing, signals, blocked, shownFrom } = input;
  const present = phaseAt(standing, week.end - 1, Infinity);
  if (!present || present.phase === '0') return null;
  const index = order.indexOf(present.phase);
  const entry = (phase: Phase, countFrom: Instant, reason: string): PhaseEntry => ({
    phase,
    since: week.end,
    shownFrom,
    countFrom,
    reason,
  });
  if (signals.pain.s5 === 'fails' && signals.painBefore.s5 === 'fails')
    return index <= 1
      ? null
      : entry(
          order[index - 1]!,
          week.end,
          'Your pain has risen two weeks running, so the programme goes one step back to where it was calm.',
        );
  // For most closings this answers at once, without the criteria that look far back.
  if (blocked || (present.phase === '2' && strengthWeeks(present, input) < input.parameters.stretchWeeks))
    return null;
  const criteria = criteriaFor(present, input);
  if (criteria.length === 0 || !criteria.every(({ met }) => met)) return null;
  return entry(order[index + 1]!, present.countFrom, stepReason[order[index + 1]!] ?? '');
}

const stepReason: Partial<Record<Phase, string>> = {
  '2': 'Your strength sessions went well: on the days between you now practise the movement, inside the range you already have.',
  '3a': 'You have built strength and kept the range: gentle passive stretching is added.',
  '3b': 'Passive stretching went well: isometric and dynamic stretching are added.',
};

/** What the next step asks for, at the end of a week. */
export function criteriaFor(present: PhaseEntry, input: StepInput): Criterion[] {
  switch (present.phase) {
    case '1':
      return toPractice(present, input);
    case '2':
      return toStretch(present, input);
    case '3a':
      return toMixed(present, input);
    case '0':
    case '3b':
      return [];
    default:
      return present.phase satisfies never;
  }
}

const countedSince = ({ history, parameters, week }: StepInput, from: Instant): StrengthSession[] =>
  strengthSessions(history.checkIns, history.calendar, parameters).filter(
    ({ at, tooSoon }) => !tooSoon && at >= from && at < week.end,
  );

/** A week and those before it, `count` in all, the latest first. */
function weeksUpTo(week: Week, count: number, calendar: Calendar): Week[] {
  const weeks = [week];
  while (weeks.length < count) weeks.push(calendar.weekBefore(weeks.at(-1)!));
  return weeks;
}

/** The last `count` of a list; none when that is zero. */
const lastOf = <Item>(count: number, list: readonly Item[]): readonly Item[] =>
  count > 0 ? list.slice(-count) : [];

const inWords = (count: number): string => ['one', 'two', 'three', 'four'][count - 1] ?? String(count);

const metric = (
  criterion: string,
  have: Criterion['have'],
  need: Criterion['need'],
  met: boolean,
): Criterion => ({ criterion, met, have, need });

function toPractice(present: PhaseEntry, input: StepInput): Criterion[] {
  const { history, week, parameters } = input;
  const lastTwo = lastOf(parameters.toleratedSessions, countedSince(input, present.countFrom));
  const tolerated = lastTwo.filter((session) => {
    const during = duringOf(session);
    return (
      during !== undefined &&
      during <= parameters.painStop &&
      morningAfter(session, history, parameters).outcome === 'quiet'
    );
  });
  const { s5 } = weeklyPain(week, history, parameters);
  const understanding = lastUnderstanding(history, week.end);
  return [
    metric(
      'strength sessions tolerated',
      tolerated.length,
      parameters.toleratedSessions,
      tolerated.length === parameters.toleratedSessions,
    ),
    metric('weekly pain not rising', s5, 'not failing', s5 !== 'fails'),
    metric(
      'understanding',
      understanding,
      parameters.understandingLow,
      understanding !== null && understanding >= parameters.understandingLow,
    ),
  ];
}

function lastUnderstanding({ checkIns }: History, before: Instant): number | null {
  let place = checkIns.first(before) - 1;
  while (place >= 0 && checkIns.understanding(place) === undefined) place--;
  return place < 0 ? null : checkIns.understanding(place)!;
}

/** Weeks with a counted session since the counting began. */
const strengthWeeks = (present: PhaseEntry, input: StepInput): number =>
  new Set(countedSince(input, present.countFrom).map(({ at }) => input.history.calendar.weekOf(at).start))
    .size;

function toStretch(present: PhaseEntry, input: StepInput): Criterion[] {
  const { history, week, parameters, standing } = input;
  const { calendar } = history;
  const sessions = countedSince(input, present.countFrom);
  const weeks = strengthWeeks(present, input);
  const active = activeTargets(standing, week.start, Infinity).map(({ exercise }) => exercise);
  const growth = Math.max(
    0,
    ...active
      .filter((exercise) => !input.ending?.has(exercise))
      .map((exercise) => volumeGrowth(exercise, sessions, input)),
  );
  const during = sessions.slice(-parameters.calmSessions).map((session) => duringOf(session));
  const calm = during.filter((value) => value !== undefined && value <= parameters.painNoAdvance).length;
  const s5 = weeksUpTo(week, parameters.calmWeeks, calendar).filter(
    (each) => weeklyPain(each, history, parameters).s5 === 'clear',
  ).length;
  const practised = weeksUpTo(week, parameters.practiceWeeks, calendar).map(
    (each) => practiceDates(each, history).size,
  );
  const readings = history.readings.filter(({ at }) => at <= week.end);
  const recent = readings.some(
    ({ valid, at }) => valid && at > week.end - parameters.readingWithinDays * dayMs,
  );
  const epoch =
    standing.closed.filter(({ seriesReset, end }) => seriesReset && end <= week.end).at(-1)?.end ?? -Infinity;
  const worse = seriesAt(readings, week.end, epoch, parameters).some(({ verdict }) => verdict === 'worse');
  return [
    metric('strength weeks', weeks, parameters.stretchWeeks, weeks >= parameters.stretchWeeks),
    metric(
      'volume-load over the first session',
      Math.round(growth * 1000) / 1000,
      1 + parameters.stretchVolumeShare,
      growth >= 1 + parameters.stretchVolumeShare - 1e-9,
    ),
    metric(
      `last ${inWords(parameters.calmSessions)} sessions with pain at most ${parameters.painNoAdvance}`,
      calm,
      parameters.calmSessions,
      calm === parameters.calmSessions,
    ),
    metric('weeks running without rising pain', s5, parameters.calmWeeks, s5 === parameters.calmWeeks),
    metric(
      `practice days in each of the last ${inWords(parameters.practiceWeeks)} weeks`,
      Math.min(...practised),
      parameters.practiceDays,
      practised.every((count) => count >= parameters.practiceDays),
    ),
    metric(`rotation measured within ${parameters.readingWithinDays} days`, recent, true, recent),
    metric('rotation not worse', !worse, true, !worse),
  ];
}

/** Highest session volume-load of the last four strength weeks without deload, over that of the first session. */
function volumeGrowth(
  exercise: string,
  sessions: readonly StrengthSession[],
  { history, standing, parameters }: StepInput,
): number {
  const about = sessions.flatMap((session) => {
    const week = history.calendar.weekOf(session.at);
    const checkIns = ownSession(session, exercise, history.calendar, standing);
    const sets = setsOf(checkIns);
    if (checkIns.length === 0) return [];
    const light = targetOf(standing, exercise, week.start, Infinity)?.decision === 'deload';
    return [{ week: week.start, volume: volumeLoad(exercise, sets, parameters), light }];
  });
  const first = about[0]?.volume ?? 0;
  const heavy = about.filter(({ light }) => !light);
  const lastFour = [...new Set(heavy.map(({ week }) => week))].slice(-parameters.volumeWeeks);
  const best = Math.max(
    0,
    ...heavy.filter(({ week }) => lastFour.includes(week)).map(({ volume }) => volume),
  );
  return first > 0 ? best / first : 0;
}

function toMixed(present: PhaseEntry, input: StepInput): Criterion[] {
  const { history, week, parameters, standing } = input;
  const { calendar } = history;
  const since = standing.closed.filter(({ start }) => start >= present.since).length;
  const stretches = within(history.checkIns, present.since, week.end).filter(isPassiveStretch);
  const pain = ({ duringExercise, now }: KeptCheckIn) => duringExercise ?? now;
  const strengthOf = new Map(
    strengthSessions(history.checkIns, calendar, parameters).map((session) => [session.day, session.at]),
  );
  const byDay = new Map<number, KeptCheckIn[]>();
  for (const stretch of stretches) {
    const day = calendar.dayOf(stretch.at);
    // A stretch before strength on the same day is kept and flagged, not counted (T3).
    if ((strengthOf.get(day) ?? -Infinity) > stretch.at) continue;
    byDay.set(day, [...(byDay.get(day) ?? []), stretch]);
  }
  const calmDays = [...byDay.values()].filter((day) =>
    day.every((stretch) => pain(stretch) <= parameters.painNoAdvance),
  ).length;
  const lastTwo = weeksUpTo(week, parameters.calmStretchWeeks, calendar).at(-1)!.start;
  const sore = stretches.some((stretch) => stretch.at >= lastTwo && pain(stretch) > parameters.painNoAdvance);
  const fires = strengthSessions(history.checkIns, calendar, parameters).some(
    (session) =>
      session.at >= lastTwo &&
      session.at < week.end &&
      morningAfter(session, history, parameters).outcome === 'fires',
  );
  return [
    metric('weeks of passive stretching', since, parameters.mixedWeeks, since >= parameters.mixedWeeks),
    metric(
      `days with passive stretches at pain of at most ${parameters.painNoAdvance}`,
      calmDays,
      parameters.mixedSessions,
      calmDays >= parameters.mixedSessions,
    ),
    metric(
      `no stretch above ${parameters.painNoAdvance} in the last ${inWords(parameters.calmStretchWeeks)} weeks`,
      !sore,
      true,
      !sore,
    ),
    metric(`calm mornings in the last ${inWords(parameters.calmStretchWeeks)} weeks`, !fires, true, !fires),
  ];
}

const isPassiveStretch = ({ session }: KeptCheckIn): boolean =>
  session?.kind === 'stretch' &&
  (session.mode === 'passive' ||
    session.exercise === 'passive-ir' ||
    (session.mode === undefined && session.exercise === undefined));
