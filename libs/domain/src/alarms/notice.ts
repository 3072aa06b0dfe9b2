import type { Instant } from '../model/facts.js';
import type { Alarm, AlarmsState, AlarmSeverity } from './model.js';
import { keyOf } from './model.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const lateAfterMs = 72 * hourMs;
export const inhibitMs = 24 * hourMs;
const coolDownMs = 24 * hourMs;
const groupMs = 5 * minuteMs;

/** A RED flag inhibits pain-spike for 24 h after its receipt (D10). */
export const isInhibited = (rule: string, receivedAt: Instant, { redFlagAt }: AlarmsState): boolean =>
  rule === 'pain-spike' && receivedAt >= redFlagAt && receivedAt < redFlagAt + inhibitMs;

/** Whether a new alarm, or the first occurrence of one that nobody was told of, is told (section 4, D10). */
export function tellsAsNew(
  alarm: Pick<Alarm, 'rule' | 'side'>,
  severity: AlarmSeverity,
  occurredAt: Instant,
  receivedAt: Instant,
  state: AlarmsState,
): boolean {
  if (isInhibited(alarm.rule, receivedAt, state)) return false;
  if (severity === 'HIGH') return true;
  // A bulk import of the past wakes nobody.
  if (receivedAt - occurredAt > lateAfterMs) return false;
  const before = state.told[`${keyOf(alarm.rule, alarm.side)}/${severity}`];
  if (before !== undefined && receivedAt - before < coolDownMs) return false;
  return receivedAt - state.lastQuietNotice >= groupMs;
}
