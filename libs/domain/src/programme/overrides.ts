import type { ProgrammeCommand } from '../model/command.js';
import type { Dose, OverrideFact, OverrideValue, PhaseEntry, TargetVersion } from '../model/facts.js';
import { activeTargets, phaseAt } from '../overload/standing.js';
import { reasonFor } from '../overload/sentences.js';
import { contradictions, faultOfValue, isParameter, seedExercises } from '../ruleset.js';
import { calendarOf } from '../time/week.js';
import { startTarget } from './begin.js';
import { doubtOfDose, doubtOfTime, type Order } from './doubtful-order.js';
import { Refusal } from './refusal.js';
import { iso, type Run } from './run.js';
import { shownAt } from './shown.js';
import { closedUntil, historyOf } from './state.js';
import { targetData } from './target-data.js';
import { parametersAt } from './week-closing.js';

type OverrideCommand = Extract<ProgrammeCommand, { kind: 'record-override' }>;

/** A clinician changes a rule value, a target or a phase, adds an exercise, suspends or resumes. */
export function recordOverride(run: Run, command: OverrideCommand): void {
  if (run.state.overrides.some(({ id }) => id === command.id)) return;
  const { id, override, by, receivedAt } = command;
  const from = Date.parse(command.from ?? receivedAt);
  const until = command.until === undefined ? null : Date.parse(command.until);
  if (until !== null && until <= from) throw new Refusal('range', '/until', 'must lie after from');
  check(run, command, from);
  const doubt = doubtOf(run, command, from);
  if (doubt && !command.confirmed) throw doubt;
  const fact: OverrideFact = {
    ...override,
    id,
    from,
    until,
    by,
    receivedAt: Date.parse(receivedAt),
    order: run.state.received,
    closedBefore: closedUntil(run.state),
  };
  const common = { at: iso(from), recordedAt: receivedAt };
  run.emit({
    ...common,
    type: 'override-recorded',
    reason: 'Your clinician has made a decision.',
    data: {
      overrideId: id,
      kind: override.kind,
      fact,
      ...(doubt ? { confirmed: true as const } : {}),
    },
  });
  switch (override.kind) {
    case 'target':
      setTarget(run, override.value, from, until, receivedAt);
      return;
    case 'phase':
      if (until === null) setPhase(run, override.value.phase, from, receivedAt);
      return;
    case 'add-exercise':
      startTarget(
        run,
        override.value.exercise,
        override.value.startLoadKg ?? 0,
        from,
        receivedAt,
        'clinician',
      );
      return;
    case 'suspend':
      run.emit({
        ...common,
        type: 'programme-suspended',
        reason: 'Your clinician has paused the programme.',
        data: { rule: 'override', until: until === null ? null : iso(until) },
      });
      return;
    case 'resume':
      run.emit({
        ...common,
        type: 'programme-resumed',
        reason: 'Your clinician has looked, and the programme goes on.',
        data: { overrideId: id },
      });
      return;
    case 'rule':
      return;
    default:
      override satisfies never;
  }
}

function check(run: Run, { override }: OverrideCommand, from: number): void {
  if (override.kind === 'rule') checkRule(run, override.value, from);
  const begun = phaseAt(run.state, from, Infinity) !== undefined;
  if (['target', 'phase', 'add-exercise'].includes(override.kind) && !begun)
    throw new Refusal('conflict', '/kind', 'the programme has not begun: its entry criteria are not met');
  if (override.kind !== 'target' && override.kind !== 'add-exercise') return;
  const { exercise } = override.value;
  if (!seedExercises.includes(exercise))
    throw new Refusal('unknown-exercise', '/value/exercise', `must be one of: ${seedExercises.join(', ')}`);
  const week = calendarOf(run.state.zones).weekOf(Math.max(from, closedUntil(run.state)));
  if (override.kind === 'add-exercise' && activeNow(run, week.start, from).has(exercise))
    throw new Refusal('conflict', '/value/exercise', 'is active already');
}

