import type { Instant } from '../model/facts.js';
import type { Parameters } from '../ruleset.js';
import type { Alarm, AlarmsState, AlarmSeverity } from './model.js';
import { keyOf } from './model.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What a notice is judged by. */
interface Occasion {
  readonly receivedAt: Instant;
  readonly state: AlarmsState;
  readonly parameters: Parameters;
}

/** A RED flag inhibits pain-spike for a day after its receipt (D10); a device that is offline, rotation-missing (section 4). */
export function isInhibited(
  rule: string,
  receivedAt: Instant,
  { redFlagAt, active }: AlarmsState,
  { spikeInhibitH }: Parameters,
): boolean {
  if (rule === 'rotation-missing')
    return Object.keys(active).some((key) => key.startsWith('device-offline/'));
  return rule === 'pain-spike' && receivedAt >= redFlagAt && receivedAt < redFlagAt + spikeInhibitH * hourMs;
}

/** Told by its own notice, by one that went out less than five minutes before, or not at all. */
export type Notice = 'own' | 'joined' | 'none';

/** How a new alarm, or the first occurrence of one that nobody was told of, is told (section 4, D10). */
export function noticeAsNew(
  alarm: Pick<Alarm, 'rule' | 'side'>,
  severity: AlarmSeverity,
  lateFrom: Instant,
  { receivedAt, state, parameters }: Occasion,
): Notice {
  if (isInhibited(alarm.rule, receivedAt, state, parameters)) return 'none';
  if (severity === 'HIGH') return 'own';
  // A bulk import of the past wakes nobody.
  if (receivedAt - lateFrom > parameters.alarmLateH * hourMs) return 'none';
  const before = state.told[`${keyOf(alarm.rule, alarm.side)}/${severity}`];
  if (before !== undefined && receivedAt - before <= parameters.alarmCoolDownH * hourMs) return 'none';
  return receivedAt - state.lastQuietNotice <= parameters.alarmJoinMin * minuteMs ? 'joined' : 'own';
}
