import type { Instant, OverrideFact } from '../model/facts.js';
import type { History } from './history.js';

export const redFlags: ReadonlySet<string> = new Set([
  'cannot-bear-weight',
  'trauma-severe-pain',
  'suspected-infection',
  'deformity',
  'sudden-deterioration',
  'cold-limb',
  'bladder-bowel',
]);

/** A flag that stands, or a clinician's suspension. */
export interface OpenHold {
  readonly rule: 'S1' | 'S2' | 'override';
  readonly since: Instant;
  readonly until: Instant | null;
}

/**
 * What holds everything at an instant: RED (S1) and AMBER (S2) flags said before it that no resume has ended, and suspensions.
 * A resume ends what was known when it was made and lies at or before its `from`; a flag that arrives later needs a new one (D7).
 * `inclusive` takes a flag said at the very instant in (the view of a moment); a closing leaves it to the next week.
 */
export function holdsAt(
  at: Instant,
  { checkIns, overrides }: History,
  inclusive = false,
): readonly OpenHold[] {
  if (checkIns.flagged.length === 0 && overrides.length === 0) return nothing;
  const resumes = overrides.filter((override) => override.kind === 'resume' && override.from <= at);
  const ended = (since: Instant, order: number) =>
    resumes.some((resume) => order < resume.order && since <= resume.from);
  const holds: OpenHold[] = [];
  for (const { at: since, flags, order } of checkIns.flagged) {
    if ((inclusive ? since > at : since >= at) || ended(since, order)) continue;
    const red = flags.some((flag) => redFlags.has(flag));
    if (red) holds.push({ rule: 'S1', since, until: null });
    if (flags.some((flag) => !redFlags.has(flag))) holds.push({ rule: 'S2', since, until: null });
  }
  for (const override of overrides)
    if (
      override.kind === 'suspend' &&
      override.from <= at &&
      (override.until === null || at < override.until) &&
      !ended(override.from, override.order)
    )
      holds.push({ rule: 'override', since: override.from, until: override.until });
  return firstOfEach(holds);
}

const nothing: readonly OpenHold[] = [];

/** One entry a rule, the one that has stood longest. */
function firstOfEach(holds: readonly OpenHold[]): OpenHold[] {
  const byRule = new Map<string, OpenHold>();
  for (const hold of holds) {
    const known = byRule.get(hold.rule);
    if (!known || hold.since < known.since) byRule.set(hold.rule, hold);
  }
  return (['S1', 'S2', 'override'] as const).flatMap((rule) => byRule.get(rule) ?? []);
}

/** Time in [from, to) during which S1 or a suspension stood, ms: it does not count as a gap (D6, S8). */
export function suspendedTime(from: Instant, to: Instant, history: History): number {
  const { checkIns, overrides } = history;
  const edges = new Set([from, to]);
  for (const { at } of checkIns.flagged) edges.add(at);
  for (const { from: start, until } of overrides) {
    edges.add(start);
    if (until !== null) edges.add(until);
  }
  const cuts = [...edges].filter((edge) => edge >= from && edge <= to).sort((a, b) => a - b);
  let sum = 0;
  for (let i = 0; i + 1 < cuts.length; i++)
    if (holdsAt(cuts[i]!, history, true).some(({ rule }) => rule !== 'S2')) sum += cuts[i + 1]! - cuts[i]!;
  return sum;
}

/** Overrides of a kind that are in force at an instant: from ≤ at < until. The last received comes last. */
export const inForce = (
  overrides: readonly OverrideFact[],
  kind: OverrideFact['kind'],
  at: Instant,
): OverrideFact[] =>
  overrides.filter(
    (override) =>
      override.kind === kind && override.from <= at && (override.until === null || at < override.until),
  );
