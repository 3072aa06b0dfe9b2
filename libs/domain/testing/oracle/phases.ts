import type { Phase } from '../../src/model/facts.js';
import { dateOf, inWeek, type Week, weekOf } from './calendar.js';
import { type CheckIn, day, type Inputs } from './inputs.js';
import { morningFires, s5Of, s5Twice } from './pain.js';
import { isWorse, validReadings } from './rotation.js';
import { counted, isOf, painDuring, type Session, setsOf, strengthSessions } from './sessions.js';
import type { WeekSignals } from './signals.js';
import type { Table, Targets } from './standing.js';

export interface PhaseNow {
  readonly phase: Phase;
  readonly since: number;
  /** Sessions and weeks count from here: the start of phase 1, the last step back, or a clinician's phase. */
  readonly countFrom: number;
}

const order: readonly Phase[] = ['1', '2', '3a', '3b'];

/** Targets of each week: as they stood when it ended, which says whose sets were whose, and as they stand now. */
export interface Tables {
  readonly ended: Table;
  readonly now: Table;
}

/** The phase after a closing (D11): a step back is always taken, a step forward only when nothing stands against it. */
export function phaseAfter(
  now: PhaseNow,
  signals: WeekSignals,
  decided: Targets,
  tables: Tables,
  epoch: number,
): PhaseNow {
  const { week, inputs, parameters, open } = signals;
  const index = order.indexOf(now.phase);
  if (s5Twice(week, inputs, parameters))
    return index === 0 ? now : { phase: order[index - 1]!, since: week.end, countFrom: week.end };
  const hurt = [...decided.values()].some(
    ({ decision, rule }) => decision === 'regress' && ['S3', 'S4', 'S5'].includes(rule),
  );
  if (hurt || open.length > 0) return now;
  const ready = {
    '0': () => false,
    '1': () => toPractice(now, signals),
    '2': () => toStretch(now, signals, decided, tables, epoch),
    '3a': () => toMixed(now, signals),
    '3b': () => false,
  }[now.phase]();
  return ready ? { phase: order[index + 1]!, since: week.end, countFrom: now.countFrom } : now;
}

const sessionsSince = ({ sessions }: WeekSignals, from: number): Session[] =>
  counted(sessions).filter(({ at }) => at >= from);

function toPractice({ countFrom }: PhaseNow, signals: WeekSignals): boolean {
  const { inputs, parameters, week, s5 } = signals;
  const lastTwo = sessionsSince(signals, countFrom).slice(-2);
  const tolerated = lastTwo.every(
    (session) =>
      (painDuring(session.parts) ?? Infinity) <= parameters.painStop &&
      morningFires(session, inputs, parameters) === false,
  );
  const understanding = inputs.checkIns
    .filter(({ at }) => at < week.end)
    .flatMap((checkIn) => checkIn.understanding ?? [])
    .at(-1);
  return (
    lastTwo.length === 2 && tolerated && s5 !== 'fails' && (understanding ?? 0) >= parameters.understandingLow
  );
}

function toStretch(
  { countFrom }: PhaseNow,
  signals: WeekSignals,
  decided: Targets,
  tables: Tables,
  epoch: number,
): boolean {
  const { inputs, parameters, week } = signals;
  const { zone } = inputs;
  const sessions = sessionsSince(signals, countFrom);
  const weeks = new Set(sessions.map(({ at }) => weekOf(at, zone).start));
  const lastTwo = sessions.slice(-2);
  const before = weekOf(week.start - 1, zone);
  const earlier = weekOf(before.start - 1, zone);
  const readings = validReadings(inputs).filter(({ at }) => at <= week.end);
  return (
    weeks.size >= parameters.stretchWeeks &&
    // What makes way for its easier variant at this very closing does not count.
    [...tables.now.get(week.start)!.keys()].some(
      (exercise) => decided.has(exercise) && grew(exercise, sessions, signals, tables),
    ) &&
    lastTwo.length === 2 &&
    lastTwo.every(({ parts }) => (painDuring(parts) ?? Infinity) <= parameters.painNoAdvance) &&
    [week, before, earlier].every((each) => s5Of(each, inputs, parameters) === 'clear') &&
    [week, before].every((each) => practiceDates(inputs, each).size >= parameters.practiceDays) &&
    readings.some(({ at }) => at > week.end - parameters.readingWithinDays * day) &&
    !isWorse(inputs, week.end, epoch)
  );
}

