import { type Week, weekOf } from './calendar.js';
import type { Zones } from './inputs.js';
import { heldByClosing, type Table, type Target, type Targets } from './standing.js';

/** A target as it was put down once: for a week, shown from an instant on; null where the exercise was taken away. */
export interface Version {
  readonly week: number;
  readonly shownFrom: number;
  readonly exercise: string;
  readonly target: Target | null;
  readonly clinician: boolean;
}

/** All versions of all targets, in the order in which they were put down. Nothing is ever struck out. */
export class Ledger {
  readonly #versions: Version[] = [];

  constructor(private readonly zones: Zones) {}

  put(version: Version): void {
    this.#versions.push(version);
  }

  /** What stood in a week at an instant: the last that was put down, but a clinician's word before that of a closing. */
  last(week: number, exercise: string, at = Infinity): Version | undefined {
    const all = this.#versions.filter(
      (version) => version.week === week && version.exercise === exercise && version.shownFrom <= at,
    );
    return all.findLast(({ clinician }) => clinician) ?? all.at(-1);
  }

  standing(week: number, at = Infinity): Targets {
    const names = [...new Set(this.#versions.map(({ exercise }) => exercise))];
    return new Map(
      names.flatMap((exercise) => {
        const target = this.last(week, exercise, at)?.target;
        return target ? [[exercise, target] as const] : [];
      }),
    );
  }

  /** What stood in each week when it ended: what was asked for while it was done (D5). */
  atEnds(): Table {
    return new Map(
      this.#weeks().map((week) => [week, this.standing(week, weekOf(week, this.zones).end)] as const),
    );
  }

  /** What stands in each week now. */
  now(): Table {
    return new Map(this.#weeks().map((week) => [week, this.standing(week)] as const));
  }

  #weeks(): number[] {
    return [...new Set(this.#versions.map(({ week }) => week))];
  }

  /** The targets of a week, each with what earlier weeks, as they now stand, have left behind for it. */
  withMemory({ start }: Week): Targets {
    return new Map(
      [...this.standing(start)].map(([exercise, { gapSince: _, ...target }]) => {
        const { countsFrom, gapSince } = this.#memory(exercise, start);
        const held = heldByClosing(this.#made(exercise, start)?.target);
        return [
          exercise,
          {
            ...target,
            countsFrom,
            ...(gapSince === undefined ? {} : { gapSince }),
            ...(held ? { heldBefore: true } : {}),
          },
        ];
      }),
    );
  }

  /** Walks back to the week in which the exercise began: its last deload, and the gap that was answered last. */
  #memory(exercise: string, until: number): { countsFrom: number; gapSince: number | undefined } {
    let countsFrom: number | undefined;
    let gapSince: number | undefined;
    let start = until;
    for (let week = until; ; week = weekOf(week - 1, this.zones).start) {
      const stood = this.standing(week).get(exercise);
      if (!stood) break;
      start = week;
      const made = this.#made(exercise, week);
      if (made?.target?.rule === 'S8' && made.target.decision === 'regress')
        gapSince ??= made.target.gapSince;
      if (countsFrom === undefined && made?.target?.decision === 'deload')
        countsFrom = weekOf(week, this.zones).end;
      // Added by a clinician, or set where a closing had taken it away: it begins anew.
      if (stood.decision === 'start' || made?.target === null) break;
    }
    return { countsFrom: countsFrom ?? start, gapSince };
  }

  /** What a closing made of it; that a clinician set another target in its place undoes neither a deload, nor a hold, nor the answer to a gap. */
  #made(exercise: string, week: number): Version | undefined {
    return this.#versions.findLast(
      (version) => version.week === week && version.exercise === exercise && !version.clinician,
    );
  }
}
