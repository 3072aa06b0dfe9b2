import type { CheckInFact, Instant, S5 } from '../model/facts.js';
import type { Parameters } from '../ruleset.js';
import type { Week } from '../time/week.js';
import type { CheckIns } from './check-ins.js';
import { dayMs, type History, hourMs, median, painBefore } from './history.js';
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
  const { checkIns, enrolment } = history;
  const { at } = session;
  const morning = morningOf(session, history, parameters);
  const earlier = checkIns.first(at) - 1;
  const recent = earlier >= 0 && checkIns.at(earlier) > at - parameters.beforeWithinH * hourMs;
  const before = recent
    ? checkIns.now(earlier)
    : (median(painBefore(checkIns, at, parameters.medianDays)) ?? enrolment.baselinePain?.value ?? null);
  if (morning === null) return { outcome: 'unknown', morning, before };
  const high = morning > parameters.morningHigh;
  if (before === null) return { outcome: high ? 'fires' : 'unknown', morning, before };
  return { outcome: high || morning - before >= parameters.morningRise ? 'fires' : 'quiet', morning, before };
}

/** Pain of the morning after: what was said of it, else `now` of the next local date's first check-in; null when neither is known. */
function morningOf(
  { at, day }: StrengthSession,
  { checkIns, calendar }: History,
  { morningWithinH }: Parameters,
): number | null {
  const until = at + morningWithinH * hourMs;
  let nextDay: number | null = null;
  for (let place = checkIns.first(at + 1); place < checkIns.length; place++) {
    const later = checkIns.at(place);
    if (later > until && (nextDay !== null || later >= at + 3 * dayMs)) break;
    const given = later <= until ? checkIns.nextMorning(place) : undefined;
    const date = calendar.dayOf(later);
    if (given !== undefined && date > day) return given;
    if (nextDay === null && later < at + 3 * dayMs && date === day + 1) nextDay = checkIns.now(place);
  }
  return nextDay;
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
  const here = sumOf(checkIns, week.start, week.end);
  const enrolmentWeek = week.start <= enrolment.enrolledAt && enrolment.enrolledAt < week.end;
  const before = enrolmentWeek
    ? baselineSum(history)
    : sumOf(checkIns, calendar.weekBefore(week).start, week.start);
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

function sumOf(checkIns: CheckIns, from: Instant, to: Instant): { sum: number; count: number } {
  const first = checkIns.first(from);
  const end = checkIns.first(to);
  return { sum: checkIns.sumOfNow(first, end), count: end - first };
}

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
export function spikeOf(
  checkIn: Pick<CheckInFact, 'now' | 'at'>,
  peak: number,
  history: History,
  parameters: Parameters,
): Spike {
  const { now } = checkIn;
  // Most check-ins are below whatever the median may be.
  if (peak < parameters.spikeHigh && now < parameters.spikeMedium && now < parameters.spikeRelative)
    return { severity: null, by: [], value: now, median: null };
  const earlier = painBefore(history.checkIns, checkIn.at, parameters.medianDays);
  const own = median(earlier);
  const enough = earlier.length >= parameters.spikeEarlier;
  const reference = enough ? own : (history.enrolment.baselinePain?.value ?? null);
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
