import type { EventOf } from '../model/event.js';
import { Refusal } from '../programme/refusal.js';
import { defaultParameters, type Parameters } from '../ruleset.js';
import type { AlarmCommand, AlarmEvent, AlarmsState } from './model.js';
import { keyOf } from './model.js';
import { isInhibited } from './notice.js';
import { observeRotation } from './rotation-loss.js';
import { clear, occur, Turn } from './turn.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

type Observe = Extract<AlarmCommand, { kind: 'observe' }>;

/** What an observation or a person's action does to the alarms of one patient. @throws Refusal `conflict` */
export function decideAlarms(
  command: AlarmCommand,
  state: AlarmsState,
  parameters: Parameters = defaultParameters,
): readonly AlarmEvent[] {
  if (command.kind === 'observe') {
    if (command.sequence <= state.handled) return [];
    const turn = new Turn(command, state, parameters);
    observe(turn, command);
    return turn.events;
  }
  const alarm = state.alarms[command.alarmId];
  if (!alarm) throw new Refusal('conflict', '', 'there is no such alarm');
  const common = { at: command.at, sequence: null };
  const { alarmId, by } = command;
  switch (command.kind) {
    case 'acknowledge':
      return alarm.acknowledged ? [] : [{ ...common, type: 'alarm-acknowledged', data: { alarmId, by } }];
    case 'comment':
      return [{ ...common, type: 'alarm-commented', data: { alarmId, by } }];
    case 'assign':
      return alarm.assignee === command.assignee
        ? []
        : [{ ...common, type: 'alarm-assigned', data: { alarmId, by, assignee: command.assignee } }];
    case 'clear':
      return alarm.state === 'cleared' ? [] : [{ ...common, type: 'alarm-cleared', data: { alarmId, by } }];
    default:
      return command satisfies never;
  }
}

function observe(turn: Turn, { event }: Observe): void {
  switch (event.type) {
    case 'red-flag-reported':
      turn.emit({ type: 'observed', data: { kind: 'red-flag', receivedAt: turn.receivedAt } });
      return occur(
        turn,
        'red-flag',
        event.data.side,
        'HIGH',
        Date.parse(event.at),
        event.reason,
        { checkInId: event.data.checkInId, flags: event.data.flags },
        { always: true },
      );
    case 'amber-flag-reported':
      return occur(turn, 'amber-flag', event.data.side, 'MEDIUM', Date.parse(event.at), event.reason, {
        checkInId: event.data.checkInId,
        flags: event.data.flags,
      });
    case 'pain-threshold-crossed':
      return crossed(turn, event);
    case 'data-missing':
      return missing(turn, event);
    case 'fear-rising': {
      const { side, severity, questionnaireId, value, before } = event.data;
      const inputs = { questionnaireId, value, before };
      return occur(turn, 'fear', side, severity, Date.parse(event.at), event.reason, inputs);
    }
    case 'check-in-received':
      return checkedIn(turn, event);
    case 'device-silent': {
      const { deviceId, side, since, days } = event.data;
      const at = Date.parse(event.at);
      // Found by the clock: it is never too late to be told.
      const late = { lateFrom: turn.receivedAt };
      return occur(turn, 'device-offline', side, 'LOW', at, event.reason, { deviceId, since, days }, late);
    }
    case 'device-heard':
    case 'device-withdrawn': {
      const { side: of, othersSilent } = event.data;
      if (othersSilent === 0)
        clear(turn, (rule, _severity, _lastAt, side) => rule === 'device-offline' && side === of);
      return;
    }
    case 'rotation-missing': {
      const { side, since, days } = event.data;
      const at = Date.parse(event.at);
      return occur(
        turn,
        event.type,
        side,
        'LOW',
        at,
        event.reason,
        { since, days },
        { lateFrom: turn.receivedAt },
      );
    }
    case 'week-closed':
      if (event.data.s5 === 'clear') clear(turn, (rule) => rule === 'pain-rising');
      return;
    case 'rotation-measured':
    case 'rotation-corrected':
      if (
        event.data.valid &&
        turn.receivedAt - Date.parse(event.at) < turn.parameters.rotationMissingDays * dayMs
      )
        clear(turn, (rule) => rule === 'rotation-missing');
      return observeRotation(turn, event);
    default:
      // Everything else changes no alarm.
      return;
  }
}

/** Raised by the clock, not by a check-in: it is never too late to be told. An event written before it named the side is of both. */
function missing(turn: Turn, { at, reason, data }: EventOf<'data-missing'>): void {
  const side = data.side ?? 'both';
  occur(turn, 'missing-data', side, 'LOW', Date.parse(at), reason, data, { lateFrom: turn.receivedAt });
}

function crossed(turn: Turn, event: EventOf<'pain-threshold-crossed'>): void {
  const { rule, side, severity, value, by, checkInId, median } = event.data;
  const { spikeAgainAfterH, spikeAgainUntilH, spikeAgainHigh, lateWindowH } = turn.parameters;
  const at = Date.parse(event.at);
  const active = turn.state.alarms[turn.state.active[keyOf(rule, side)] ?? ''];
  const age = active ? at - active.firstAt : -1;
  // S7 true again a day later: one step up when the pain is 6 or more, else one reminder.
  const again = by.includes('S7') && age >= spikeAgainAfterH * hourMs && age <= spikeAgainUntilH * hourMs;
  const level = again && value >= spikeAgainHigh ? 'HIGH' : severity;
  // A week is judged when it is closed, three days after its end: it is late only from then on.
  const lateFrom = rule === 'pain-rising' ? at + lateWindowH * hourMs : at;
  occur(turn, rule, side, level, at, event.reason, { checkInId, value, median, by }, { lateFrom });
  if (active && again) remind(turn, active.id, at);
}

/** Once, of a MEDIUM that is still there after a day, unless it has just been told, is inhibited, or came late. */
function remind(turn: Turn, alarmId: string, at: number): void {
  const { state, events, receivedAt, parameters } = turn;
  const { rule, severity, reminded } = state.alarms[alarmId]!;
  if (reminded || severity !== 'MEDIUM' || events.some(({ type }) => type === 'notice-requested')) return;
  if (isInhibited(rule, receivedAt, state, parameters)) return;
  if (receivedAt - at <= parameters.alarmLateH * hourMs) turn.tell(alarmId, 'alarm.raised', 'MEDIUM', true);
}

/** Pain-spike MEDIUM clears at the third calm check-in in a row, two days after it was last there; missing-data at a sign of life (D10). */
function checkedIn(turn: Turn, { at, data }: EventOf<'check-in-received'>): void {
  // Calm check-ins are counted only while a spike is active: for most people nothing is written.
  const spike = Object.keys(turn.state.active).some((key) => key.startsWith('pain-spike/'));
  if (spike) turn.emit({ type: 'observed', data: { kind: 'check-in', belowSpike: data.belowSpike } });
  const { spikeClearCheckIns, spikeClearH, missingAlarmDays } = turn.parameters;
  const said = Date.parse(at);
  const calm = turn.state.calmCheckIns >= spikeClearCheckIns;
  clear(
    turn,
    (rule, severity, lastAt) =>
      rule === 'pain-spike' && severity === 'MEDIUM' && calm && said - lastAt >= spikeClearH * hourMs,
  );
  if (turn.receivedAt - said < missingAlarmDays * dayMs) clear(turn, (rule) => rule === 'missing-data');
}
