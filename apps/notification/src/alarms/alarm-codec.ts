import type { AlarmEvent, ProgrammeEvent } from '@coxa/domain';
import { EngineError, type EventCodec, type LogMessage, type StoredEvent } from '@coxa/eventing';
import { fromHeaders } from '@coxa/contracts';

const decoded = new WeakMap<StoredEvent, AlarmEvent>();

/** On the wire an alarm event is its data with `at` and `sequence` beside it. */
export const alarmCodec: EventCodec<AlarmEvent> = {
  encode: ({ type, at, sequence, data }) => ({
    type: `coxa.${type}.v1`,
    data: Buffer.from(JSON.stringify({ ...data, at, sequence })),
  }),
  decode: decodeAlarmEvent,
};

/** @throws EngineError `undecodable` */
export function decodeAlarmEvent(stored: StoredEvent): AlarmEvent {
  const known = decoded.get(stored);
  if (known) return known;
  const { at, sequence, ...data } = parse(stored.data);
  const event = { type: typeOf(stored.type), at, sequence, data } as unknown as AlarmEvent;
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
  const { at, recordedAt, reason, ...data } = parse(message.value);
  return {
    id,
    sequence,
    event: { type: typeOf(type), at, recordedAt, reason, data } as unknown as ProgrammeEvent,
  };
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown>;
  } catch (cause) {
    throw new EngineError('undecodable', 'the event is not JSON', { cause });
  }
}

function typeOf(wire: string): string {
  const type = /^coxa\.([a-z-]+)\.v1$/.exec(wire)?.[1];
  if (!type) throw new EngineError('undecodable', `no version of ${wire} is known`);
  return type;
}
