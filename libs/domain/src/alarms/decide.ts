import type { EventOf } from '../model/event.js';
import { Refusal } from '../programme/refusal.js';
import { evolveAlarms } from './evolve.js';
import type { AlarmCommand, AlarmEvent, AlarmsState, AlarmSeverity } from './model.js';
import { keyOf, severityRank } from './model.js';
import { isInhibited, tellsAsNew } from './notice.js';
import { observeRotation } from './rotation-loss.js';
import type { PatientSide } from '../model/facts.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

type Observe = Extract<AlarmCommand, { kind: 'observe' }>;

/** What an observation or a person's action does to the alarms of one patient. @throws Refusal `conflict` */
export function decideAlarms(command: AlarmCommand, state: AlarmsState): readonly AlarmEvent[] {
  if (command.kind === 'observe') {
    if (command.sequence <= state.handled) return [];
    const turn = new Turn(command, state);
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

/** The events of one observation, with the state after them. */
export class Turn {
  readonly events: AlarmEvent[] = [];
  readonly receivedAt: number;

  constructor(
    readonly command: Observe,
    public state: AlarmsState,
  ) {
    this.receivedAt = Date.parse(command.event.recordedAt);
  }

  emit(event: Record<string, unknown> & Pick<AlarmEvent, 'type' | 'data'>): void {
    const whole = {
      ...event,
      at: this.command.event.recordedAt,
      sequence: this.command.sequence,
    } as AlarmEvent;
    this.events.push(whole);
    this.state = evolveAlarms(this.state, whole);
  }

  tell(
    alarmId: string,
    kind: 'alarm.raised' | 'alarm.severity-raised',
    severity: AlarmSeverity,
    reminder = false,
  ): void {
    this.emit({
      type: 'notice-requested',
      data: { noticeId: this.command.noticeId, alarmId, kind, severity, reminder },
    });
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
        true,
      );
    case 'amber-flag-reported':
      return occur(turn, 'amber-flag', event.data.side, 'MEDIUM', Date.parse(event.at), event.reason, {
        checkInId: event.data.checkInId,
        flags: event.data.flags,
      });
    case 'pain-threshold-crossed':
      return crossed(turn, event);
    case 'data-missing':
      return occur(turn, 'missing-data', 'both', 'LOW', Date.parse(event.at), event.reason, event.data);
    case 'check-in-received':
      return checkedIn(turn, event);
    case 'week-closed':
      if (event.data.s5 === 'clear') clear(turn, (rule) => rule === 'pain-rising');
      return;
    case 'rotation-measured':
    case 'rotation-corrected':
      return observeRotation(turn, event, occur, clear);
    default:
      // Everything else changes no alarm.
      return;
  }
}

function crossed(turn: Turn, event: EventOf<'pain-threshold-crossed'>): void {
  const { rule, side, severity, value, by } = event.data;
  const { checkInId, median } = event.data;
  const at = Date.parse(event.at);
  const active = turn.state.alarms[turn.state.active[keyOf(rule, side)] ?? ''];
  const age = active ? at - active.firstAt : -1;
  // S7 true again a day later: one step up when the pain is 6 or more, else one reminder.
  const again = by.includes('S7') && age >= dayMs && age <= 2 * dayMs;
  const level = again && value >= 6 ? 'HIGH' : severity;
  occur(turn, rule, side, level, at, event.reason, { checkInId, value, median, by });
  const known = turn.state.alarms[active?.id ?? ''];
  const told = turn.events.some(({ type }) => type === 'notice-requested');
  if (
    again &&
    known &&
    !told &&
    !known.reminded &&
    known.severity === 'MEDIUM' &&
    !isInhibited(rule, turn.receivedAt, turn.state) &&
    turn.receivedAt - at <= 3 * dayMs
  )
    turn.tell(known.id, 'alarm.raised', 'MEDIUM', true);
}

/** An occurrence: raises the alarm of its key, or counts within the one that is active. */
function occur(
  turn: Turn,
  rule: string,
  side: PatientSide,
  severity: AlarmSeverity,
  occurredAt: number,
  reason: string,
  inputs: Readonly<Record<string, unknown>>,
  always = false,
): void {
  const { state, receivedAt, command } = turn;
  const inhibited = isInhibited(rule, receivedAt, state);
  const active = state.alarms[state.active[keyOf(rule, side)] ?? ''];
  if (!active) {
    const { alarmId } = command;
    turn.emit({
      type: 'alarm-raised',
      data: { alarmId, rule, side, severity, occurredAt, reason, inputs, inhibited },
    });
    if (tellsAsNew({ rule, side }, severity, occurredAt, receivedAt, state))
      turn.tell(alarmId, 'alarm.raised', severity);
    return;
  }
  turn.emit({ type: 'alarm-repeated', data: { alarmId: active.id, occurredAt, severity, inhibited } });
  const rises = severityRank[severity] > severityRank[active.severity];
  if (rises) turn.emit({ type: 'alarm-severity-raised', data: { alarmId: active.id, severity, occurredAt } });
  if (inhibited) return;
  if (!active.notified) {
    const highest = rises ? severity : active.severity;
    if (tellsAsNew(active, highest, occurredAt, receivedAt, state))
      turn.tell(active.id, 'alarm.raised', highest);
  } else if (rises) turn.tell(active.id, 'alarm.severity-raised', severity);
  else if (always) turn.tell(active.id, 'alarm.raised', severity);
}

/** Pain-spike MEDIUM clears at the third calm check-in in a row, two days after it was last there; missing-data at a sign of life (D10). */
function checkedIn(turn: Turn, { at, data }: EventOf<'check-in-received'>): void {
  turn.emit({ type: 'observed', data: { kind: 'check-in', belowSpike: data.belowSpike } });
  const said = Date.parse(at);
  const calm = turn.state.calmCheckIns >= 3;
  clear(
    turn,
    (rule, severity, lastAt) =>
      rule === 'pain-spike' && severity === 'MEDIUM' && calm && said - lastAt >= 48 * hourMs,
  );
  if (turn.receivedAt - said < 7 * dayMs) clear(turn, (rule) => rule === 'missing-data');
}

function clear(
  turn: Turn,
  which: (rule: string, severity: AlarmSeverity, lastAt: number, side: string) => boolean,
): void {
  for (const id of Object.values(turn.state.active)) {
    const { rule, severity, lastAt, side } = turn.state.alarms[id]!;
    // HIGH never clears itself.
    if (severity !== 'HIGH' && which(rule, severity, lastAt, side))
      turn.emit({ type: 'alarm-cleared', data: { alarmId: id, by: 'rule' } });
  }
}

export type Occur = typeof occur;
export type Clear = typeof clear;
