import type { Dose } from '../model/facts.js';
import { easierVariant, exerciseOf, type Parameters } from '../ruleset.js';

/** Bodyweight share of an exercise's effective load, kg (D9). */
export const shareOf = (exercise: string, { bodyweightShareKg }: Parameters): number =>
  exerciseOf(exercise)?.carriesBody ? bodyweightShareKg : 0;

/** Loads are compared in whole grams: no rounding of halves and tenths. */
const grams = (kg: number): number => Math.round(kg * 1000);

/** Where ADVANCE leads (D9): one more repetition up to 12, then the next plate that comes nearest to +5 % of the effective load; null: it cannot. */
export function advance(exercise: string, target: Dose, parameters: Parameters): Dose | null {
  const { topReps, lastReps, startReps, plateKg, loadStepShare, loadCapShare } = parameters;
  const { reps, loadKg, sets } = target;
  if (reps < topReps) return { sets, reps: reps + 1, loadKg };
  const share = grams(shareOf(exercise, parameters));
  const plate = grams(plateKg);
  const load = grams(loadKg);
  const effective = load + share;
  const wanted = effective * (1 + loadStepShare) - share;
  const least = Math.ceil((load + plate) / plate - 1e-9);
  // Half-way between two plates the lower one is taken.
  const nearest = Math.ceil(wanted / plate - 0.5 - 1e-9);
  const next = Math.max(least, nearest) * plate;
  if (next + share <= effective * (1 + loadCapShare) + 1e-6)
    return { sets, reps: startReps, loadKg: next / 1000 };
  return reps < lastReps ? { sets, reps: reps + 1, loadKg } : null;
}

/** What REGRESS leads to (D9). */
export type Regressed =
  | { readonly kind: 'dose'; readonly dose: Dose }
  | { readonly kind: 'variant'; readonly exercise: string; readonly dose: Dose }
  | { readonly kind: 'review'; readonly dose: Dose };

/** 0.9 of the effective load, rounded down to a plate; where the load cannot fall, fewer repetitions, then the easier variant. */
export function regress(exercise: string, target: Dose, parameters: Parameters): Regressed {
  const { plateKg, regressShare, regressReps, leastReps } = parameters;
  const { sets, reps, loadKg } = target;
  if (loadKg > 0) {
    const share = grams(shareOf(exercise, parameters));
    const plate = grams(plateKg);
    const wanted = (grams(loadKg) + share) * (1 - regressShare) - share;
    const load = Math.max(0, Math.floor(wanted / plate + 1e-9) * plate) / 1000;
    return { kind: 'dose', dose: { sets, reps, loadKg: load } };
  }
  if (reps > leastReps)
    return { kind: 'dose', dose: { sets, reps: Math.max(leastReps, reps - regressReps), loadKg } };
  return easier(exercise, target, parameters);
}

/** U3: the easier variant at its start; a squat has none and regresses. */
export function easier(exercise: string, target: Dose, parameters: Parameters): Regressed {
  const variant = easierVariant[exercise];
  if (variant !== undefined)
    return {
      kind: 'variant',
      exercise: variant,
      dose: { sets: parameters.startSets, reps: parameters.startReps, loadKg: 0 },
    };
  if (target.loadKg > 0 || target.reps > parameters.leastReps) return regress(exercise, target, parameters);
  return { kind: 'review', dose: target };
}

/** O6: half the sets, rounded up, same repetitions and load. */
export const deload = ({ sets, reps, loadKg }: Dose, { deloadShare }: Parameters): Dose => ({
  sets: Math.ceil(sets * deloadShare - 1e-9),
  reps,
  loadKg,
});

/** Volume-load: repetitions times effective load, kg (D9). */
export const volumeLoad = (
  exercise: string,
  sets: readonly { readonly reps: number; readonly loadKg: number }[],
  parameters: Parameters,
): number => {
  const share = shareOf(exercise, parameters);
  let sum = 0;
  for (const { reps, loadKg } of sets) sum += reps * (loadKg + share);
  return sum;
};
