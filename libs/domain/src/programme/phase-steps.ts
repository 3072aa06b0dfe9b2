import { type History, dayMs } from '../history/history.js';
import { morningAfter, weeklyPain } from '../history/pain.js';
import {
  duringOf,
  practiceDates,
  type SessionPart,
  setsOf,
  type StrengthSession,
} from '../history/sessions.js';
import type { Instant, Phase, PhaseEntry } from '../model/facts.js';
import { volumeLoad } from '../overload/dose.js';
import type { WeekSignals } from '../overload/signals.js';
import { activeTargets, ownSession, phaseAt, targetOf } from '../overload/standing.js';
import { seriesAt } from '../rotation.js';
import type { Calendar } from '../time/week.js';
import {
  countedSince,
  type Criterion,
  inWords,
  lastOf,
  metric,
  type StepInput,
  weeksUpTo,
} from './criterion.js';
import { toMixed } from './mixed-step.js';

export type { Criterion, StepInput } from './criterion.js';

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
  if (blocked || present.phase === '3b' || !allMet(criteriaOf(present, input))) return null;
  return entry(order[index + 1]!, present.countFrom, stepReason[order[index + 1]!] ?? '');
}

const stepReason: Partial<Record<Phase, string>> = {
  '2': 'Your strength sessions went well: on the days between you now practise the movement, inside the range you already have.',
  '3a': 'You have built strength and kept the range: gentle passive stretching is added.',
  '3b': 'Passive stretching went well: isometric and dynamic stretching are added.',
};

/** At most closings the first that is asked answers, and those after it are not looked at. */
function allMet(criteria: Iterable<Criterion>): boolean {
  for (const { met } of criteria) if (!met) return false;
  return true;
}

/** What the next step asks for, at the end of a week. */
export const criteriaFor = (present: PhaseEntry, input: StepInput): Criterion[] => [
  ...criteriaOf(present, input),
];

/** The same, one after the other, each worked out when it is asked for. */
function criteriaOf(present: PhaseEntry, input: StepInput): Iterable<Criterion> {
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

function* toPractice(present: PhaseEntry, input: StepInput): Generator<Criterion> {
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
  yield metric(
    'strength sessions tolerated',
    tolerated.length,
    parameters.toleratedSessions,
    tolerated.length === parameters.toleratedSessions,
  );
  const { s5 } = weeklyPain(week, history, parameters);
  yield metric('weekly pain not rising', s5, 'not failing', s5 !== 'fails');
  const understanding = lastUnderstanding(history, week.end);
  yield metric(
    'understanding',
    understanding,
    parameters.understandingLow,
    understanding !== null && understanding >= parameters.understandingLow,
  );
}

function lastUnderstanding({ checkIns }: History, before: Instant): number | null {
  let place = checkIns.first(before) - 1;
  while (place >= 0 && checkIns.understanding(place) === undefined) place--;
  return place < 0 ? null : checkIns.understanding(place)!;
}

/** How many weeks have one of these sessions. */
function weeksOf(sessions: readonly StrengthSession[], calendar: Calendar): number {
  let count = 0;
  let until = -Infinity;
  for (const { at } of sessions)
    if (at >= until) {
      until = calendar.weekOf(at).end;
      count++;
    }
  return count;
}

function* toStretch(present: PhaseEntry, input: StepInput): Generator<Criterion> {
  const { history, week, parameters, standing } = input;
  const { calendar } = history;
  const sessions = countedSince(input, present.countFrom);
  const weeks = weeksOf(sessions, calendar);
  yield metric('strength weeks', weeks, parameters.stretchWeeks, weeks >= parameters.stretchWeeks);
  let growth = 0;
  for (const { exercise } of activeTargets(standing, week.start, Infinity))
    if (!input.ending?.has(exercise)) growth = Math.max(growth, volumeGrowth(exercise, sessions, input));
  yield metric(
    'volume-load over the first session',
    Math.round(growth * 1000) / 1000,
    1 + parameters.stretchVolumeShare,
    growth >= 1 + parameters.stretchVolumeShare - 1e-9,
  );
  const during = sessions.slice(-parameters.calmSessions).map((session) => duringOf(session));
  const calm = during.filter((value) => value !== undefined && value <= parameters.painNoAdvance).length;
  yield metric(
    `last ${inWords(parameters.calmSessions)} sessions with pain at most ${parameters.painNoAdvance}`,
    calm,
    parameters.calmSessions,
    calm === parameters.calmSessions,
  );
  const s5 = weeksUpTo(week, parameters.calmWeeks, calendar).filter(
    (each) => weeklyPain(each, history, parameters).s5 === 'clear',
  ).length;
  yield metric('weeks running without rising pain', s5, parameters.calmWeeks, s5 === parameters.calmWeeks);
  const practised = weeksUpTo(week, parameters.practiceWeeks, calendar).map(
    (each) => practiceDates(each, history).size,
  );
  yield metric(
    `practice days in each of the last ${inWords(parameters.practiceWeeks)} weeks`,
    Math.min(...practised),
    parameters.practiceDays,
    practised.every((count) => count >= parameters.practiceDays),
  );
  yield* rotationKept(input);
}

/** A reading that is not old, and no series that has become worse. */
function* rotationKept({ history, week, parameters, standing }: StepInput): Generator<Criterion> {
  const readings = history.readings.filter(({ at }) => at <= week.end);
  const recent = readings.some(
    ({ valid, at }) => valid && at > week.end - parameters.readingWithinDays * dayMs,
  );
  yield metric(`rotation measured within ${parameters.readingWithinDays} days`, recent, true, recent);
  const epoch =
    standing.closed.findLast(({ seriesReset, end }) => seriesReset && end <= week.end)?.end ?? -Infinity;
  const worse = seriesAt(readings, week.end, epoch, parameters).some(({ verdict }) => verdict === 'worse');
  yield metric('rotation not worse', !worse, true, !worse);
}

/** Highest session volume-load of the last four strength weeks without deload, over that of the first session. */
function volumeGrowth(
  exercise: string,
  sessions: readonly StrengthSession[],
  { history: { calendar }, standing, parameters }: StepInput,
): number {
  const own = (session: StrengthSession) => ownSession(session, exercise, calendar, standing);
  const volumeOf = (parts: readonly SessionPart[]) => volumeLoad(exercise, setsOf(parts), parameters);
  const first = sessions.map(own).find((parts) => parts.length > 0);
  const reference = first ? volumeOf(first) : 0;
  if (reference <= 0) return 0;
  let best = 0;
  let weeks = 0;
  let week = Infinity;
  for (let i = sessions.length - 1; i >= 0; i--) {
    const parts = own(sessions[i]!);
    if (parts.length === 0) continue;
    const { start } = calendar.weekOf(sessions[i]!.at);
    if (targetOf(standing, exercise, start, Infinity)?.decision === 'deload') continue;
    if (start !== week && ++weeks > parameters.volumeWeeks) break;
    week = start;
    best = Math.max(best, volumeOf(parts));
  }
  return best / reference;
}
