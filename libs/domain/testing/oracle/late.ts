import type { Decision } from '../../src/model/facts.js';
import { arrivalsOf } from './arrivals.js';
import { type Week, weekOf } from './calendar.js';
import { hour, type Inputs, type Override, parametersAt, until } from './inputs.js';
import { Ledger } from './ledger.js';
import { phaseAfter, type PhaseNow } from './phases.js';
import { outcomesOf, withClinicians } from './programme.js';
import { signalsOf } from './signals.js';
import { startTarget, type Target, type Targets } from './standing.js';

/** A target that a late report has made stricter. */
export interface Tightening {
  readonly week: string;
  readonly exercise: string;
  readonly at: number;
  readonly target: Target | null;
}

export interface Lived {
  /** What stands now in each week that follows a closed one. */
  readonly weeks: readonly { readonly week: Week; readonly targets: Targets }[];
  readonly tightened: readonly Tightening[];
  /** The steps that closings have taken. */
  readonly steps: readonly PhaseNow[];
}

const strictness: readonly Decision[] = ['regress', 'deload', 'hold', 'advance', 'start'];
const window = 72 * hour;

/** D4, step by step: what came is kept, a week that is closed is decided anew with all that is known now, and only what is stricter counts. */
export class Living {
  readonly #known: { -readonly [Key in keyof Inputs]: Inputs[Key] };
  readonly #ledger: Ledger;
  readonly #tightened: Tightening[] = [];
  readonly #steps: PhaseNow[] = [];
  readonly #closed: Week[] = [];
  #phase: PhaseNow;
  #open: Week;
  #epoch = -Infinity;
  #watermark = 0;

  constructor(private readonly all: Inputs) {
    const { enrolledAt, startExercise, startLoadKg, zone, readings } = all;
    const baseline = readings.filter(({ at }) => at <= enrolledAt);
    this.#known = { ...all, checkIns: [], overrides: [], readings: baseline, recordings: [] };
    this.#ledger = new Ledger(zone);
    this.#open = weekOf(enrolledAt, zone);
    this.#phase = { phase: '1', since: enrolledAt, countFrom: enrolledAt };
    const target = startTarget(startLoadKg, this.#open.start);
    this.#ledger.put({
      week: this.#open.start,
      shownFrom: enrolledAt,
      exercise: startExercise,
      target,
      clinician: false,
    });
  }

  live(): Lived {
    const known = this.#known;
    for (const { kind, at, item } of arrivalsOf(this.all)) {
      if (kind === 'check-in') {
        known.checkIns = [...known.checkIns, item];
        this.#watermark = Math.max(this.#watermark, item.at);
        const week = weekOf(item.at, known.zone);
        if (week.end <= this.#open.start) this.#decideAnew(week, at);
      }
      if (kind === 'override') this.#said(item);
      if (kind === 'reading' && !known.readings.includes(item)) known.readings = [...known.readings, item];
      if (kind === 'recording') known.recordings = [...known.recordings, item];
      const now = kind === 'clock' ? at : kind === 'check-in' ? this.#watermark : 0;
      while (this.#open.end + window <= now) this.#close();
    }
    const weeks = this.#closed.map(({ end }) => ({
      week: weekOf(end, known.zone),
      targets: this.#ledger.standing(end),
    }));
    return { weeks, tightened: this.#tightened, steps: this.#steps };
  }

  #said(said: Override): void {
    this.#known.overrides = [...this.#known.overrides, said];
    const { override, from } = said;
    const { start } = weekOf(from, this.#known.zone);
    const put = (exercise: string, target: Target) =>
      this.#ledger.put({ week: start, shownFrom: from, exercise, target, clinician: true });
    if (override.kind === 'target') {
      const { exercise, ...dose } = override.value;
      put(exercise, { decision: 'hold', rule: 'override', dose, countsFrom: start });
    }
    if (override.kind === 'add-exercise')
      put(override.value.exercise, startTarget(override.value.startLoadKg ?? 0, start));
  }

  #signals(week: Week) {
    const known = until(this.#known, Infinity);
    return signalsOf(week, known, parametersAt(known, week.end));
  }

  #close(): void {
    const week = this.#open;
    const signals = this.#signals(week);
    const targets = this.#ledger.withMemory(week);
    const outcomes = outcomesOf(signals, targets, this.#ledger.atEnds());
    for (const [exercise, target] of outcomes)
      this.#ledger.put({
        week: week.end,
        shownFrom: week.end + window,
        exercise,
        target,
        clinician: false,
      });
    const decided = new Map([...outcomes].flatMap(([name, target]) => (target ? [[name, target]] : [])));
    const before = withClinicians(this.#phase, this.#known, week);
    const tables = { ended: this.#ledger.atEnds(), now: this.#ledger.now() };
    this.#phase = phaseAfter(before, signals, decided, tables, this.#epoch);
    if (this.#phase !== before) this.#steps.push(this.#phase);
    this.#closed.push(week);
    if ([...decided.values()].some(({ rule, decision }) => rule === 'S8' && decision === 'regress'))
      this.#epoch = week.end;
    this.#open = weekOf(week.end, this.#known.zone);
  }

  /** S9: the week of a late report and the closed ones after it. */
  #decideAnew(first: Week, receivedAt: number): void {
    for (let week = first; week.end <= this.#open.start; week = weekOf(week.end, this.#known.zone)) {
      const targets = this.#ledger.withMemory(week);
      const outcomes = outcomesOf(this.#signals(week), targets, this.#ledger.atEnds());
      const next = weekOf(week.end, this.#known.zone);
      const found = [
        ...[...outcomes].filter(([exercise, target]) => this.#isStricter(exercise, target, next)),
        ...this.#stillGone(outcomes, week, next),
      ];
      const gone = found.some(([, target]) => target === null);
      // What takes the place of another comes with it, and goes on.
      const follows = [...outcomes].filter(
        ([exercise, target]) =>
          target && !this.#ledger.last(next.start, exercise) && (gone || targets.has(exercise)),
      );
      for (const [exercise, target] of [...found, ...follows]) {
        const version = { week: next.start, shownFrom: receivedAt, exercise, target, clinician: false };
        this.#ledger.put(version);
        this.#tightened.push({ week: next.name, exercise, at: receivedAt, target });
      }
    }
  }

  #isStricter(exercise: string, target: Target | null, { start }: Week): boolean {
    const stands = this.#ledger.last(start, exercise);
    if (!stands?.target || stands.clinician || stands.target.held) return false;
    return order(target, stands.target) < 0;
  }

  /** An exercise that was taken away from a week is away in the next one too, unless that week's closing makes it begin again. */
  #stillGone(outcomes: ReadonlyMap<string, Target | null>, week: Week, next: Week): [string, null][] {
    return [...this.#ledger.standing(next.start)].flatMap(([exercise, { held }]): [string, null][] => {
      const before = this.#ledger.last(week.start, exercise);
      const { clinician } = this.#ledger.last(next.start, exercise)!;
      const went = before !== undefined && before.target === null;
      return outcomes.has(exercise) || !went || clinician || held ? [] : [[exercise, null]];
    });
  }
}

/** D4: the kind first, then the lower load, then fewer repetitions, then fewer sets. What makes way for its easier variant counts as that. */
function order(a: Target | null, b: Target): number {
  const { decision, dose } = a ?? { decision: 'regress' as const, dose: startTarget(0, 0).dose };
  return (
    strictness.indexOf(decision) - strictness.indexOf(b.decision) ||
    dose.loadKg - b.dose.loadKg ||
    dose.reps - b.dose.reps ||
    dose.sets - b.dose.sets
  );
}
