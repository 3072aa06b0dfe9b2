import { defaultParameters, type Parameters } from './ruleset/parameters.js';

export * from './ruleset/definition.js';
export * from './ruleset/exercises.js';
export * from './ruleset/parameters.js';
export * from './ruleset/pages.js';
export * from './ruleset/parse-ruleset.js';
export * from './ruleset/rules.js';

/** A versioned set of parameters. A new version never rewrites what an old one decided. */
export interface Ruleset {
  readonly version: string;
  readonly parameters: Parameters;
}

export const defaultRuleset: Ruleset = { version: '1.0.0', parameters: defaultParameters };
