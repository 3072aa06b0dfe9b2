import type { ProgrammeState } from '../programme/state.js';
import { historyOf } from '../programme/state.js';
import { parametersAt } from '../programme/week-closing.js';
import type { Ruleset } from '../ruleset.js';
import { definitionOf, type Measure } from './measures.js';
import { changeOf, type OutcomeChange } from './score.js';

/** A questionnaire as it is shown. */
export interface OutcomeView extends OutcomeChange {
  readonly id: string;
  readonly at: string;
  readonly measure: Measure;
  readonly version: string;
  readonly score: number | null;
  readonly answered: number;
  readonly missing: number;
}

/** Every questionnaire of a person in order of `at`, each against the first of its kind that came before it. */
export function outcomesOf(state: ProgrammeState, ruleset: Ruleset): OutcomeView[] {
  return state.questionnaires.map((fact, index) => {
    const { id, at, said, measure, version, score, answers } = fact;
    const missing = answers.filter((answer) => answer === null).length;
    const parameters = parametersAt(at, historyOf(state), ruleset);
    const earlier = state.questionnaires.slice(0, index);
    return {
      id,
      at: said ?? new Date(at).toISOString(),
      measure,
      version,
      score,
      answered: answers.length - missing,
      missing,
      ...changeOf(definitionOf(measure, version)!, fact, earlier, parameters),
    };
  });
}
