import type { CheckInFact, TargetVersion } from '../model/facts.js';
import { type History, peakOf, within } from '../history/history.js';
import { holdsAt, type OpenHold, suspendedTime } from '../history/holds.js';
import { morningAfter, type WeeklyPain, weeklyPain } from '../history/pain.js';
import { duringOf, setsOf, type StrengthSession, strengthSessions } from '../history/sessions.js';
import type { Parameters } from '../ruleset.js';
import type { Week } from '../time/week.js';
import { ownSession, type Standing, targetOf } from './standing.js';

/** What one week says to every exercise alike. */
export interface WeekSignals {
  readonly week: Week;
  readonly checkIns: readonly CheckInFact[];
  readonly sessions: readonly StrengthSession[];
  readonly counted: readonly StrengthSession[];
  readonly pain: WeeklyPain;
  readonly painBefore: WeeklyPain;
  readonly s4Fires: boolean;
  readonly s4Twice: boolean;
  readonly s4Unknown: boolean;
  readonly peak: number;
  readonly holds: readonly OpenHold[];
  readonly poorTwice: boolean;
  readonly uncontrollableTwice: boolean;
  /** Last check-in (or the enrolment) before the end of the week, and the gap since, suspensions taken out; ms. */
  readonly gapSince: number;
  readonly gapMs: number;
}

const dayMs = 86_400_000;

export function weekSignals(week: Week, history: History, parameters: Parameters): WeekSignals {
  const { checkIns, calendar } = history;
  const until = within(checkIns, -Infinity, week.end);
  const sessions = strengthSessions(checkIns, calendar, parameters).filter(({ at }) => at < week.end);
  const inWeek = sessions.filter(({ at }) => at >= week.start);
  const counted = inWeek.filter(({ tooSoon }) => !tooSoon);
  const morning = (session: StrengthSession) => morningAfter(session, history, parameters).outcome;
  const lastTwo = sessions.filter(({ tooSoon }) => !tooSoon).slice(-parameters.morningRunning);
  const here = within(checkIns, week.start, week.end);
  const gapSince = until.at(-1)?.at ?? history.enrolment.enrolledAt;
  const raw = week.end - gapSince;
  return {
    week,
    checkIns: here,
    sessions: inWeek,
    counted,
    pain: weeklyPain(week, history, parameters),
    painBefore: weeklyPain(calendar.weekBefore(week), history, parameters),
    s4Fires: inWeek.some((session) => morning(session) === 'fires'),
    s4Twice:
      lastTwo.length === parameters.morningRunning &&
      lastTwo.at(-1)!.at >= week.start &&
      lastTwo.every((session) => morning(session) === 'fires'),
    s4Unknown: counted.some((session) => morning(session) === 'unknown'),
    peak: Math.max(0, ...here.map(peakOf)),
    holds: holdsAt(week.end, history),
    poorTwice: lastPoorAnswer(until, parameters) !== null,
    uncontrollableTwice: uncontrollableTwice(until, week, parameters),
    gapSince,
    gapMs:
      raw >= parameters.missingRegressDays * dayMs ? raw - suspendedTime(gapSince, week.end, history) : raw,
  };
}

/** U1: the last answers on understanding or feeling were poor, as many as it takes; the latest of them, or null. */
export function lastPoorAnswer(
  until: readonly CheckInFact[],
  { understandingLow, poorAnswersRunning }: Parameters,
): CheckInFact | null {
  const answers = until
    .filter(({ understanding, feltTarget }) => understanding !== undefined || feltTarget !== undefined)
    .slice(-poorAnswersRunning);
  const poor = ({ understanding, feltTarget }: CheckInFact) =>
    (understanding ?? understandingLow) < understandingLow || feltTarget === false;
  return answers.length === poorAnswersRunning && answers.every(poor) ? answers.at(-1)! : null;
}

/** U3: the last two answers on control were "no", the later one in this week. */
function uncontrollableTwice(
  until: readonly CheckInFact[],
  week: Week,
  { uncontrollableRunning }: Parameters,
): boolean {
  const answers = until
    .filter(({ controllable }) => controllable !== undefined)
    .slice(-uncontrollableRunning);
  return (
    answers.length === uncontrollableRunning &&
    answers.at(-1)!.at >= week.start &&
    answers.every(({ controllable }) => controllable === false)
  );
}

/** What one week says to one exercise. */
export interface ExerciseSignals {
  /** Highest pain during exercise that is about it; null when none was given. */
  readonly during: number | null;
  readonly countedSessions: number;
  readonly missed: boolean;
  readonly missedTwice: boolean;
  readonly duringMissing: boolean;
}

export function exerciseSignals(
  target: TargetVersion,
  signals: WeekSignals,
  history: History,
  standing: Standing,
  parameters: Parameters,
): ExerciseSignals {
  const { exercise } = target;
  const { week, counted } = signals;
  const { calendar, checkIns } = history;
  const own = (session: StrengthSession) => ownSession(session, exercise, calendar, standing);
  const misses = (session: StrengthSession): boolean => {
    const { start, end } = calendar.weekOf(session.at);
    const asked = targetOf(standing, exercise, start, end);
    return asked !== undefined && !isDone(asked, own(session));
  };
  const mine = counted.filter((session) => own(session).length > 0);
  const earlier = strengthSessions(checkIns, calendar, parameters)
    .filter((session) => session.at < week.start && !session.tooSoon && own(session).length > 0)
    .slice(1 - parameters.missesRunning);
  const last = [...earlier, ...mine].slice(-parameters.missesRunning);
  return {
    during: duringAbout(exercise, signals),
    countedSessions: mine.length,
    missed: mine.some(misses),
    missedTwice: mine.length > 0 && last.length === parameters.missesRunning && last.every(misses),
    duringMissing: mine.some((session) => duringOf(session, exercise) === undefined),
  };
}

/** D5: at least the prescribed number of the logged sets reach repetitions and load. */
const isDone = ({ sets, reps, loadKg }: TargetVersion, checkIns: readonly CheckInFact[]): boolean =>
  setsOf(checkIns).filter((set) => set.reps >= reps && set.loadKg >= loadKg).length >= sets;

/** S3: pain of the week's sessions that name the exercise or none (too-soon ones too), and pain during exercise given without a session. */
export function duringAbout(
  exercise: string,
  { checkIns, sessions }: Pick<WeekSignals, 'checkIns' | 'sessions'>,
): number | null {
  const values = [
    ...sessions.flatMap((session) => duringOf(session, exercise) ?? []),
    ...checkIns.flatMap(({ session, duringExercise }) => (session ? [] : (duringExercise ?? []))),
  ];
  return values.length > 0 ? Math.max(...values) : null;
}