/** What is asked about unless it is confirmed. */
function doubtOf(run: Run, { override, receivedAt }: OverrideCommand, from: number): Refusal | null {
  const doubt = doubtOfTime(from, Date.parse(receivedAt));
  if (doubt || (override.kind !== 'target' && override.kind !== 'add-exercise')) return doubt;
  const week = calendarOf(run.state.zones).weekOf(Math.max(from, closedUntil(run.state)));
  const standing = activeNow(run, week.start, from).get(override.value.exercise);
  return doubtOfDose(orderOf(override), parametersAt(from, historyOf(run.state), run.ruleset), standing);
}

const orderOf = (override: Extract<OverrideValue, { kind: 'target' | 'add-exercise' }>): Order => {
  const { exercise } = override.value;
  if (override.kind === 'target') return { exercise, dose: override.value, loadPath: '/value/loadKg' };
  const dose = { sets: 0, reps: 0, loadKg: override.value.startLoadKg ?? 0 };
  return { exercise, dose, loadPath: '/value/startLoadKg' };
};

/** Each value within its range (a clinician may be stricter, never let the unsafe pass), and all that are then in force fitting together. */
function checkRule(run: Run, value: Readonly<Record<string, number>>, from: number): void {
  for (const [name, given] of Object.entries(value)) {
    const path = `/value/${name}`;
    if (!isParameter(name)) throw new Refusal('unknown-parameter', path, 'is not a parameter of the ruleset');
    const fault = faultOfValue(name, given);
    if (fault !== null) throw new Refusal('range', path, fault);
  }
  const parameters = { ...parametersAt(from, historyOf(run.state), run.ruleset), ...value };
  const [contradiction] = contradictions(parameters);
  if (contradiction)
    throw new Refusal(
      'range',
      `/value/${Object.keys(value)[0]!}`,
      `${contradiction.name} ${contradiction.message}`,
    );
}

/** What is active in a week, also while the closing that carries it on is still to come. */
function activeNow({ state, ruleset }: Run, weekStart: number, from: number): ReadonlyMap<string, Dose> {
  const shown = shownAt(state, Math.max(from, weekStart), ruleset);
  const provisional = activeTargets(shown.standing, shown.week.start, Infinity);
  return new Map(
    [...activeTargets(state, weekStart, Infinity), ...provisional].map((target) => [
      target.exercise,
      target.base ?? target,
    ]),
  );
}

function setTarget(
  run: Run,
  { exercise, sets, reps, loadKg }: { exercise: string; sets: number; reps: number; loadKg: number },
  from: number,
  until: number | null,
  recordedAt: string,
): void {
  const week = calendarOf(run.state.zones).weekOf(Math.max(from, closedUntil(run.state)));
  const dose = { sets, reps, loadKg };
  const reason = reasonFor('hold', 'override', exercise, { kind: 'dose', dose });
  const fact: TargetVersion = {
    exercise,
    ...dose,
    weekStart: week.start,
    shownFrom: from,
    decision: 'hold',
    rule: 'override',
    reason,
    inputs: { until: until === null ? null : iso(until) },
    setByClinician: true,
    until,
  };
  run.emit({
    type: 'target-decided',
    at: iso(from),
    recordedAt,
    reason,
    data: targetData(fact, week.isoWeek, run.ruleset),
  });
}

function setPhase(run: Run, phase: PhaseEntry['phase'], from: number, recordedAt: string): void {
  const reason = 'Your clinician has set the phase.';
  const fact: PhaseEntry = {
    phase,
    since: from,
    shownFrom: from,
    countFrom: from,
    reason,
    setByClinician: true,
  };
  const before = phaseAt(run.state, from, Infinity)?.phase ?? '0';
  run.emit({
    type: 'phase-changed',
    at: iso(from),
    recordedAt,
    reason,
    data: { from: before, to: phase, rule: 'override', fact },
  });
}