/** Volume-load of the best session of the last four strength weeks without deload, against the first session. */
function grew(exercise: string, sessions: readonly Session[], signals: WeekSignals, tables: Tables): boolean {
  const { parameters, inputs } = signals;
  const mine = sessions.flatMap((session) => {
    const start = weekOf(session.at, inputs.zone).start;
    const active = [...(tables.ended.get(start)?.keys() ?? [])];
    if (!isOf(session, exercise, active)) return [];
    const volume = setsOf(session, exercise, active)
      .map(({ reps, loadKg }) => reps * (loadKg + parameters.bodyweightShareKg))
      .reduce((a, b) => a + b, 0);
    return [{ start, volume, deload: tables.now.get(start)?.get(exercise)?.decision === 'deload' }];
  });
  // A session of which no set was told is no measure.
  const first = mine.find(({ volume }) => volume > 0)?.volume ?? 0;
  const heavy = mine.filter(({ deload }) => !deload);
  const lastFour = [...new Set(heavy.map(({ start }) => start))].slice(-4);
  return heavy.some(
    ({ start, volume }) =>
      lastFour.includes(start) &&
      first > 0 &&
      volume >= first * (1 + parameters.stretchVolumeShare) - 1e-9 * first,
  );
}

/** Local dates of a week with practice and no strength, also none in the next week: a move can put a date into two weeks. */
export function practiceDates({ checkIns, recordings, zone }: Inputs, week: Week): Set<string> {
  const dates = (items: readonly { readonly at: number }[]) => items.map(({ at }) => dateOf(at, zone));
  const strength = dates([
    ...checkIns.filter(({ session }) => session?.kind === 'strength'),
    ...recordings.filter(({ purpose }) => purpose === 'strength'),
  ]);
  const practice = dates([
    ...inWeek(checkIns, week).filter(({ session }) => session?.kind === 'practice'),
    ...inWeek(recordings, week).filter(({ purpose }) => purpose === 'practice'),
  ]);
  return new Set(practice.filter((date) => !strength.includes(date)));
}

function toMixed({ since }: PhaseNow, signals: WeekSignals): boolean {
  const { inputs, parameters, week } = signals;
  const { zone, checkIns } = inputs;
  const pain = ({ duringExercise, now }: CheckIn) => duringExercise ?? now;
  const stretches = checkIns.filter(
    ({ at, session }) =>
      at >= since &&
      at < week.end &&
      session?.kind === 'stretch' &&
      (session.mode === 'passive' || session.exercise === 'passive-ir'),
  );
  const strength = strengthSessions(inputs, parameters.sessionGapH);
  const onTime = stretches.filter(
    ({ at }) => !strength.some((session) => session.date === dateOf(at, zone) && session.at > at),
  );
  const dates = [...new Set(onTime.map(({ at }) => dateOf(at, zone)))].filter((date) =>
    onTime.every((stretch) => dateOf(stretch.at, zone) !== date || pain(stretch) <= parameters.painNoAdvance),
  );
  const before = weekOf(week.start - 1, zone);
  const recent = (at: number) => at >= before.start && at < week.end;
  return (
    before.start >= since &&
    dates.length >= parameters.mixedSessions &&
    !stretches.some((stretch) => recent(stretch.at) && pain(stretch) > parameters.painNoAdvance) &&
    !strength.some((session) => recent(session.at) && morningFires(session, inputs, parameters) === true)
  );
}
