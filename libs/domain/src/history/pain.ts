import type { CheckInFact, S5 } from '../model/facts.js';
import type { Parameters } from '../ruleset.js';
import type { Week } from '../time/week.js';
import { dayMs, type History, hourMs, median, painBefore, within } from './history.js';
import type { StrengthSession } from './sessions.js';

/** What the next morning says of a session. */
export interface MorningAfter {
  readonly outcome: 'fires' | 'quiet' | 'unknown';
  readonly morning: number | null;
  readonly before: number | null;
}

/** S4 of one session (D6): the next morning above 5, or 2 or more above the pain before the session. */
export function morningAfter(
  session: StrengthSession,
  history: History,
  parameters: Parameters,
): MorningAfter {
  const { checkIns, calendar, enrolment } = history;
  const { at, day } = session;
  const later = within(checkIns, at + 1, at + parameters.morningWithinH * hourMs + 1);
  const given = later.find(
    (checkIn) => checkIn.nextMorning !== undefined && calendar.dayOf(checkIn.at) > day,
  )?.nextMorning;
  const nextDay = within(checkIns, at + 1, at + 3 * dayMs).find(
    (checkIn) => calendar.dayOf(checkIn.at) === day + 1,
  );
  const morning = given ?? nextDay?.now ?? null;
  const own = new Set(session.checkIns.map(({ id }) => id));
  const last = within(checkIns, at - parameters.beforeWithinH * hourMs + 1, at).at(-1)?.now;
  const before =
    last ??
    median(painBefore(checkIns, at, parameters.medianDays, own)) ??
    enrolment.baselinePain?.value ??
    null;
  if (morning === null) return { outcome: 'unknown', morning, before };
  const high = morning > parameters.morningHigh;
  if (before === null) return { outcome: high ? 'fires' : 'unknown', morning, before };
  return { outcome: high || morning - before >= parameters.morningRise ? 'fires' : 'quiet', morning, before };
}

/** S5 of one week (D6). `rise` in NRS points, null when the weeks cannot be compared. */
export interface WeeklyPain {
  readonly s5: S5;
  readonly mean: number | null;
  readonly previous: number | null;
  readonly rise: number | null;
  /** The rise is 2 or more. */
  readonly steep: boolean;
}

/** Compares the weekly means of `now` as exact fractions. */
export function weeklyPain(week: Week, history: History, parameters: Parameters): WeeklyPain {
  const { checkIns, calendar, enrolment } = history;
  const here = sumOf(within(checkIns, week.start, week.end));
  const enrolmentWeek = week.start <= enrolment.enrolledAt && enrolment.enrolledAt < week.end;
  const before = enrolmentWeek
    ? baselineSum(history)
    : sumOf(within(checkIns, calendar.weekBefore(week).start, week.start));
  const enough =
    here.count >= parameters.weeklyCheckIns &&
    (enrolmentWeek ? before.count > 0 : before.count >= parameters.weeklyCheckIns);
  const means = {
    mean: here.count > 0 ? here.sum / here.count : null,
    previous: before.count > 0 ? before.sum / before.count : null,
  };
  if (!enough) return { s5: 'unknown', ...means, rise: null, steep: false };
  // a/m - b/n >= r, multiplied out: whole numbers, no rounding.
  const difference = here.sum * before.count - before.sum * here.count;
  const unit = here.count * before.count;
  const fails = difference >= parameters.weeklyRiseHold * unit;
  return {
    s5: fails ? 'fails' : 'clear',
    ...means,
    rise: difference / unit,
    steep: difference >= parameters.weeklyRiseRegress * unit,
  };
}

/** Trend of the last two ended weeks, as S5 compares them. */
export function trendOf(
  week: Week,
  history: History,
  parameters: Parameters,
): 'rising' | 'falling' | 'steady' | 'unknown' {
  const { s5, rise } = weeklyPain(week, history, parameters);
  if (s5 === 'unknown' || rise === null) return 'unknown';
  return s5 === 'fails' ? 'rising' : rise <= -parameters.weeklyRiseHold ? 'falling' : 'steady';
}

const sumOf = (checkIns: readonly CheckInFact[]) => ({
  sum: checkIns.reduce((sum, { now }) => sum + now, 0),
  count: checkIns.length,
});

const baselineSum = ({ enrolment }: History) =>
  enrolment.baselinePain ? { sum: enrolment.baselinePain.value, count: 1 } : { sum: 0, count: 0 };

/** Whether a check-in crosses S6 or S7 (D6), and how severely. */
export interface Spike {
  readonly severity: 'HIGH' | 'MEDIUM' | null;
  readonly by: readonly ('S6' | 'S7')[];
  readonly value: number;
  readonly median: number | null;
}

/** Judges one check-in by what is known on its arrival. `peak` is its highest pain. */
export function spikeOf(checkIn: CheckInFact, peak: number, history: History, parameters: Parameters): Spike {
  const earlier = painBefore(history.checkIns, checkIn.at, parameters.medianDays, new Set([checkIn.id]));
  const own = median(earlier);
  const enough = earlier.length >= parameters.spikeEarlier;
  const reference = enough ? own : (history.enrolment.baselinePain?.value ?? null);
  const { now } = checkIn;
  // Where nothing is known of the pain before, 6 is taken for a rise.
  const above = (level: number | null) => level === null || now - level >= parameters.spikeAboveMedian;
  const high = peak >= parameters.spikeHigh;
  // 6 and more: from 8 on the peak has spoken already.
  const medium = now >= parameters.spikeMedium && above(reference);
  const relative = enough && now >= parameters.spikeRelative && above(own);
  const by = [...(high || medium ? (['S6'] as const) : []), ...(relative ? (['S7'] as const) : [])];
  return {
    severity: high ? 'HIGH' : by.length > 0 ? 'MEDIUM' : null,
    by,
    value: high ? peak : now,
    median: reference,
  };
}
