import { inWeek, weekOf, weeksBetween, type Week } from './calendar.js';
import { decideExercise, easierTarget } from './decision.js';
import { openAtEnd, pauses } from './flags.js';
import { type Inputs, parametersAt, until } from './inputs.js';
import { phaseAfter, type PhaseNow } from './phases.js';
import { signalsOf, type WeekSignals } from './signals.js';
import { heldByClosing, startTarget, type Table, type Target, type Targets } from './standing.js';

export interface Answer {
  readonly week: Week;
  readonly targets: Targets;
  readonly table: Table;
  readonly phase: PhaseNow;
}

/** The programme as of an instant, computed from nothing but what was told. Every week that has ended is decided anew. */
export function oracleAsOf(all: Inputs, asOf: number): Answer {
  const inputs = until(all, asOf);
  const table = new Map<number, Targets>();
  let targets: Targets = new Map();
  let phase: PhaseNow = { phase: '1', since: inputs.enrolledAt, countFrom: inputs.enrolledAt };
  let epoch = -Infinity;
  const weeks = weeksBetween(inputs.enrolledAt, asOf, inputs.zone);
  for (const [index, week] of weeks.entries()) {
    const first: Targets = new Map([[inputs.startExercise, startTarget(inputs.startLoadKg, week.start)]]);
    targets = withClinician(index === 0 ? first : targets, inputs, week);
    table.set(week.start, targets);
    phase = withClinicians(phase, inputs, week);
    if (week.end <= asOf) {
      const signals = signalsOf(week, inputs, parametersAt(inputs, week.end));
      targets = close(signals, targets, table);
      // Series start anew after a gap (S8), which is to be seen at the closings after this one.
      phase = phaseAfter(phase, signals, targets, { ended: table, now: table }, epoch);
      if ([...targets.values()].some(({ gapSince }) => gapSince === signals.gap.since)) epoch = week.end;
    }
  }
  return { week: weeks.at(-1)!, targets, table, phase: covered(phase, inputs, asOf) };
}

/** A clinician's phase without an end becomes the phase, and its counters start anew. */
export function withClinicians(phase: PhaseNow, { overrides }: Inputs, { start, end }: Week): PhaseNow {
  const said = overrides.flatMap(({ override, from, until }): PhaseNow[] =>
    override.kind === 'phase' && until === null && from >= start && from < end
      ? [{ phase: override.value.phase, since: from, countFrom: from }]
      : [],
  );
  return said.at(-1) ?? phase;
}

/** One with an end covers what the rules made, which goes on underneath. */
function covered(phase: PhaseNow, { overrides }: Inputs, at: number): PhaseNow {
  const covers = overrides.flatMap(({ override, from, until }): PhaseNow[] =>
    override.kind === 'phase' && until !== null && from <= at && at < until
      ? [{ ...phase, phase: override.value.phase, since: from }]
      : [],
  );
  return covers.at(-1) ?? phase;
}

/** Targets that a clinician sets or adds in this week. */
function withClinician(targets: Targets, inputs: Inputs, week: Week): Targets {
  const next = new Map(targets);
  for (const { override, from } of inputs.overrides) {
    if (weekOf(from, inputs.zone).start !== week.start) continue;
    if (override.kind === 'target') {
      const { exercise, ...dose } = override.value;
      const before = next.get(exercise);
      next.set(exercise, {
        decision: 'hold',
        rule: 'override',
        dose,
        countsFrom: before?.countsFrom ?? week.start,
        // What a closing has answered stays answered.
        ...(before?.gapSince === undefined ? {} : { gapSince: before.gapSince }),
        ...(heldByClosing(before) ? { heldBefore: true } : {}),
      });
    }
    if (override.kind === 'add-exercise')
      next.set(override.value.exercise, startTarget(override.value.startLoadKg ?? 0, week.start));
  }
  return next;
}

function close(signals: WeekSignals, targets: Targets, table: Table): Targets {
  const next = [...outcomesOf(signals, targets, table)].flatMap(([exercise, target]) =>
    target === null ? [] : [[exercise, target] as const],
  );
  return new Map(next);
}

/** What a closing makes of each exercise: its next target, null where its easier variant takes its place. */
export function outcomesOf(
  signals: WeekSignals,
  targets: Targets,
  table: Table,
): ReadonlyMap<string, Target | null> {
  const next = new Map<string, Target | null>();
  for (const [exercise, target] of targets) {
    const outcome = decideExercise(signals, exercise, target, table);
    if ('dose' in outcome) {
      next.set(exercise, outcome);
      continue;
    }
    next.set(exercise, null);
    if (!targets.has(outcome.easier))
      next.set(outcome.easier, next.get(outcome.easier) ?? easierTarget(outcome, signals.week.end));
  }
  return next;
}

export interface Hold {
  readonly rule: string;
  readonly exercise: string | null;
}

/** What stands now beyond the week's target. */
export function holdsOf(all: Inputs, asOf: number, { week, targets }: Answer): Hold[] {
  const inputs = until(all, asOf);
  const open = openAtEnd(pauses(inputs), asOf + 0.5).map(({ rule }) => rule);
  const { painStop } = parametersAt(inputs, asOf);
  // Told in this week, also as the rest of a session that had begun in the week before: a move can lay a week's end into a date.
  const told = inWeek(inputs.checkIns, { ...week, end: asOf + 1 }).filter(
    ({ session, duringExercise }) =>
      (session?.kind ?? 'strength') === 'strength' && (duringExercise ?? 0) > painStop,
  );
  const stopped = new Set(told.flatMap(({ session }) => session?.exercise ?? [...targets.keys()]));
  return [
    ...[...new Set(open)].map((rule) => ({ rule, exercise: null })),
    ...[...stopped].map((exercise) => ({ rule: 'S3', exercise })),
  ];
}
