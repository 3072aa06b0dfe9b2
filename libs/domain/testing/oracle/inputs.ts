import type { OverrideValue, Series, SessionReport } from '../../src/model/facts.js';
import { defaultParameters, type Parameters } from '../../src/ruleset.js';

export const hour = 3_600_000;
export const day = 24 * hour;

/** A check-in with its instants in epoch ms. */
export interface CheckIn {
  readonly id: string;
  readonly at: number;
  readonly receivedAt: number;
  readonly now: number;
  readonly worst?: number;
  readonly duringExercise?: number;
  readonly nextMorning?: number;
  readonly controllable?: boolean;
  readonly feltTarget?: boolean;
  readonly understanding?: number;
  readonly session?: SessionReport;
  readonly flags: readonly string[];
}

export interface Reading {
  readonly id: string;
  readonly at: number;
  readonly series: Series;
  readonly valuesDeg: readonly number[];
}

export interface Override {
  readonly id: string;
  readonly override: OverrideValue;
  readonly from: number;
  readonly until: number | null;
  readonly receivedAt: number;
}

/** Where somebody lives, and the moves that they told, in order. */
export interface Zones {
  readonly zone: string;
  readonly moves: readonly { readonly id: string; readonly at: number; readonly zone: string }[];
}

/** Everything that was ever told, in any order. Entry (P01) is met at the enrolment. */
export interface Inputs {
  readonly enrolledAt: number;
  readonly zone: Zones;
  readonly baselinePain: number;
  readonly startExercise: string;
  readonly startLoadKg: number;
  readonly checkIns: readonly CheckIn[];
  readonly readings: readonly Reading[];
  readonly recordings: readonly {
    readonly id: string;
    readonly at: number;
    readonly purpose: 'practice' | 'strength';
  }[];
  readonly overrides: readonly Override[];
}

/** What had happened by an instant, check-ins in order (D1). */
export function until(inputs: Inputs, at: number): Inputs {
  return {
    ...inputs,
    checkIns: inputs.checkIns
      .filter((checkIn) => checkIn.at <= at)
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)),
    readings: inputs.readings.filter((reading) => reading.at <= at),
    recordings: inputs.recordings.filter((recording) => recording.at <= at),
    overrides: inputs.overrides.filter(({ from }) => from <= at).sort((a, b) => a.receivedAt - b.receivedAt),
  };
}

/** The ruleset as a clinician has changed it, in force at an instant. */
export function parametersAt(inputs: Inputs, at: number): Parameters {
  const changes = inputs.overrides.flatMap(({ override, from, until: end }) =>
    override.kind === 'rule' && from <= at && (end === null || at < end) ? [override.value] : [],
  );
  return Object.assign({}, defaultParameters, ...changes) as Parameters;
}

export const peakOf = ({ now, worst = 0, duringExercise = 0, nextMorning = 0 }: CheckIn): number =>
  Math.max(now, worst, duringExercise, nextMorning);

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
