import type { Decision, Dose } from '../../src/model/facts.js';

/** What one exercise asks for in one week. */
export interface Target {
  readonly decision: Decision;
  readonly rule: string;
  readonly dose: Dose;
  /** On a deload: what it comes back to. */
  readonly base?: Dose;
  /** First week of this run of the exercise, or the week of its last deload: O6 counts from here. */
  readonly countsFrom: number;
  /** On a regress for a gap: the last check-in before it. */
  readonly gapSince?: number;
  /** A closing holds what a clinician has set. */
  readonly held?: true;
  /** A clinician set it where a closing had held by pain or a miss. */
  readonly heldBefore?: true;
}

const painHolds = ['S3', 'S4', 'S5', 'S6', 'O5'];

export const isPainHold = (rule: string): boolean => painHolds.includes(rule);

/** Whether the closing before held it by pain or a miss, whatever a clinician has set since. */
export const heldByClosing = (target: Target | null | undefined): boolean =>
  target?.heldBefore === true || (target?.decision === 'hold' && isPainHold(target.rule));

/** Targets by exercise, for one week each. */
export type Targets = ReadonlyMap<string, Target>;

/** Every week's targets so far, by the start of the week. */
export type Table = ReadonlyMap<number, Targets>;

export const startTarget = (loadKg: number, weekStart: number): Target => ({
  decision: 'start',
  rule: 'O2',
  dose: { sets: 3, reps: 8, loadKg },
  countsFrom: weekStart,
});
