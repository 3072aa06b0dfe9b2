import type { EventOf, ProgrammeEvent } from '../model/event.js';
import type { Decision, Phase } from '../model/facts.js';
import type { Ruleset } from '../ruleset.js';
import { replay } from './replay.js';

/** A target as one ruleset decided it; null: there was none. */
export interface DecidedTarget {
  readonly sets: number;
  readonly reps: number;
  readonly loadKg: number;
  readonly decision: Decision;
  readonly rule: string;
}

export interface TargetDifference {
  readonly week: string;
  readonly exercise: string;
  readonly was: DecidedTarget | null;
  readonly would: DecidedTarget | null;
}

export interface PhaseDifference {
  readonly at: string;
  readonly was: { readonly to: Phase; readonly rule: string } | null;
  readonly would: { readonly to: Phase; readonly rule: string } | null;
}

/** A crossing of a pain threshold: by its check-in, or by the week for a mean that rose. */
export interface AlarmDifference {
  readonly at: string;
  readonly checkInId: string | null;
  readonly was: 'HIGH' | 'MEDIUM' | null;
  readonly would: 'HIGH' | 'MEDIUM' | null;
}

/** What another ruleset would have decided differently for one patient. */
export interface Comparison {
  readonly targets: readonly TargetDifference[];
  readonly phases: readonly PhaseDifference[];
  readonly alarms: readonly AlarmDifference[];
  readonly refused: readonly { readonly at: string; readonly type: string; readonly reason: string }[];
  /** How many targets were decided in all. */
  readonly decided: number;
}

/** Replays a history under a candidate and compares with what was decided. It touches nothing. */
export function compareRulesets(
  history: readonly ProgrammeEvent[],
  candidate: Ruleset,
  decidedWith: Ruleset,
  now?: number,
): Comparison {
  const { events, refused } = replay(history, candidate, decidedWith, now);
  const was = decisionsOf(history);
  const would = decisionsOf(events);
  return {
    targets: differences(was.targets, would.targets, (a, b) => ({
      week: (a ?? b)!.data.week,
      exercise: (a ?? b)!.data.exercise,
      was: targetOf(a),
      would: targetOf(b),
    })),
    phases: differences(was.phases, would.phases, (a, b) => ({
      at: (a ?? b)!.at,
      was: a ? { to: a.data.to, rule: a.data.rule } : null,
      would: b ? { to: b.data.to, rule: b.data.rule } : null,
    })),
    alarms: differences(was.alarms, would.alarms, (a, b) => ({
      at: (a ?? b)!.at,
      checkInId: (a ?? b)!.data.checkInId,
      was: a?.data.severity ?? null,
      would: b?.data.severity ?? null,
    })),
    refused,
    decided: was.targets.size,
  };
}

type TargetEvent = EventOf<'target-decided'> | EventOf<'target-tightened'>;

/** The last word on each target, phase and crossing, by what makes it the same thing in both histories. */
function decisionsOf(events: readonly ProgrammeEvent[]) {
  const targets = new Map<string, TargetEvent>();
  const phases = new Map<string, EventOf<'phase-changed'>>();
  const alarms = new Map<string, EventOf<'pain-threshold-crossed'>>();
  for (const event of events)
    if (event.type === 'target-decided' || event.type === 'target-tightened')
      targets.set(`${event.data.week} ${event.data.exercise}`, event);
    else if (event.type === 'phase-changed') phases.set(`${Date.parse(event.at)}`, event);
    else if (event.type === 'pain-threshold-crossed')
      alarms.set(`${event.data.checkInId ?? Date.parse(event.at)}`, event);
  return { targets, phases, alarms };
}

function targetOf(event: TargetEvent | undefined): DecidedTarget | null {
  if (!event) return null;
  const { sets, reps, loadKg, decision, rule } = event.data;
  return { sets, reps, loadKg, decision, rule };
}

function differences<Event, Difference extends { readonly was: unknown; readonly would: unknown }>(
  was: ReadonlyMap<string, Event>,
  would: ReadonlyMap<string, Event>,
  differ: (a: Event | undefined, b: Event | undefined) => Difference,
): Difference[] {
  const keys = [...new Set([...was.keys(), ...would.keys()])].sort();
  return keys
    .map((key) => differ(was.get(key), would.get(key)))
    .filter((each) => JSON.stringify(each.was) !== JSON.stringify(each.would));
}
