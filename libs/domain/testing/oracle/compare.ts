import { programmeAsOf } from '../../src/programme/as-of.js';
import { defaultRuleset } from '../../src/ruleset.js';
import { weeksBetween } from './calendar.js';
import { told } from './engine.js';
import { hour, type Inputs } from './inputs.js';
import { holdsOf, oracleAsOf } from './programme.js';

export interface Comparison {
  readonly asOf: string;
  readonly phase: string;
  readonly targets: readonly string[];
  readonly holds: readonly string[];
}

/** What both say at each instant: after each closing, and at some moments between. */
export function compared(
  inputs: Inputs,
  offsetsH: readonly number[],
): { engine: Comparison[]; oracle: Comparison[] } {
  const { state, accepted } = told(inputs);
  const last = Math.max(inputs.enrolledAt, ...inputs.checkIns.map(({ at }) => at)) + 96 * hour;
  const weeks = weeksBetween(inputs.enrolledAt, last, inputs.zone);
  const instants = [
    ...weeks.map(({ start }) => start + 72 * hour),
    ...offsetsH.map((offset) => inputs.enrolledAt + offset * hour),
  ];
  const asked = instants.filter((at) => at >= inputs.enrolledAt && at <= last);
  return {
    engine: asked.map((at) => {
      const view = programmeAsOf(state, at, defaultRuleset)!;
      return {
        asOf: new Date(at).toISOString(),
        phase: `${view.phase.id} since ${view.phase.since}`,
        targets: view.targets
          .map(
            ({ exercise, week, decision, rule, sets, reps, loadKg }) =>
              `${week} ${exercise}: ${decision} ${rule} ${sets} x ${reps} at ${loadKg} kg`,
          )
          .sort(),
        holds: [...new Set(view.holds.map(({ rule, exercise }) => `${rule} ${exercise ?? ''}`))].sort(),
      };
    }),
    oracle: asked.map((at) => {
      const answer = oracleAsOf(accepted, at);
      const { week, targets, phase } = answer;
      return {
        asOf: new Date(at).toISOString(),
        phase: `${phase.phase} since ${new Date(phase.since).toISOString()}`,
        targets: [...targets]
          .map(
            ([exercise, { decision, rule, dose }]) =>
              `${week.name} ${exercise}: ${decision} ${rule} ${dose.sets} x ${dose.reps} at ${dose.loadKg} kg`,
          )
          .sort(),
        holds: holdsOf(accepted, at, answer)
          .map(({ rule, exercise }) => `${rule} ${exercise ?? ''}`)
          .sort(),
      };
    }),
  };
}
