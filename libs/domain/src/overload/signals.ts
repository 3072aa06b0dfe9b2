import type { CheckIns } from '../history/check-ins.js';
import type { History } from '../history/history.js';
import { holdsAt, type OpenHold, suspendedTime } from '../history/holds.js';
import { morningAfter, type WeeklyPain, weeklyPain } from '../history/pain.js';
import {
  duringOf,
  type SessionPart,
  setsOf,
  type StrengthSession,
  strengthSessions,
} from '../history/sessions.js';
import type { Instant, KeptCheckIn, TargetVersion } from '../model/facts.js';
import type { Parameters } from '../ruleset.js';
import type { Week } from '../time/week.js';
import { ownSession, type Standing, targetOf } from './standing.js';

/** What one week says to every exercise alike. */
export interface WeekSignals {
  readonly week: Week;
  /** How many check-ins it has. */
  readonly checkIns: number;
  readonly sessions: readonly StrengthSession[];
  readonly counted: readonly StrengthSession[];
  readonly pain: WeeklyPain;
  readonly painBefore: WeeklyPain;
  readonly s4Fires: boolean;
  readonly s4Twice: boolean;
  readonly s4Unknown: boolean;
  readonly peak: number;
  /** Highest pain during exercise that was told without a session; null when none was. */
  readonly looseDuring: number | null;
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
  const first = checkIns.first(week.start);
  const end = checkIns.first(week.end);
  const all = strengthSessions(checkIns, calendar, parameters);
  const sessions = all.filter(({ at }) => at >= week.start && at < week.end);
  const counted = sessions.filter(({ tooSoon }) => !tooSoon);
  const fires = (session: StrengthSession) => morningAfter(session, history, parameters).outcome === 'fires';
  const lastTwo = lastCounted(all, week.end, parameters.morningRunning);
  const gapSince = end > 0 ? checkIns.at(end - 1) : history.enrolment.enrolledAt;
  const raw = week.end - gapSince;
  const { peak, looseDuring } = painOf(checkIns, first, end);
  return {
    week,
    checkIns: end - first,
    sessions,
    counted,
    pain: weeklyPain(week, history, parameters),
    painBefore: weeklyPain(calendar.weekBefore(week), history, parameters),
    s4Fires: sessions.some(fires),
    s4Twice:
      lastTwo.length === parameters.morningRunning &&
      lastTwo.at(-1)!.at >= week.start &&
      lastTwo.every(fires),
    s4Unknown: counted.some((session) => morningAfter(session, history, parameters).outcome === 'unknown'),
    peak,
    looseDuring,
    holds: holdsAt(week.end, history),
    poorTwice: poorAnswer(checkIns, end, parameters) !== null,
    uncontrollableTwice: uncontrollableTwice(checkIns, end, week, parameters),
    gapSince,
    gapMs:
      raw >= parameters.missingRegressDays * dayMs ? raw - suspendedTime(gapSince, week.end, history) : raw,
  };
}

/** The last counted sessions before an instant, at most `count`, in order. */
function lastCounted(
  sessions: readonly StrengthSession[],
  before: Instant,
  count: number,
): StrengthSession[] {
  const last: StrengthSession[] = [];
  for (let i = sessions.length - 1; i >= 0 && last.length < count; i--) {
    const session = sessions[i]!;
    if (session.at < before && !session.tooSoon) last.unshift(session);
  }
  return last;
}

function painOf(checkIns: CheckIns, first: number, end: number): Pick<WeekSignals, 'peak' | 'looseDuring'> {
  let peak = 0;
  let loose: number | null = null;
  for (let place = first; place < end; place++) {
    peak = Math.max(peak, checkIns.peak(place));
    const during = checkIns.kind(place) === 0 ? checkIns.during(place) : undefined;
    if (during !== undefined) loose = Math.max(loose ?? 0, during);
  }
  return { peak, looseDuring: loose };
}

/** U1: the last answers on understanding or feeling up to an instant were poor, as many as it takes; the latest of them, or null. */
export function lastPoorAnswer(
  checkIns: CheckIns,
  until: Instant,
  parameters: Parameters,
): KeptCheckIn | null {
  const place = poorAnswer(checkIns, checkIns.first(until + 1), parameters);
  return place === null ? null : checkIns.get(place);
}

/** Place of that answer among the check-ins before a place. */
function poorAnswer(
  checkIns: CheckIns,
  before: number,
  { understandingLow, poorAnswersRunning }: Parameters,
): number | null {
  let last: number | null = null;
  let running = 0;
  for (let place = before - 1; place >= 0 && running < poorAnswersRunning; place--) {
    const understanding = checkIns.understanding(place);
    const felt = checkIns.felt(place);
    if (understanding === undefined && felt === undefined) continue;
    if (felt !== false && (understanding ?? understandingLow) >= understandingLow) return null;
    last ??= place;
    running++;
  }
  return running === poorAnswersRunning ? last : null;
}

/** U3: the last two answers on control before a place were "no", the later one in this week. */
function uncontrollableTwice(
  checkIns: CheckIns,
  before: number,
  week: Week,
  { uncontrollableRunning }: Parameters,
): boolean {
  let running = 0;
  for (let place = before - 1; place >= 0 && running < uncontrollableRunning; place--) {
    const controllable = checkIns.controllable(place);
    if (controllable === undefined) continue;
    if (controllable || (running === 0 && checkIns.at(place) < week.start)) return false;
    running++;
  }
  return running === uncontrollableRunning;
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
  const missed = mine.some(misses);
  const last = mine.slice(-parameters.missesRunning);
  // Without a miss in the week the sessions before it do not matter.
  const sessions = missed ? strengthSessions(checkIns, calendar, parameters) : [];
  for (let i = sessions.length - 1; i >= 0 && last.length < parameters.missesRunning; i--) {
    const session = sessions[i]!;
    if (session.at < week.start && !session.tooSoon && own(session).length > 0) last.unshift(session);
  }
  return {
    during: duringAbout(exercise, signals),
    countedSessions: mine.length,
    missed,
    missedTwice: missed && last.length === parameters.missesRunning && last.every(misses),
    duringMissing: mine.some((session) => duringOf(session, exercise) === undefined),
  };
}

/** D5: at least the prescribed number of the logged sets reach repetitions and load. */
const isDone = ({ sets, reps, loadKg }: TargetVersion, parts: readonly SessionPart[]): boolean =>
  setsOf(parts).filter((set) => set.reps >= reps && set.loadKg >= loadKg).length >= sets;

/** S3: pain of the week's sessions that name the exercise or none (too-soon ones too), and pain during exercise given without a session. */
export function duringAbout(
  exercise: string,
  { sessions, looseDuring }: Pick<WeekSignals, 'sessions' | 'looseDuring'>,
): number | null {
  let highest = looseDuring;
  for (const session of sessions) {
    const during = duringOf(session, exercise);
    if (during !== undefined && (highest === null || during > highest)) highest = during;
  }
  return highest;
}
