import type { PatientSide } from '../model/facts.js';
import type { Parameters } from '../ruleset.js';
import { evolveAlarms } from './evolve.js';
import type { AlarmCommand, AlarmEvent, AlarmsState, AlarmSeverity } from './model.js';
import { keyOf, severityRank } from './model.js';
import { isInhibited, noticeAsNew, type Notice } from './notice.js';

type Observe = Extract<AlarmCommand, { kind: 'observe' }>;

/** The events of one observation, with the state after them. */
export class Turn {
  readonly events: AlarmEvent[] = [];
  readonly receivedAt: number;

  constructor(
    readonly command: Observe,
    public state: AlarmsState,
    readonly parameters: Parameters,
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

/**
 * An occurrence: raises the alarm of its key, or counts within the one that is active. `always` tells of every repeat;
 * `lateFrom` is when it could first have been known, where that is not when it happened.
 */
export function occur(
  turn: Turn,
  rule: string,
  side: PatientSide,
  severity: AlarmSeverity,
  occurredAt: number,
  reason: string,
  inputs: Readonly<Record<string, unknown>>,
  { always = false, lateFrom = occurredAt }: { readonly always?: boolean; readonly lateFrom?: number } = {},
): void {
  const { state, receivedAt, command, parameters } = turn;
  const inhibited = isInhibited(rule, receivedAt, state, parameters);
  const active = state.alarms[state.active[keyOf(rule, side)] ?? ''];
  if (!active) {
    const { alarmId } = command;
    const notice = noticeAsNew({ rule, side }, severity, lateFrom, turn);
    turn.emit({
      type: 'alarm-raised',
      data: { alarmId, rule, side, severity, occurredAt, reason, inputs, inhibited, ...joining(notice) },
    });
    if (notice === 'own') turn.tell(alarmId, 'alarm.raised', severity);
    return;
  }
  const rises = severityRank[severity] > severityRank[active.severity];
  const highest = rises ? severity : active.severity;
  const notice = active.notified ? 'none' : noticeAsNew(active, highest, lateFrom, turn);
  turn.emit({
    type: 'alarm-repeated',
    data: { alarmId: active.id, occurredAt, severity, inhibited, ...joining(notice) },
  });
  if (rises)
    turn.emit({
      type: 'alarm-severity-raised',
      data: { alarmId: active.id, severity, occurredAt, reason, inputs },
    });
  if (inhibited) return;
  if (!active.notified) {
    if (notice === 'own') turn.tell(active.id, 'alarm.raised', highest);
  } else if (rises) turn.tell(active.id, 'alarm.severity-raised', severity);
  else if (always) turn.tell(active.id, 'alarm.raised', severity);
}

const joining = (notice: Notice): { readonly joined?: true } => (notice === 'joined' ? { joined: true } : {});

/** Clears what the rules may clear of the alarms that `which` names. */
export function clear(
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
