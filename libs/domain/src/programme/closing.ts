import type { WeeklyPain } from '../history/pain.js';
import type { Instant, Phase, PhaseEntry } from '../model/facts.js';
import { phaseAt } from '../overload/standing.js';
import type { Ruleset } from '../ruleset.js';
import type { Week } from '../time/week.js';
import { calendarOf } from '../time/week.js';
import { reportSilent, silenceDue } from './devices.js';
import { reportRotationMissing, rotationMissingDue } from './rotation-missing.js';
import { iso, type Run } from './run.js';
import { closedUntil, historyOf, type ProgrammeState } from './state.js';
import { targetData } from './target-data.js';
import { closeWeek } from './week-closing.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The first week that is not closed. */
export function openWeek(state: ProgrammeState): Week {
  const calendar = calendarOf(state.zones);
  const last = state.closed.at(-1);
  return calendar.weekOf(last ? last.end : state.enrolment!.enrolledAt);
}

/** A check-in closes every week that ended 72 h or more before it (D3). */
export function closeByCheckIn(run: Run, recordedAt: string): void {
  const window = run.ruleset.parameters.lateWindowH * hourMs;
  for (let week = openWeek(run.state); run.state.watermark >= week.end + window; week = openWeek(run.state))
    close(run, week, recordedAt);
}

/**
 * The clock closes the weeks that end strictly after the enrolment was received, once due, and with the first of these those before (D3);
 * and it notices when a person has gone quiet (S8), a device has, or no rotation was measured (D10).
 */
export function closeByClock(run: Run, now: Instant): void {
  const window = run.ruleset.parameters.lateWindowH * hourMs;
  const { receivedAt } = run.state.enrolment!;
  const due = lastDueWeek(run.state, now, window, receivedAt);
  for (let week = openWeek(run.state); due !== null && week.end <= due; week = openWeek(run.state))
    close(run, week, iso(now));
  const missing = missingDue(run.state, run.ruleset.parameters.missingAlarmDays);
  if (missing !== null && missing <= now) reportMissing(run, missing, now);
  // In this order: a silent device is why nothing was measured (section 4).
  reportSilent(run, now);
  reportRotationMissing(run, now);
}

function reportMissing(run: Run, at: Instant, now: Instant): void {
  const { missingAlarmDays: days } = run.ruleset.parameters;
  run.emit({
    type: 'data-missing',
    at: iso(at),
    recordedAt: iso(now),
    reason: 'Nothing was heard for a week: a friendly word may help.',
    data: { since: iso(lastSign(run.state)), days, side: run.state.enrolment!.side },
  });
}

/** End of the latest week that the clock may close now; null when there is none. */
function lastDueWeek(
  state: ProgrammeState,
  now: Instant,
  window: number,
  receivedAt: Instant,
): Instant | null {
  const week = calendarOf(state.zones).weekOf(now - window);
  // The week of that instant has not ended 72 h ago, unless the instant is its very end; the one before has.
  return week.start > receivedAt && week.start > closedUntil(state) ? week.start : null;
}

/** Last check-in, or the receipt of the enrolment when that is later: the clock counts from there. */
const lastSign = (state: ProgrammeState): Instant =>
  Math.max(state.checkIns.lastAt ?? 0, state.enrolment!.receivedAt);

/** When the clock reports missing data; null when it has for this gap. */
function missingDue(state: ProgrammeState, days: number): Instant | null {
  const since = lastSign(state);
  return state.missingReportedFor === since ? null : since + days * dayMs;
}

/** The next instant at which `advance-clock` has something to do; null before the enrolment. */
export function nextDue(state: ProgrammeState, { parameters }: Ruleset): Instant | null {
  if (!state.enrolment) return null;
  const { lateWindowH, missingAlarmDays } = parameters;
  const calendar = calendarOf(state.zones);
  const after = Math.max(closedUntil(state), state.enrolment.receivedAt);
  let week = calendar.weekOf(after);
  if (week.end <= after) week = calendar.weekAfter(week);
  return Math.min(
    week.end + lateWindowH * hourMs,
    missingDue(state, missingAlarmDays) ?? Infinity,
    silenceDue(state.devices, parameters),
    rotationMissingDue(state, parameters),
  );
}

function close(run: Run, week: Week, recordedAt: string): void {
  const state = run.state;
  const { targets, closed, phase, signals } = closeWeek(week, historyOf(state), state, run.ruleset, Infinity);
  const at = iso(week.end);
  const next = calendarOf(state.zones).weekAfter(week).isoWeek;
  for (const fact of targets)
    run.emit({
      type: 'target-decided',
      at,
      recordedAt,
      reason: fact.reason,
      data: targetData(fact, next, run.ruleset),
    });
  if (phase) changePhase(run, phase, phaseAt(state, week.end - 1, Infinity)?.phase ?? '0', at, recordedAt);
  const { pain, painBefore } = signals;
  if (pain.steep || (pain.s5 === 'fails' && painBefore.s5 === 'fails')) reportRise(run, pain, at, recordedAt);
  run.emit({
    type: 'week-closed',
    at,
    recordedAt,
    reason: `Week ${week.isoWeek} is closed.`,
    data: { week: week.isoWeek, s5: closed.s5, fact: closed },
  });
}

function changePhase(run: Run, fact: PhaseEntry, from: Phase, at: string, recordedAt: string): void {
  const rule = { '1': 'P-', '2': 'P12', '3a': 'P23', '3b': 'P3b', '0': 'P01' }[fact.phase];
  const back = fact.countFrom === fact.since;
  run.emit({
    type: 'phase-changed',
    at,
    recordedAt,
    reason: fact.reason,
    data: { from, to: fact.phase, rule: back ? 'P-' : rule, fact },
  });
}

function reportRise(run: Run, { mean, previous }: WeeklyPain, at: string, recordedAt: string): void {
  run.emit({
    type: 'pain-threshold-crossed',
    at,
    recordedAt,
    reason: 'The weekly pain has risen.',
    data: {
      checkInId: null,
      rule: 'pain-rising',
      by: ['S5'],
      severity: 'MEDIUM',
      side: run.state.enrolment!.side,
      value: mean ?? 0,
      median: previous,
    },
  });
}
