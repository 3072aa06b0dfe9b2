import {
  type Alarm,
  type AlarmsState,
  type AlarmTransition,
  evolveAlarms,
  initialAlarms,
} from '@coxa/domain';
import type { Projection, StoredEvent } from '@coxa/eventing';
import { decodeAlarmEvent } from './alarm-codec.js';

export const patientKey = (patientId: string): string => `patient/${patientId}`;
export const alarmKey = (alarmId: string): string => `alarm/${alarmId}`;
export const commentKey = (alarmId: string, index: number): string =>
  `comment/${alarmId}/${String(index).padStart(6, '0')}`;

/** The alarms of each patient, folded by the domain itself; whose an alarm is; and comments as they were sealed. */
export const alarmsView = (streamPrefix: string): Projection => ({
  name: 'alarms',
  version: 1,
  reads: ({ stream }) =>
    stream.startsWith(streamPrefix) ? [patientKey(stream.slice(streamPrefix.length))] : [],
  apply(stored: StoredEvent, view) {
    if (!stored.stream.startsWith(streamPrefix)) return;
    const patientId = stored.stream.slice(streamPrefix.length);
    const event = decodeAlarmEvent(stored);
    const before = (view.get(patientKey(patientId)) as AlarmsState | undefined) ?? initialAlarms();
    const after = evolveAlarms(before, event);
    view.put(patientKey(patientId), after);
    if (event.type === 'alarm-raised') view.put(alarmKey(event.data.alarmId), patientId);
    const sealed = stored.metadata['sealed'];
    if (event.type === 'alarm-commented' && sealed) {
      const { alarmId } = event.data;
      view.put(commentKey(alarmId, after.alarms[alarmId]!.history.length - 1), sealed);
    }
  },
});

/** An alarm as the outside sees it. */
export interface AlarmDocument {
  readonly id: string;
  readonly patientId: string;
  readonly rule: string;
  readonly side: string;
  readonly severity: Alarm['severity'];
  readonly state: Alarm['state'];
  readonly acknowledged: boolean;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly assignee: string | null;
  readonly reason: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly history: readonly (AlarmTransition & { readonly text?: string })[];
}

export function documentOf(patientId: string, alarm: Alarm): AlarmDocument {
  const {
    id,
    rule,
    side,
    severity,
    state,
    acknowledged,
    count,
    firstAt,
    lastAt,
    assignee,
    reason,
    inputs,
    history,
  } = alarm;
  const iso = (at: number) => new Date(at).toISOString();
  return {
    id,
    patientId,
    rule,
    side,
    severity,
    state,
    acknowledged,
    count,
    firstAt: iso(firstAt),
    lastAt: iso(lastAt),
    assignee,
    reason,
    inputs,
    history,
  };
}
