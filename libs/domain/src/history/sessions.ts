import type { CheckInFact, Instant, SetReport } from '../model/facts.js';
import type { Parameters } from '../ruleset.js';
import type { Calendar } from '../time/week.js';
import { hourMs } from './history.js';

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

/** `duringExercise` of a session: the highest that was given; undefined when none was. */
export function duringOf(session: StrengthSession): number | undefined {
  const given = session.checkIns
    .map(({ duringExercise }) => duringExercise)
    .filter((value) => value !== undefined);
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

/** Local dates with practice and without strength, of check-ins and finished recordings. */
export function practiceDates(
  checkIns: readonly CheckInFact[],
  recordings: readonly { readonly at: Instant; readonly purpose: string }[],
  calendar: Calendar,
): Set<number> {
  const strength = new Set(
    checkIns.filter(({ session }) => session?.kind === 'strength').map(({ at }) => calendar.dayOf(at)),
  );
  const practice = [
    ...checkIns.filter(({ session }) => session?.kind === 'practice'),
    ...recordings.filter(({ purpose }) => purpose === 'practice'),
  ];
  return new Set(practice.map(({ at }) => calendar.dayOf(at)).filter((day) => !strength.has(day)));
}
