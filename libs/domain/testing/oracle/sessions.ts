import type { SetReport } from '../../src/model/facts.js';
import { dateOf } from './calendar.js';
import { type CheckIn, hour, type Inputs } from './inputs.js';

/** All strength check-ins of one local date (D5). */
export interface Session {
  readonly at: number;
  readonly date: string;
  readonly parts: readonly CheckIn[];
  readonly tooSoon: boolean;
}

/** Every strength session; one less than 48 h after the last counted one is too soon. */
export function strengthSessions(inputs: Inputs, sessionGapH: number): Session[] {
  const byDate = new Map<string, CheckIn[]>();
  for (const checkIn of inputs.checkIns) {
    if (checkIn.session?.kind !== 'strength') continue;
    const date = dateOf(checkIn.at, inputs.zone);
    byDate.set(date, [...(byDate.get(date) ?? []), checkIn]);
  }
  const sessions: Session[] = [];
  for (const [date, parts] of byDate) {
    const { at } = parts[0]!;
    const lastCounted = sessions.filter(({ tooSoon }) => !tooSoon).at(-1);
    const tooSoon = lastCounted !== undefined && at - lastCounted.at < sessionGapH * hour;
    sessions.push({ at, date, parts, tooSoon });
  }
  return sessions;
}

export const counted = (sessions: readonly Session[]): Session[] =>
  sessions.filter(({ tooSoon }) => !tooSoon);

/** A session is about an exercise when a part names it or names none. */
export const partsAbout = (session: Session, exercise: string): CheckIn[] =>
  session.parts.filter(({ session: said }) => (said?.exercise ?? exercise) === exercise);

/** An unnamed part belongs to an exercise, but for its pain, only when that is the only active one. */
export const isOf = (session: Session, exercise: string, active: readonly string[]): boolean =>
  session.parts.some(({ session: said }) =>
    said?.exercise === undefined ? active.length === 1 && active[0] === exercise : said.exercise === exercise,
  );

/** Sets of an exercise: those that name it, and the unnamed ones when it is the only active exercise. */
export function setsOf(session: Session, exercise: string, active: readonly string[]): SetReport[] {
  return session.parts.flatMap(({ session: said }) => {
    const counts = said?.exercise === undefined ? active.length === 1 : said.exercise === exercise;
    return counts ? (said?.sets ?? []) : [];
  });
}

/** Highest pain during exercise that the parts give; null when none does. */
export function painDuring(parts: readonly CheckIn[]): number | null {
  const pains = parts.flatMap(({ duringExercise }) => (duringExercise === undefined ? [] : [duringExercise]));
  return pains.length === 0 ? null : Math.max(...pains);
}
