import type { Confidence } from './definition.js';
import type { ParameterName } from './parameters.js';

/** One rule as it is written for people: its page in docs/reference/rules is made from this. */
export interface RuleDefinition {
  readonly id: string;
  readonly title: string;
  /** What it does, in plain sentences. A number in braces is a parameter's name and is shown with its value. */
  readonly text: string;
  readonly parameters: readonly ParameterName[];
  readonly source: string;
  readonly confidence: Confidence;
  /** The statements of the article that it honours, such as `A16`. */
  readonly honours: readonly string[];
}
