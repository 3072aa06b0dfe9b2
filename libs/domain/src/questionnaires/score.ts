import type { Parameters } from '../ruleset.js';
import type { QuestionnaireFact } from '../model/facts.js';
import type { MeasureDefinition } from './measures.js';

export interface Score {
  /** In the measure's own points, to two decimals; null when too much is missing. */
  readonly score: number | null;
  readonly answered: number;
  readonly missing: number;
}

/** What is wrong with the answers, by their place; empty when nothing is. `-1` is the list itself. */
export function faultsOfAnswers(
  { items, answer, whole }: MeasureDefinition,
  answers: readonly (number | null)[],
): readonly { readonly index: number; readonly message: string }[] {
  const [least, most] = items;
  if (answers.length < least || answers.length > most) {
    const count = least === most ? `${least}` : `${least} to ${most}`;
    return [{ index: -1, message: `must have ${count} answers; null where one is missing` }];
  }
  return answers.flatMap((value, index) => {
    if (value === null) return [];
    if (value < answer[0] || value > answer[1])
      return [{ index, message: `must be between ${answer[0]} and ${answer[1]}` }];
    return whole && !Number.isInteger(value) ? [{ index, message: 'must be a whole number' }] : [];
  });
}

/** Scores answers that have no fault. */
export function scoreOf(
  { scoring, leastAnswered }: MeasureDefinition,
  answers: readonly (number | null)[],
): Score {
  const given = answers.filter((value) => value !== null);
  const counts = { answered: given.length, missing: answers.length - given.length };
  if (given.length < leastAnswered) return { score: null, ...counts };
  const mean = given.reduce((sum, value) => sum + value, 0) / given.length;
  const score = scoring === 'mean' ? mean : mean * answers.length;
  return { score: Math.round(score * 100) / 100, ...counts };
}

/** How a score stands to the first of its kind. */
export interface OutcomeChange {
  readonly baseline: number | null;
  readonly change: number | null;
  readonly verdict: 'better' | 'worse' | 'no-change' | 'not-enough-data';
  readonly size: 'small' | 'medium' | 'large' | null;
}

/** Change since the first score with the same definition and as many answers asked for. */
export function changeOf(
  definition: MeasureDefinition,
  questionnaire: Pick<QuestionnaireFact, 'score' | 'answers'>,
  earlier: readonly QuestionnaireFact[],
  parameters: Parameters,
): OutcomeChange {
  const alike = ({ measure, version, score, answers }: QuestionnaireFact) =>
    measure === definition.measure &&
    version === definition.version &&
    score !== null &&
    answers.length === questionnaire.answers.length;
  const baseline = earlier.find(alike)?.score ?? null;
  if (baseline === null || questionnaire.score === null)
    return { baseline, change: null, verdict: 'not-enough-data', size: null };
  // To two decimals like the scores: 8.3 - 7 is no more than 1.3.
  const change = Math.round((questionnaire.score - baseline) * 100) / 100;
  const reached = definition.changes
    .filter(({ parameter }) => Math.abs(change) >= parameters[parameter])
    .at(-1);
  const up = change > 0;
  const verdict = !reached ? 'no-change' : up === (definition.better === 'higher') ? 'better' : 'worse';
  return { baseline, change, verdict, size: reached?.size ?? null };
}
