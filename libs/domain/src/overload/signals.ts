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
  const sessions = sessionsOf(week, all);
  const counted = sessions.some(({ tooSoon }) => tooSoon)
    ? sessions.filter(({ tooSoon }) => !tooSoon)
    : sessions;
  let s4Fires = false;
  let s4Unknown = false;
  for (const session of sessions) {
    const { outcome } = morningAfter(session, history, parameters);
    if (outcome === 'fires') s4Fires = true;
    else if (outcome === 'unknown' && !session.tooSoon) s4Unknown = true;
  }
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
    s4Fires,
    s4Twice: s4Fires && counted.length > 0 && firesRunning(all, week.end, history, parameters),
    s4Unknown,
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

/** Those of a week; sessions lie in order. */
function sessionsOf({ start, end }: Week, all: readonly StrengthSession[]): StrengthSession[] {
  let from = all.length;
  while (from > 0 && all[from - 1]!.at >= start) from--;
  const sessions: StrengthSession[] = [];
  for (let place = from; place < all.length && all[place]!.at < end; place++) sessions.push(all[place]!);
  return sessions;
}

/** S4 twice running: the morning after each of the last counted sessions before an instant fires. */
function firesRunning(
  sessions: readonly StrengthSession[],
  before: Instant,
  history: History,
  parameters: Parameters,
): boolean {
  let running = 0;
  for (let i = sessions.length - 1; i >= 0 && running < parameters.morningRunning; i--) {
    const session = sessions[i]!;
    if (session.at >= before || session.tooSoon) continue;
    if (morningAfter(session, history, parameters).outcome !== 'fires') return false;
    running++;
  }
  return running === parameters.morningRunning;
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
  let countedSessions = 0;
  let missed = false;
  let duringMissing = false;
  for (const session of signals.counted) {
    const parts = ownSession(session, exercise, standing);
    if (parts.length === 0) continue;
    countedSessions++;
    if (misses(session, parts, exercise, standing)) missed = true;
    if (duringOf(session, exercise) === undefined) duringMissing = true;
  }
  return {
    during: duringAbout(exercise, signals),
    countedSessions,
    missed,
    // Without a miss in the week the sessions before it do not matter.
    missedTwice: missed && missesRunning(exercise, signals.week, history, standing, parameters),
    duringMissing,
  };
}

/** The last sessions of an exercise up to the end of a week were misses, as many as it takes. */
function missesRunning(
  exercise: string,
  { end }: Week,
  { checkIns, calendar }: History,
  standing: Standing,
  parameters: Parameters,
): boolean {
  const sessions = strengthSessions(checkIns, calendar, parameters);
  let running = 0;
  for (let i = sessions.length - 1; i >= 0 && running < parameters.missesRunning; i--) {
    const session = sessions[i]!;
    if (session.at >= end || session.tooSoon) continue;
    const parts = ownSession(session, exercise, standing);
    if (parts.length === 0) continue;
    if (!misses(session, parts, exercise, standing)) return false;
    running++;
  }
  return running === parameters.missesRunning;
}

/** D5: fewer of the logged sets than prescribed reach repetitions and load of the target at the end of their week. */
function misses(
  { week }: StrengthSession,
  parts: readonly SessionPart[],
  exercise: string,
  standing: Standing,
): boolean {
  const asked = targetOf(standing, exercise, week.start, week.end);
  if (asked === undefined) return false;
  let done = 0;
  for (const { reps, loadKg } of setsOf(parts)) if (reps >= asked.reps && loadKg >= asked.loadKg) done++;
  return done < asked.sets;
}

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
