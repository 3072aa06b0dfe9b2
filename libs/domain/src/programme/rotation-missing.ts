import type { Instant } from '../model/facts.js';
import type { Parameters } from '../ruleset.js';
import { iso, type Run } from './run.js';
import type { ProgrammeState } from './state.js';

const dayMs = 86_400_000;

/** Reports that no valid reading has come for so long (D10), once for the same last one. */
export function reportRotationMissing(run: Run, now: Instant): void {
  const { state, ruleset } = run;
  const { rotationMissingDays: days } = ruleset.parameters;
  const at = rotationMissingDue(state, ruleset.parameters);
  if (at > now) return;
  run.emit({
    type: 'rotation-missing',
    at: iso(at),
    recordedAt: iso(now),
    reason: `Rotation has not been measured for ${days} days: a new measurement shows where things stand.`,
    data: {
      since: iso(lastRotation(state)),
      days,
      side: state.enrolment!.side,
    },
  });
}

/** When it is to be reported; Infinity when it has been for this gap. */
export function rotationMissingDue(state: ProgrammeState, { rotationMissingDays }: Parameters): Instant {
  const since = lastRotation(state);
  return state.rotationMissingFor === since ? Infinity : since + rotationMissingDays * dayMs;
}

/** The latest valid reading, or the receipt of the enrolment when that is later: as for check-ins, the clock counts from there. */
function lastRotation({ readings, enrolment }: ProgrammeState): Instant {
  let last = enrolment!.receivedAt;
  for (const { valid, at } of readings) if (valid && at > last) last = at;
  return last;
}
