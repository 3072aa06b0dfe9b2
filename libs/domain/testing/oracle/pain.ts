import type { Parameters } from '../../src/ruleset.js';
import { dateOf, inWeek, nextDate, type Week, weekOf } from './calendar.js';
import { day, hour, type Inputs, medianOf } from './inputs.js';
import type { Session } from './sessions.js';

export type Known<T> = T | 'unknown';

/** S4: the morning after a session against the pain before it (D6). */
export function morningFires(session: Session, inputs: Inputs, parameters: Parameters): Known<boolean> {
  const morning = morningAfter(session, inputs);
  if (morning === null) return 'unknown';
  const before = painBefore(session, inputs, parameters);
  return morning > parameters.morningHigh || morning - before >= parameters.morningRise;
}

function morningAfter(session: Session, { checkIns, zone }: Inputs): number | null {
  const told = checkIns.find(
    ({ at, nextMorning }) =>
      nextMorning !== undefined &&
      at > session.at &&
      at <= session.at + 36 * hour &&
      dateOf(at, zone) > session.date,
  );
  if (told?.nextMorning !== undefined) return told.nextMorning;
  const first = checkIns.find(({ at }) => dateOf(at, zone) === nextDate(session.date));
  return first ? first.now : null;
}

function painBefore(
  session: Session,
  { checkIns, baselinePain }: Inputs,
  { medianDays }: Parameters,
): number {
  const earlier = checkIns.filter(({ at }) => at < session.at);
  const last = earlier.filter(({ at }) => at > session.at - 48 * hour).at(-1);
  if (last) return last.now;
  const recent = earlier.filter(({ at }) => at > session.at - medianDays * day);
  return recent.length > 0 ? medianOf(recent.map(({ now }) => now)) : baselinePain;
}

/** S5: rise of the weekly mean as an exact fraction times the product of both counts; null when not comparable. */
function rise(week: Week, inputs: Inputs, { weeklyCheckIns }: Parameters): { by: number; of: number } | null {
  const pains = inWeek(inputs.checkIns, week).map(({ now }) => now);
  if (pains.length < weeklyCheckIns) return null;
  if (week.start === weekOf(inputs.enrolledAt, inputs.zone).start)
    return { by: sum(pains) - inputs.baselinePain * pains.length, of: pains.length };
  const before = inWeek(inputs.checkIns, weekOf(week.start - 1, inputs.zone)).map(({ now }) => now);
  if (before.length < weeklyCheckIns) return null;
  return { by: sum(pains) * before.length - sum(before) * pains.length, of: pains.length * before.length };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

export type S5 = 'clear' | 'fails' | 'unknown';

export function s5Of(week: Week, inputs: Inputs, parameters: Parameters): S5 {
  const found = rise(week, inputs, parameters);
  if (!found) return 'unknown';
  return found.by >= parameters.weeklyRiseHold * found.of ? 'fails' : 'clear';
}

/** S5 fails in this week and the one before. */
export const s5Twice = (week: Week, inputs: Inputs, parameters: Parameters): boolean =>
  s5Of(week, inputs, parameters) === 'fails' &&
  s5Of(weekOf(week.start - 1, inputs.zone), inputs, parameters) === 'fails';

export function s5Regresses(week: Week, inputs: Inputs, parameters: Parameters): boolean {
  const found = rise(week, inputs, parameters);
  return (
    (found !== null && found.by >= parameters.weeklyRiseRegress * found.of) ||
    s5Twice(week, inputs, parameters)
  );
}
