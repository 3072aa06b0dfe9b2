import type { Alarm, AlarmEvent, AlarmsState, AlarmTransition, Observation } from './model.js';
import { keyOf, severityRank } from './model.js';

export const initialAlarms = (): AlarmsState => ({
  handled: -1,
  alarms: {},
  active: {},
  told: {},
  lastQuietNotice: 0,
  redFlagAt: 0,
  calmCheckIns: 0,
  readings: {},
});

/** What rotation-loss looks back at: the last readings, however old, and all of four weeks. */
const keptReadings = 30;
const keptMs = 28 * 86_400_000;

export function evolveAlarms(before: AlarmsState, event: AlarmEvent): AlarmsState {
  const state =
    event.sequence === null ? before : { ...before, handled: Math.max(before.handled, event.sequence) };
  switch (event.type) {
    case 'alarm-raised': {
      const { alarmId, rule, side, severity, occurredAt, reason, inputs, joined = false } = event.data;
      const alarm: Alarm = {
        id: alarmId,
        rule,
        side,
        severity,
        state: 'active',
        acknowledged: false,
        count: 1,
        firstAt: occurredAt,
        lastAt: occurredAt,
        assignee: null,
        reason,
        inputs,
        history: [{ at: event.at, transition: 'raised', by: 'rule' }],
        notified: joined,
        reminded: false,
      };
      return {
        ...state,
        alarms: { ...state.alarms, [alarmId]: alarm },
        active: { ...state.active, [keyOf(rule, side)]: alarmId },
        // The check-in that raised it was not calm.
        calmCheckIns: rule === 'pain-spike' ? 0 : state.calmCheckIns,
      };
    }
    case 'alarm-repeated': {
      const { occurredAt, inhibited, joined = false } = event.data;
      return change(state, event, 'repeated', 'rule', (alarm) => ({
        // What was inhibited is told as if new, once it is no longer (D10).
        notified: inhibited ? false : alarm.notified || joined,
        count: alarm.count + 1,
        firstAt: Math.min(alarm.firstAt, occurredAt),
        lastAt: Math.max(alarm.lastAt, occurredAt),
      }));
    }
    case 'alarm-severity-raised': {
      const { severity } = event.data;
      // What made it graver is what one has to see.
      return change(state, event, 'severity-raised', 'rule', ({ reason, inputs }) => ({
        severity,
        reason: event.data.reason ?? reason,
        inputs: event.data.inputs ?? inputs,
      }));
    }
    case 'alarm-acknowledged':
      return change(state, event, 'acknowledged', event.data.by, () => ({ acknowledged: true }));
    case 'alarm-assigned':
      return change(state, event, 'assigned', event.data.by, () => ({ assignee: event.data.assignee }));
    case 'alarm-commented':
      return change(state, event, 'commented', event.data.by, () => ({}));
    case 'alarm-cleared': {
      const { rule, side } = state.alarms[event.data.alarmId]!;
      const { [keyOf(rule, side)]: _gone, ...active } = state.active;
      return { ...change(state, event, 'cleared', event.data.by, () => ({ state: 'cleared' })), active };
    }
    case 'notice-requested':
      return told(state, event);
    case 'observed':
      return observed(state, event.data);
    default:
      return event satisfies never;
  }
}

function change(
  state: AlarmsState,
  { at, data }: { readonly at: string; readonly data: { readonly alarmId: string } },
  transition: AlarmTransition['transition'],
  by: string,
  fields: (alarm: Alarm) => Partial<Alarm>,
): AlarmsState {
  const alarm = state.alarms[data.alarmId]!;
  const next: Alarm = { ...alarm, ...fields(alarm), history: [...alarm.history, { at, transition, by }] };
  return { ...state, alarms: { ...state.alarms, [alarm.id]: next } };
}

function told(
  state: AlarmsState,
  { at, data }: Extract<AlarmEvent, { type: 'notice-requested' }>,
): AlarmsState {
  const alarm = state.alarms[data.alarmId]!;
  const when = Date.parse(at);
  return {
    ...state,
    alarms: {
      ...state.alarms,
      [alarm.id]: { ...alarm, notified: true, reminded: alarm.reminded || data.reminder },
    },
    told: { ...state.told, [`${keyOf(alarm.rule, alarm.side)}/${data.severity}`]: when },
    lastQuietNotice: severityRank[data.severity] < severityRank.HIGH ? when : state.lastQuietNotice,
  };
}

function observed(state: AlarmsState, observation: Observation): AlarmsState {
  switch (observation.kind) {
    case 'check-in':
      return { ...state, calmCheckIns: observation.belowSpike ? state.calmCheckIns + 1 : 0 };
    case 'red-flag':
      return { ...state, redFlagAt: Math.max(state.redFlagAt, observation.receivedAt) };
    case 'reading': {
      const others = (state.readings[observation.series] ?? []).filter(
        ({ id }) => id !== observation.reading.id,
      );
      const all = [...others, observation.reading].sort((a, b) => a.at - b.at);
      const since = all.at(-1)!.at - keptMs;
      const kept = all.filter(({ at }, place) => place >= all.length - keptReadings || at > since);
      return { ...state, readings: { ...state.readings, [observation.series]: kept } };
    }
    case 'reading-withdrawn': {
      const { series, id } = observation;
      const kept = (state.readings[series] ?? []).filter((reading) => reading.id !== id);
      return { ...state, readings: { ...state.readings, [series]: kept } };
    }
    default:
      return observation satisfies never;
  }
}
