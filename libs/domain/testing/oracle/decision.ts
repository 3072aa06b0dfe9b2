import type { Dose } from '../../src/model/facts.js';
import { easierVariant } from '../../src/ruleset.js';
import { inWeek, weekOf } from './calendar.js';
import { advanced, halved, regressed } from './dose.js';
import { countedOf, exerciseMissing, missed, s3Pain, type WeekSignals } from './signals.js';
import { heldByClosing, isPainHold, startTarget, type Table, type Target } from './standing.js';

/** What a closing makes of one exercise: a new target, or its easier variant in its place. */
export type Outcome = Target | { readonly easier: string; readonly rule: string; readonly gapSince?: number };

type Memory = Pick<Target, 'countsFrom' | 'gapSince'>;

/** D7, line by line. */
export function decideExercise(
  signals: WeekSignals,
  exercise: string,
  target: Target,
  table: Table,
): Outcome {
  const base = target.base ?? target.dose;
  const memory: Memory = {
    countsFrom: target.countsFrom,
    ...(target.gapSince === undefined ? {} : { gapSince: target.gapSince }),
  };
  const hold = (rule: string, dose: Dose = base): Target => ({ ...memory, decision: 'hold', rule, dose });

  const pause = pauseRule(signals);
  const clinicians = targetOverride(signals, exercise);
  if (clinicians && pause !== 'S1') return { ...hold('override', clinicians), held: true };
  const regress = regressRule(signals, exercise, target, table);
  if (regress) {
    const seen = regress === 'S8' ? { ...memory, gapSince: signals.gap.since } : memory;
    return stepDown(base, exercise, regress, signals, seen);
  }
  if (pause) return hold(pause);
  if (signals.uncontrollable) {
    const easier = easierVariant[exercise];
    return easier ? { easier, rule: 'U3' } : stepDown(base, exercise, 'U3', signals, memory);
  }
  if (target.decision === 'deload') return hold('O6');

  const rule = holdRule(signals, exercise, table);
  if (deloadIsDue(signals, exercise, target, rule, table)) {
    const countsFrom = weekOf(signals.week.end, signals.inputs.zone).end;
    return { ...memory, decision: 'deload', rule: 'O6', dose: halved(base), base, countsFrom };
  }
  if (rule) return hold(rule);
  const next = advanced(base, signals.parameters);
  return next ? { ...memory, decision: 'advance', rule: 'O3', dose: next } : hold('O7');
}

/** Line 2. */
const pauseRule = ({ open }: WeekSignals): string | undefined =>
  ['S1', 'override', 'S2'].find((rule) => open.some((pause) => pause.rule === rule));

/** Line 4: in place of the second of two holds by pain or misses, or after enough strength weeks. */
function deloadIsDue(
  signals: WeekSignals,
  exercise: string,
  target: Target,
  rule: string | null,
  table: Table,
): boolean {
  if (heldByClosing(target) && rule !== null && isPainHold(rule)) return true;
  return strengthWeeks(signals, exercise, target, table) >= signals.parameters.deloadWeeks;
}

/** A clinician's target that this closing holds: the last one said counts. Without an end its own week's closing decides from it. One from the end of the week on belongs to the next (D2), and what the rules make is kept underneath. */
function targetOverride({ inputs, week }: WeekSignals, exercise: string): Dose | null {
  const said = inputs.overrides.flatMap(({ override, from, until }) =>
    override.kind === 'target' && override.value.exercise === exercise && from < week.end
      ? [{ ...override.value, until }]
      : [],
  );
  const last = said.at(-1);
  if (!last || last.until === null || last.until <= week.end) return null;
  const { sets, reps, loadKg } = last;
  return { sets, reps, loadKg };
}

function regressRule(signals: WeekSignals, exercise: string, target: Target, table: Table): string | null {
  const { s4, s5Regresses, gap, parameters, inputs, week } = signals;
  if (s3Pain(signals, exercise) > parameters.painStop) return 'S3';
  if (s4.twice) return 'S4';
  if (s5Regresses) return 'S5';
  const lastTwo = countedOf(signals, exercise, table).slice(-2);
  if (
    lastTwo.length === 2 &&
    lastTwo[1]!.at >= week.start &&
    lastTwo.every((session) => missed(session, exercise, table, inputs.zone))
  )
    return 'O5';
  if (gap.long && target.gapSince !== gap.since) return 'S8';
  return null;
}

function holdRule(signals: WeekSignals, exercise: string, table: Table): string | null {
  const { peak, s4, s5, poorUnderstanding, checkIns, parameters, inputs, week } = signals;
  if (peak > parameters.painStop) return 'S6';
  if (s3Pain(signals, exercise) > parameters.painNoAdvance) return 'S3';
  if (s4.fires) return 'S4';
  if (s5 === 'fails') return 'S5';
  const here = inWeek(countedOf(signals, exercise, table), week);
  if (here.some((session) => missed(session, exercise, table, inputs.zone))) return 'O5';
  if (poorUnderstanding) return 'U1';
  const missing =
    checkIns.length < parameters.weeklyCheckIns ||
    s4.unknown ||
    s5 === 'unknown' ||
    exerciseMissing(signals, exercise, table);
  return missing ? 'S8' : null;
}

/** Strength weeks since the start or the last deload, this one included (O6). */
function strengthWeeks(signals: WeekSignals, exercise: string, { countsFrom }: Target, table: Table): number {
  const sessions = countedOf(signals, exercise, table).filter(({ at }) => at >= countsFrom);
  return new Set(sessions.map(({ at }) => weekOf(at, signals.inputs.zone).start)).size;
}

function stepDown(
  base: Dose,
  exercise: string,
  rule: string,
  { parameters }: WeekSignals,
  memory: Memory,
): Outcome {
  const less = regressed(base, parameters);
  const easier = easierVariant[exercise];
  if (!less && easier) return { easier, rule, ...(rule === 'S8' ? { gapSince: memory.gapSince! } : {}) };
  return { ...memory, decision: 'regress', rule, dose: less ?? base };
}

/** The easier variant's first target. A gap that it answers is answered for it too. */
export const easierTarget = (
  { rule, gapSince }: Extract<Outcome, { readonly easier: string }>,
  weekStart: number,
): Target => ({
  ...startTarget(0, weekStart),
  decision: 'regress',
  rule,
  ...(gapSince === undefined ? {} : { gapSince }),
});
