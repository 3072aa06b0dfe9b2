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
import {
  countedSince,
  type Criterion,
  type CriterionOf,
  inWords,
  lastOf,
  metric,
  type StepInput,
  weeksUpTo,
} from './criterion.js';
import { mixedCriteria } from './mixed-step.js';

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
  if (blocked || present.phase === '3b' || !allMet(present, input)) return null;
  return entry(order[index + 1]!, present.countFrom, stepReason[order[index + 1]!] ?? '');
}

const stepReason: Partial<Record<Phase, string>> = {
  '2': 'Your strength sessions went well: on the days between you now practise the movement, inside the range you already have.',
  '3a': 'You have built strength and kept the range: gentle passive stretching is added.',
  '3b': 'Passive stretching went well: isometric and dynamic stretching are added.',
};

/** At most closings the first that is asked answers, and those after it are not looked at. */
function allMet(present: PhaseEntry, input: StepInput): boolean {
  for (const criterion of criteriaAfter[present.phase]) if (!criterion(present, input).met) return false;
  return true;
}

/** What the next step asks for, at the end of a week. */
export const criteriaFor = (present: PhaseEntry, input: StepInput): Criterion[] =>
  criteriaAfter[present.phase].map((criterion) => criterion(present, input));

const tolerated: CriterionOf = (present, input) => {
  const { history, parameters } = input;
  const { toleratedSessions, painStop } = parameters;
  let count = 0;
  for (const session of lastOf(toleratedSessions, countedSince(input, present.countFrom))) {
    const during = duringOf(session);
    if (during === undefined || during > painStop) continue;
    if (morningAfter(session, history, parameters).outcome === 'quiet') count++;
  }
  return metric('strength sessions tolerated', count, toleratedSessions, count === toleratedSessions);
};

const painNotRising: CriterionOf = (_, { week, history, parameters }) => {
  const { s5 } = weeklyPain(week, history, parameters);
  return metric('weekly pain not rising', s5, 'not failing', s5 !== 'fails');
};

const understood: CriterionOf = (_, { week, history, parameters: { understandingLow } }) => {
  const understanding = lastUnderstanding(history, week.end);
  const met = understanding !== null && understanding >= understandingLow;
  return metric('understanding', understanding, understandingLow, met);
};

function lastUnderstanding({ checkIns }: History, before: Instant): number | null {
  let place = checkIns.first(before) - 1;
  while (place >= 0 && checkIns.understanding(place) === undefined) place--;
  return place < 0 ? null : checkIns.understanding(place)!;
}

/** How many weeks have one of these sessions. */
function weeksOf(sessions: readonly StrengthSession[]): number {
  let count = 0;
  let until = -Infinity;
  for (const { at, week } of sessions)
    if (at >= until) {
      until = week.end;
      count++;
    }
  return count;
}

const strengthWeeks: CriterionOf = (present, input) => {
  const { stretchWeeks } = input.parameters;
  const weeks = weeksOf(countedSince(input, present.countFrom));
  return metric('strength weeks', weeks, stretchWeeks, weeks >= stretchWeeks);
};

const volumeGrown: CriterionOf = (present, input) => {
  const { week, standing, decided, parameters } = input;
  const sessions = countedSince(input, present.countFrom);
  let growth = 0;
  for (const { exercise } of activeTargets(standing, week.start, Infinity)) {
    const ending = decided?.some((target) => target.removed && target.exercise === exercise);
    if (!ending) growth = Math.max(growth, volumeGrowth(exercise, sessions, input));
  }
  return metric(
    'volume-load over the first session',
    Math.round(growth * 1000) / 1000,
    1 + parameters.stretchVolumeShare,
    growth >= 1 + parameters.stretchVolumeShare - 1e-9,
  );
};

const calmSessions: CriterionOf = (present, input) => {
  const { calmSessions, painNoAdvance } = input.parameters;
  const during = countedSince(input, present.countFrom)
    .slice(-calmSessions)
    .map((session) => duringOf(session));
  const calm = during.filter((value) => value !== undefined && value <= painNoAdvance).length;
  return metric(
    `last ${inWords(calmSessions)} sessions with pain at most ${painNoAdvance}`,
    calm,
    calmSessions,
    calm === calmSessions,
  );
};

const calmWeeks: CriterionOf = (_, { history, week, parameters }) => {
  const { calmWeeks } = parameters;
  const clear = weeksUpTo(week, calmWeeks, history.calendar).filter(
    (each) => weeklyPain(each, history, parameters).s5 === 'clear',
  ).length;
  return metric('weeks running without rising pain', clear, calmWeeks, clear === calmWeeks);
};

const practised: CriterionOf = (_, { history, week, parameters: { practiceWeeks, practiceDays } }) => {
  const days = weeksUpTo(week, practiceWeeks, history.calendar).map(
    (each) => practiceDates(each, history).size,
  );
  return metric(
    `practice days in each of the last ${inWords(practiceWeeks)} weeks`,
    Math.min(...days),
    practiceDays,
    days.every((count) => count >= practiceDays),
  );
};

const measured: CriterionOf = (_, { history, week, parameters: { readingWithinDays } }) => {
  const recent = history.readings.some(
    ({ valid, at }) => valid && at <= week.end && at > week.end - readingWithinDays * dayMs,
  );
  return metric(`rotation measured within ${readingWithinDays} days`, recent, true, recent);
};

const rotationKept: CriterionOf = (_, { history, week, parameters, standing }) => {
  const epoch =
    standing.closed.findLast(({ seriesReset, end }) => seriesReset && end <= week.end)?.end ?? -Infinity;
  const worse = seriesAt(history.readings, week.end, epoch, parameters).some(
    ({ verdict }) => verdict === 'worse',
  );
  return metric('rotation not worse', !worse, true, !worse);
};

/** What each phase has to show for the next, in the order in which it is asked: what costs more to find out comes later. */
const criteriaAfter: Readonly<Record<Phase, readonly CriterionOf[]>> = {
  '0': [],
  '1': [tolerated, painNotRising, understood],
  '2': [strengthWeeks, volumeGrown, calmSessions, calmWeeks, practised, measured, rotationKept],
  '3a': mixedCriteria,
  '3b': [],
};

/** Highest session volume-load of the last four strength weeks without deload, over that of the first session that told a set: one that told none is nothing to grow from, and would keep stretching shut for good. */
function volumeGrowth(
  exercise: string,
  sessions: readonly StrengthSession[],
  { standing, parameters }: StepInput,
): number {
  const volumeOf = (parts: readonly SessionPart[]) => volumeLoad(exercise, setsOf(parts), parameters);
  let reference = 0;
  for (let i = 0; i < sessions.length && reference === 0; i++)
    reference = volumeOf(ownSession(sessions[i]!, exercise, standing));
  if (reference === 0) return 0;
  let best = 0;
  let weeks = 0;
  let week = Infinity;
  for (let i = sessions.length - 1; i >= 0; i--) {
    const parts = ownSession(sessions[i]!, exercise, standing);
    if (parts.length === 0) continue;
    const { start } = sessions[i]!.week;
    if (targetOf(standing, exercise, start, Infinity)?.decision === 'deload') continue;
    if (start !== week && ++weeks > parameters.volumeWeeks) break;
    week = start;
    best = Math.max(best, volumeOf(parts));
  }
  return best / reference;
}
