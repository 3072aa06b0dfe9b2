import { overloadRules } from './overload-rules.js';
import { rotationAndPhaseRules } from './phase-rules.js';
import type { RuleDefinition } from './rule-definition.js';
import { safetyRules } from './safety-rules.js';

export type { RuleDefinition } from './rule-definition.js';

/** Every rule, in the order in which they are read: safety, load, understanding, rotation, phases, stretches. */
export const ruleDefinitions: readonly RuleDefinition[] = [
  ...safetyRules,
  ...overloadRules,
  ...rotationAndPhaseRules,
];

export const ruleOf = (id: string): RuleDefinition | undefined =>
  ruleDefinitions.find((rule) => rule.id === id);
