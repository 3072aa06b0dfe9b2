import type { CheckInFact, Instant, SetReport } from '../model/facts.js';
import type { Parameters } from '../ruleset.js';
import type { Calendar } from '../time/week.js';
import { dayMs, type History, hourMs, within } from './history.js';

/** All strength check-ins of one local date (D5). */
export interface StrengthSession {
  readonly at: Instant;
  readonly day: number;
  readonly checkIns: readonly CheckInFact[];
  /** Less than 48 h after the last counted one: kept and flagged, does not count. */
  readonly tooSoon: boolean;
}

const cache = new WeakMap<
  readonly CheckInFact[],
  { readonly calendar: Calendar; readonly gapH: number; readonly sessions: readonly StrengthSession[] }
>();

/** The strength sessions of a history in order. */
export function strengthSessions(
  checkIns: readonly CheckInFact[],
  calendar: Calendar,
  { sessionGapH }: Parameters,
): readonly StrengthSession[] {
  const known = cache.get(checkIns);
  if (known && known.calendar === calendar && known.gapH === sessionGapH) return known.sessions;
  const byDay = new Map<number, CheckInFact[]>();
  for (const checkIn of checkIns) {
    if (checkIn.session?.kind !== 'strength') continue;
    const day = calendar.dayOf(checkIn.at);
    const group = byDay.get(day);
    if (group) group.push(checkIn);
    else byDay.set(day, [checkIn]);
  }
  let lastCounted = -Infinity;
  const sessions = [...byDay].map(([day, group]): StrengthSession => {
    const at = group[0]!.at;
    const tooSoon = at - lastCounted < sessionGapH * hourMs;
    if (!tooSoon) lastCounted = at;
    return { at, day, checkIns: group, tooSoon };
  });
  cache.set(checkIns, { calendar, gapH: sessionGapH, sessions });
  return sessions;
}

/**
 * `duringExercise` of a session, the highest that was given: of all of it, or of what names an exercise or none (for pain that is
 * about every exercise); undefined when none was given.
 */
export function duringOf(session: StrengthSession, exercise?: string): number | undefined {
  const given = session.checkIns.flatMap(({ duringExercise, session: report }) =>
    duringExercise === undefined || (exercise !== undefined && (report?.exercise ?? exercise) !== exercise)
      ? []
      : [duringExercise],
  );
  return given.length > 0 ? Math.max(...given) : undefined;
}

/**
 * The check-ins of a session that are about an exercise. One without an exercise is about every active one for pain;
 * its sets count only when one exercise is active.
 */
export function aboutExercise(
  session: StrengthSession,
  exercise: string,
  onlyActive: boolean,
): readonly CheckInFact[] {
  return session.checkIns.filter(
    ({ session: report }) => report?.exercise === exercise || (report?.exercise === undefined && onlyActive),
  );
}

/** All logged sets of an exercise in a session, pooled. */
export const setsOf = (checkIns: readonly CheckInFact[]): SetReport[] =>
  checkIns.flatMap(({ session }) => session?.sets ?? []);

/**
 * Local dates of a week with practice (a check-in or a recording) and without strength (D11). Strength is looked for beyond the week
 * too: where the zone changes, a local date can lie in two weeks.
 */
export function practiceDates(
  { start, end }: { readonly start: Instant; readonly end: Instant },
  { checkIns, recordings, calendar }: Pick<History, 'checkIns' | 'recordings' | 'calendar'>,
): Set<number> {
  const datesOf = (wanted: string, from: Instant, to: Instant) =>
    [
      ...within(checkIns, from, to).flatMap(({ at, session }) =>
        session ? [{ at, purpose: session.kind }] : [],
      ),
      ...recordings.filter(({ at }) => from <= at && at < to),
    ]
      .filter(({ purpose }) => purpose === wanted)
      .map(({ at }) => calendar.dayOf(at));
  const strength = new Set(datesOf('strength', start - 2 * dayMs, end + 2 * dayMs));
  return new Set(datesOf('practice', start, end).filter((day) => !strength.has(day)));
}
