import type { Instant } from '../model/facts.js';
import type { Parameters } from '../ruleset.js';
import type { Calendar } from '../time/week.js';
import type { CheckIns } from './check-ins.js';
import { dayMs, type History, hourMs } from './history.js';
import { practice, strength } from './packed-check-in.js';
import type { SessionPart, StrengthSession } from './strength-session.js';

export { aboutExercise, duringOf, setsOf } from './strength-session.js';
export type { SessionPart, StrengthSession } from './strength-session.js';

/** The strength sessions of a history in order. What was found in its beginning is not looked for again. */
export function strengthSessions(
  checkIns: CheckIns,
  calendar: Calendar,
  { sessionGapH }: Parameters,
): readonly StrengthSession[] {
  const soFar = checkIns.sessionsSoFar;
  const known = soFar && soFar.calendar === calendar && soFar.gapH === sessionGapH ? soFar : null;
  if (known && known.length === checkIns.length) return known.sessions;
  let sessions: readonly StrengthSession[] = known ? known.sessions : [];
  for (let place = known ? known.length : 0; place < checkIns.length; place++)
    if (checkIns.kind(place) === strength)
      sessions = withPart(sessions, checkIns, place, calendar, sessionGapH * hourMs);
  checkIns.rememberSessions({ calendar, gapH: sessionGapH, length: checkIns.length, sessions });
  return sessions;
}

/** The sessions with one more strength check-in: of its local date, or the first of it. */
function withPart(
  sessions: readonly StrengthSession[],
  checkIns: CheckIns,
  place: number,
  calendar: Calendar,
  gapMs: number,
): readonly StrengthSession[] {
  const at = checkIns.at(place);
  const day = calendar.dayOf(at);
  const report = checkIns.session(place)!;
  const part: SessionPart = {
    exercise: report.exercise,
    sets: report.sets ?? none,
    duringExercise: checkIns.during(place),
  };
  // Where the zone changes, another date may lie between two check-ins of one.
  const same = sessions.findLastIndex((session) => session.day === day);
  if (same >= 0) {
    const session = sessions[same]!;
    return sessions.with(same, { ...session, parts: [...session.parts, part] });
  }
  const last = sessions.findLast(({ tooSoon }) => !tooSoon);
  const tooSoon = last !== undefined && at - last.at < gapMs;
  return [...sessions, { at, day, week: calendar.weekOf(at), parts: [part], tooSoon }];
}

const none: readonly never[] = [];

/**
 * Local dates of a week with practice (a check-in or a recording) and without strength (D11). Strength is looked for beyond the week
 * too: where the zone changes, a local date can lie in two weeks.
 */
export function practiceDates(
  { start, end }: { readonly start: Instant; readonly end: Instant },
  { checkIns, recordings, calendar }: Pick<History, 'checkIns' | 'recordings' | 'calendar'>,
): Set<number> {
  const strengthDays = new Set<number>();
  const practiceDays = new Set<number>();
  const from = start - 2 * dayMs;
  const to = end + 2 * dayMs;
  for (let place = checkIns.first(from), last = checkIns.first(to); place < last; place++) {
    const at = checkIns.at(place);
    const kind = checkIns.kind(place);
    if (kind === strength) strengthDays.add(calendar.dayOf(at));
    else if (kind === practice && at >= start && at < end) practiceDays.add(calendar.dayOf(at));
  }
  for (const { at, purpose } of recordings)
    if (purpose === 'strength' && at >= from && at < to) strengthDays.add(calendar.dayOf(at));
    else if (purpose === 'practice' && at >= start && at < end) practiceDays.add(calendar.dayOf(at));
  for (const day of strengthDays) practiceDays.delete(day);
  return practiceDays;
}
