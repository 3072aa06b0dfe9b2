import type { Parameters } from '../../src/ruleset.js';
import { inWeek, type Week, weekOf } from './calendar.js';
import { openAtEnd, type Pause, pausedBetween, pauses } from './flags.js';
import { type CheckIn, day, type Inputs, peakOf, type Zones } from './inputs.js';
import { morningFires, type S5, s5Of, s5Regresses } from './pain.js';
import { counted, isOf, painDuring, partsAbout, type Session, setsOf, strengthSessions } from './sessions.js';
import type { Table } from './standing.js';

/** All that one week says, the same for every exercise. */
export interface WeekSignals {
  readonly inputs: Inputs;
  readonly week: Week;
  readonly parameters: Parameters;
  readonly checkIns: readonly CheckIn[];
  readonly sessions: readonly Session[];
  readonly open: readonly Pause[];
  readonly s4: { readonly fires: boolean; readonly twice: boolean; readonly unknown: boolean };
  readonly s5: S5;
  readonly s5Regresses: boolean;
  readonly peak: number;
  readonly poorUnderstanding: boolean;
  readonly uncontrollable: boolean;
  readonly gap: { readonly since: number; readonly long: boolean };
}

/** `known` are the inputs that lie before the end of the week, with the mornings after it. */
export function signalsOf(week: Week, inputs: Inputs, parameters: Parameters): WeekSignals {
  const sessions = strengthSessions(inputs, parameters.sessionGapH).filter(({ at }) => at < week.end);
  const checkIns = inWeek(inputs.checkIns, week);
  const before = inputs.checkIns.filter(({ at }) => at < week.end);
  const fires = (session: Session) => morningFires(session, inputs, parameters);
  const lastTwo = counted(sessions).slice(-2);
  const here = inWeek(sessions, week);
  return {
    inputs,
    week,
    parameters,
    checkIns,
    sessions,
    open: openAtEnd(pauses(inputs), week.end),
    s4: {
      fires: here.some((session) => fires(session) === true),
      twice:
        lastTwo.length === 2 &&
        lastTwo.every((session) => fires(session) === true) &&
        lastTwo[1]!.at >= week.start,
      unknown: counted(here).some((session) => fires(session) === 'unknown'),
    },
    s5: s5Of(week, inputs, parameters),
    s5Regresses: s5Regresses(week, inputs, parameters),
    peak: Math.max(-1, ...checkIns.map(peakOf)),
    poorUnderstanding: poorTwice(before, parameters),
    uncontrollable: twiceNo(before, week),
    gap: gapAt(week, before, inputs, parameters),
  };
}

/** U1: the last two answers are both poor. */
function poorTwice(before: readonly CheckIn[], { understandingLow }: Parameters): boolean {
  const answers = before.filter(
    ({ understanding, feltTarget }) => understanding !== undefined || feltTarget !== undefined,
  );
  const lastTwo = answers.slice(-2);
  return (
    lastTwo.length === 2 &&
    lastTwo.every(
      ({ understanding, feltTarget }) =>
        (understanding !== undefined && understanding < understandingLow) || feltTarget === false,
    )
  );
}

/** U3: the last two answers to `controllable` are no, the later one in this week. */
function twiceNo(before: readonly CheckIn[], week: Week): boolean {
  const answers = before.filter(({ controllable }) => controllable !== undefined).slice(-2);
  return (
    answers.length === 2 &&
    answers.every(({ controllable }) => controllable === false) &&
    answers[1]!.at >= week.start
  );
}

/** S8: time since the last check-in, time under S1 or a suspension taken off. */
function gapAt(week: Week, before: readonly CheckIn[], inputs: Inputs, { missingRegressDays }: Parameters) {
  const since = before.at(-1)?.at ?? inputs.enrolledAt;
  const paused = pausedBetween(pauses(inputs), since, week.end);
  return { since, long: week.end - since - paused >= missingRegressDays * day };
}

/** S3: highest pain during exercise of this week that counts for the exercise (too-soon sessions too). */
export function s3Pain({ week, sessions, checkIns }: WeekSignals, exercise: string): number {
  const named = inWeek(sessions, week).flatMap((session) => partsAbout(session, exercise));
  const loose = checkIns.filter(({ session }) => session === undefined);
  return painDuring([...named, ...loose]) ?? -1;
}

/** Counted sessions of an exercise, each by what was active in its own week. */
export const countedOf = ({ sessions, inputs }: WeekSignals, exercise: string, table: Table): Session[] =>
  counted(sessions).filter((session) =>
    isOf(session, exercise, [...(table.get(weekOf(session.at, inputs.zone).start)?.keys() ?? [])]),
  );

/** O5: the logged sets do not reach the target that stands at the end of the session's week. */
export function missed(session: Session, exercise: string, table: Table, zone: Zones): boolean {
  const targets = table.get(weekOf(session.at, zone).start);
  const target = targets?.get(exercise);
  if (!targets || !target) return false;
  const { sets, reps, loadKg } = target.dose;
  const reached = setsOf(session, exercise, [...targets.keys()]).filter(
    (set) => set.reps >= reps && set.loadKg >= loadKg,
  );
  return reached.length < sets;
}

/** S8, the part of one exercise: no counted session, or one without pain during exercise. */
export function exerciseMissing(signals: WeekSignals, exercise: string, table: Table): boolean {
  const here = inWeek(countedOf(signals, exercise, table), signals.week);
  return here.length === 0 || here.some((session) => painDuring(partsAbout(session, exercise)) === null);
}
