import { inForce } from '../history/holds.js';
import type { Instant, Phase } from '../model/facts.js';
import { phaseAt } from '../overload/standing.js';
import type { Shown } from './shown.js';

/** The phase that is shown at an instant: one that a clinician set for a time covers what the rules made. */
export function phaseShown(at: Instant, { history, standing }: Pick<Shown, 'history' | 'standing'>): Phase {
  const cover = inForce(history.overrides, 'phase', at)
    .filter(({ until }) => until !== null)
    .at(-1);
  return cover?.kind === 'phase' ? cover.value.phase : (phaseAt(standing, at)?.phase ?? '0');
}
