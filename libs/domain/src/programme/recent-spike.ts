import { hourMs, peakOf, within } from '../history/history.js';
import { spikeOf } from '../history/pain.js';
import type { Instant } from '../model/facts.js';
import type { Ruleset } from '../ruleset.js';
import { historyOf, type ProgrammeState } from './state.js';
import { parametersAt } from './week-closing.js';

/**
 * The newest check-in of the last 72 h (the time in which an amber flag is looked at) whose pain crosses S6 or S7: when it was, and how severe. Null when there is none.
 * It stays on the work list for that long, whatever was done about its alarm: somebody should have looked.
 */
export function recentSpike(
  state: ProgrammeState,
  at: Instant,
  ruleset: Ruleset,
): { readonly at: Instant; readonly severity: 'HIGH' | 'MEDIUM' } | null {
  if (!state.enrolment) return null;
  const history = historyOf(state);
  const parameters = parametersAt(at, history, ruleset);
  const recent = within(history.checkIns, at - parameters.amberReviewH * hourMs, at + 1);
  for (const checkIn of [...recent].reverse()) {
    const { severity } = spikeOf(checkIn, peakOf(checkIn), history, parameters);
    if (severity) return { at: checkIn.at, severity };
  }
  return null;
}
