import type { Dose } from '../../src/model/facts.js';
import type { Parameters } from '../../src/ruleset.js';

/** D9: the next step up; null where the last repetition is reached (O7). */
export function advanced({ sets, reps, loadKg }: Dose, p: Parameters): Dose | null {
  if (reps < p.topReps) return { sets, reps: reps + 1, loadKg };
  const effective = loadKg + p.bodyweightShareKg;
  const wanted = effective * (1 + p.loadStepShare);
  const distance = (load: number) => Math.abs(load + p.bodyweightShareKg - wanted);
  let best: number | null = null;
  for (let plates = 0; plates * p.plateKg <= loadKg + p.plateKg + wanted; plates++) {
    const load = plates * p.plateKg;
    if (load < loadKg + p.plateKg) continue;
    if (best === null || distance(load) < distance(best) - 1e-9) best = load;
  }
  if (best !== null && best + p.bodyweightShareKg <= effective * (1 + p.loadCapShare) + 1e-9)
    return { sets, reps: p.startReps, loadKg: best };
  return reps < p.lastReps ? { sets, reps: reps + 1, loadKg } : null;
}

/** D9: one step down; null where only an easier variant is left. */
export function regressed({ sets, reps, loadKg }: Dose, p: Parameters): Dose | null {
  const wanted = (loadKg + p.bodyweightShareKg) * (1 - p.regressShare) - p.bodyweightShareKg;
  const load = Math.max(0, Math.floor(wanted / p.plateKg + 1e-9) * p.plateKg);
  if (load < loadKg) return { sets, reps, loadKg: load };
  if (reps > p.leastReps) return { sets, reps: Math.max(p.leastReps, reps - p.regressReps), loadKg };
  return null;
}

export const halved = ({ sets, reps, loadKg }: Dose): Dose => ({ sets: Math.ceil(sets / 2), reps, loadKg });
