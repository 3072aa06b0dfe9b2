import type { TargetData } from '../model/event.js';
import type { TargetVersion } from '../model/facts.js';
import type { Ruleset } from '../ruleset.js';

/** A target version as the outside sees it. */
export function targetData(fact: TargetVersion, week: string, { version }: Ruleset): TargetData {
  const { exercise, sets, reps, loadKg, decision, rule, inputs } = fact;
  return { exercise, week, sets, reps, loadKg, decision, rule, inputs, ruleset: version, fact };
}
