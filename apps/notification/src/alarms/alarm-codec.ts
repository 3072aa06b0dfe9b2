import type { AlarmEvent, ProgrammeEvent } from '@coxa/domain';
import { EngineError, type EventCodec, type LogMessage, type StoredEvent } from '@coxa/eventing';
import {
  type EventData,
  fromHeaders,
  type PresentEvent,
  upcast,
  wireType,
  storedJson,
} from '@coxa/contracts';

const decoded = new WeakMap<StoredEvent, AlarmEvent>();

/** On the wire an alarm event is its data with `at` and `sequence` beside it. */
export const alarmCodec: EventCodec<AlarmEvent> = {
  encode: ({ type, at, sequence, data }) => ({
    type: wireType(type),
    data: Buffer.from(JSON.stringify({ ...data, at, sequence })),
  }),
  decode: decodeAlarmEvent,
};

/** @throws EngineError `undecodable` */
export function decodeAlarmEvent(stored: StoredEvent): AlarmEvent {
  const known = decoded.get(stored);
  if (known) return known;
  const { name, data: written } = presentOf(stored.type, stored.data);
  const { at, sequence, ...data } = written;
  const event = { type: name, at, sequence, data } as unknown as AlarmEvent;
  decoded.set(stored, event);
  return event;
}

/** A programme event as the log brings it, with its place in the patient's stream. @throws EngineError `undecodable` */
export function decodeProgrammeEvent(message: LogMessage): {
  readonly id: string;
  readonly sequence: number;
  readonly event: ProgrammeEvent;
} {
  const { id, type, sequence } = fromHeaders(message.headers);
  if (!id || sequence === undefined || Number.isNaN(sequence))
    throw new EngineError('undecodable', 'the message carries no id or no sequence');
  const { name, data: written } = presentOf(type, message.value);
  const { at, recordedAt, reason, ...data } = written;
  return {
    id,
    sequence,
    event: { type: name, at, recordedAt, reason, data } as unknown as ProgrammeEvent,
  };
}

function presentOf(type: string, bytes: Uint8Array): PresentEvent {
  try {
    return upcast(type, storedJson(bytes) as EventData);
  } catch (cause) {
    throw new EngineError('undecodable', `this ${type} cannot be read`, { cause });
  }
}
