import type { EventOf, ProgrammeEvent } from '../../src/model/event.js';
import { activeTargets } from '../../src/overload/standing.js';
import { calendarOf } from '../../src/time/week.js';
import { told } from './engine.js';
import type { Inputs } from './inputs.js';
import { Living } from './late.js';
import type { Target } from './standing.js';

/** What stands in the end, what was tightened on the way, and the steps that closings took. */
export interface Outcome {
  readonly targets: readonly string[];
  readonly tightened: readonly string[];
  readonly steps: readonly string[];
}

const text = (at: number): string => new Date(at).toISOString();

/** What both make of a history whose check-ins come as late as they like (D4). */
export function comparedLate(inputs: Inputs): { engine: Outcome; oracle: Outcome } {
  const { state, events, accepted } = told(inputs);
  const { weeks, tightened, steps } = new Living(accepted).live();
  const calendar = calendarOf(state.zones);
  return {
    engine: {
      targets: state.closed.flatMap(({ end }) =>
        activeTargets(state, end, Infinity)
          .map(
            ({ exercise, decision, rule, sets, reps, loadKg }) =>
              `${calendar.weekOf(end).isoWeek} ${exercise}: ${decision} ${rule} ${sets} x ${reps} at ${loadKg} kg`,
          )
          .sort(),
      ),
      tightened: ofType(events, 'target-tightened')
        .map(({ data: { week, exercise, fact } }) => {
          const { removed, shownFrom, decision, rule, sets, reps, loadKg } = fact;
          const result = removed ? 'gone' : `${decision} ${rule} ${sets} x ${reps} at ${loadKg} kg`;
          return `${text(shownFrom)} ${week} ${exercise}: ${result}`;
        })
        .sort(),
      steps: ofType(events, 'phase-changed')
        .filter(({ data }) => data.rule !== 'override' && data.rule !== 'P01')
        .map(({ data }) => `${data.to} since ${text(data.fact.since)}`),
    },
    oracle: {
      targets: weeks.flatMap(({ week, targets }) =>
        [...targets].map(([exercise, target]) => `${week.name} ${exercise}: ${inShort(target)}`).sort(),
      ),
      tightened: tightened
        .map(
          ({ at, week, exercise, target }) =>
            `${text(at)} ${week} ${exercise}: ${target ? inShort(target) : 'gone'}`,
        )
        .sort(),
      steps: steps.map(({ phase, since }) => `${phase} since ${text(since)}`),
    },
  };
}

const inShort = ({ decision, rule, dose }: Target): string =>
  `${decision} ${rule} ${dose.sets} x ${dose.reps} at ${dose.loadKg} kg`;

const ofType = <Type extends ProgrammeEvent['type']>(
  events: readonly ProgrammeEvent[],
  type: Type,
): EventOf<Type>[] => events.filter((event): event is EventOf<Type> => event.type === type);
