import type { EventOf, ProgrammeEvent } from '../model/event.js';
import type { Decision, Instant } from '../model/facts.js';
import { shownAt } from '../programme/shown.js';
import { evolve, initialState, type ProgrammeState } from '../programme/state.js';
import { ruleOf, type Ruleset, textOf } from '../ruleset.js';
import { calendarOf, type Week } from '../time/week.js';
import { evidenceOf, type EvidenceView } from './evidence.js';

export type { EvidenceView } from './evidence.js';

/** One target of an exercise, with what it rests on. */
export interface WhyLink {
  readonly week: string;
  readonly exercise: string;
  readonly sets: number;
  readonly reps: number;
  readonly loadKg: number;
  readonly decision: Decision;
  readonly rule: string;
  /** The rule in words, with the numbers of this ruleset. */
  readonly ruleText: string | null;
  readonly reason: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** `target-decided`, `target-tightened`; null while the closing is still provisional. */
  readonly event: 'target-decided' | 'target-tightened' | null;
  readonly recordedAt: string | null;
  /** Version of the ruleset that decided it. */
  readonly ruleset: string;
  /** The closed week that it was decided from; null for a start and for a clinician's own target. */
  readonly from: string | null;
  readonly because: readonly EvidenceView[];
}

/** Why a target is what it is: itself first, then each target before it back to the start. */
export interface WhyView {
  readonly exercise: string;
  readonly week: string;
  readonly chain: readonly WhyLink[];
}

type TargetEvent = EventOf<'target-decided'> | EventOf<'target-tightened'>;

/**
 * The chain of events behind the target of an exercise in an ISO week, as it stood at an instant.
 * `events` are all of the patient's in the order of their stream; null when there was no such target then.
 */
export function whyOf(
  events: readonly ProgrammeEvent[],
  { exercise, week, at }: { readonly exercise: string; readonly week: string; readonly at: Instant },
  ruleset: Ruleset,
): WhyView | null {
  const state = events.reduce(evolve, initialState());
  if (!state.enrolment || at < state.enrolment.enrolledAt) return null;
  const chain: WhyLink[] = [];
  const provisional = provisionalLink(events, state, { exercise, week, at }, ruleset);
  const decided = targetEvents(events, exercise, at);
  const first = decided.findLast(({ data }) => data.week === week);
  if (provisional) chain.push(provisional);
  else if (!first) return null;
  let until = provisional ? decided.length : decided.indexOf(first!) + 1;
  for (; until > 0; until--) {
    const event = decided[until - 1]!;
    chain.push(linkOf(event, events, state, ruleset));
    if (event.data.decision === 'start') break;
  }
  return { exercise, week, chain };
}

const targetEvents = (events: readonly ProgrammeEvent[], exercise: string, at: Instant): TargetEvent[] =>
  events
    .filter(
      (event): event is TargetEvent => event.type === 'target-decided' || event.type === 'target-tightened',
    )
    .filter(({ data }) => data.exercise === exercise && data.fact.shownFrom <= at);

function linkOf(
  event: TargetEvent,
  events: readonly ProgrammeEvent[],
  state: ProgrammeState,
  ruleset: Ruleset,
): WhyLink {
  const { exercise, week, sets, reps, loadKg, decision, rule, inputs, ruleset: version, fact } = event.data;
  const byClosing = decision !== 'start' && !fact.setByClinician;
  const from = byClosing ? weekBefore(state, fact.weekStart) : null;
  return {
    week,
    exercise,
    sets,
    reps,
    loadKg,
    decision,
    rule,
    ruleText: textOfRule(rule, ruleset),
    reason: event.reason,
    inputs,
    event: event.type,
    recordedAt: event.recordedAt,
    ruleset: version,
    from: from?.isoWeek ?? null,
    because: evidenceOf({ events, state, week: from, exercise, rule, knownAt: event.recordedAt, ruleset }),
  };
}

/** What a closing that is still to come would say, when that is what is shown. */
function provisionalLink(
  events: readonly ProgrammeEvent[],
  state: ProgrammeState,
  { exercise, week, at }: { readonly exercise: string; readonly week: string; readonly at: Instant },
  ruleset: Ruleset,
): WhyLink | null {
  const shown = shownAt(state, at, ruleset);
  const target = shown.standing.targets.findLast(
    (each) => each.exercise === exercise && each.weekStart === shown.week.start,
  );
  if (!target || target.removed || shown.week.isoWeek !== week || !shown.provisional.has(target)) return null;
  const from = weekBefore(state, target.weekStart);
  const { sets, reps, loadKg, decision, rule, reason, inputs } = target;
  const knownAt = new Date(at).toISOString();
  return {
    week,
    exercise,
    sets,
    reps,
    loadKg,
    decision,
    rule,
    ruleText: textOfRule(rule, ruleset),
    reason,
    inputs,
    event: null,
    recordedAt: null,
    ruleset: ruleset.version,
    from: from.isoWeek,
    because: evidenceOf({ events, state, week: from, exercise, rule, knownAt, ruleset }),
  };
}

function weekBefore(state: ProgrammeState, weekStart: Instant): Week {
  const calendar = calendarOf(state.zones);
  return calendar.weekOf(weekStart - 1);
}

function textOfRule(id: string, ruleset: Ruleset): string | null {
  const rule = ruleOf(id);
  return rule ? textOf(rule, ruleset.parameters) : null;
}
