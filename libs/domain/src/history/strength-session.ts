import type { Instant, SetReport } from '../model/facts.js';
import type { Week } from '../time/week.js';

/** What one check-in said of a strength session. */
export interface SessionPart {
  readonly exercise: string | undefined;
  readonly sets: readonly SetReport[];
  readonly duringExercise: number | undefined;
}

/** All strength check-ins of one local date (D5). */
export interface StrengthSession {
  readonly at: Instant;
  readonly day: number;
  /** The week of its instant. */
  readonly week: Week;
  readonly parts: readonly SessionPart[];
  /** Less than 48 h after the last counted one: kept and flagged, does not count. */
  readonly tooSoon: boolean;
}

/**
 * `duringExercise` of a session, the highest that was given: of all of it, or of what names an exercise or none (for pain that is
 * about every exercise); undefined when none was given.
 */
export function duringOf({ parts }: StrengthSession, exercise?: string): number | undefined {
  let highest: number | undefined;
  for (const part of parts) {
    const { duringExercise } = part;
    if (duringExercise === undefined) continue;
    if (exercise !== undefined && part.exercise !== undefined && part.exercise !== exercise) continue;
    if (highest === undefined || duringExercise > highest) highest = duringExercise;
  }
  return highest;
}

/**
 * The parts of a session that are about an exercise. One without an exercise is about every active one for pain;
 * its sets count only when one exercise is active.
 */
export const aboutExercise = (
  { parts }: StrengthSession,
  exercise: string,
  onlyActive: boolean,
): readonly SessionPart[] =>
  parts.filter((part) => part.exercise === exercise || (part.exercise === undefined && onlyActive));

/** All logged sets of an exercise in a session, pooled. */
export const setsOf = (parts: readonly SessionPart[]): readonly SetReport[] =>
  parts.length === 1 ? parts[0]!.sets : parts.flatMap(({ sets }) => sets);

/** The sessions of the first `length` check-ins of a list, for a calendar and the hours between two that count. */
export interface SessionsSoFar {
  readonly calendar: object;
  readonly gapH: number;
  readonly length: number;
  readonly sessions: readonly StrengthSession[];
}
