import type { EventOf, ProgrammeEvent } from '@coxa/domain';
import type { Projection, StoredEvent } from '@coxa/eventing';
import { decodePatientEvent, type PatientEvent } from '../programme/patient-decider.js';

/** Sortable and unique within a patient: event time, then place in the store. */
const padded = (n: number): string => String(n).padStart(16, '0');
export const keyOf = (patientId: string, at: string, last: string): string =>
  `${patientId}/${padded(Date.parse(at))}/${last}`;
export const prefixOf = (patientId: string): string => `${patientId}/`;

/** A projection of the programme streams alone. */
function programmeView(
  name: string,
  version: number,
  streamPrefix: string,
  apply: (
    patientId: string,
    event: PatientEvent,
    stored: StoredEvent,
  ) => { readonly key: string; readonly value: unknown } | null,
): Projection {
  return {
    name,
    version,
    apply(stored, view) {
      if (!stored.stream.startsWith(streamPrefix)) return;
      const entry = apply(stored.stream.slice(streamPrefix.length), decodePatientEvent(stored), stored);
      if (entry) view.put(entry.key, entry.value);
    },
  };
}

/** Who is enrolled, with the name as it was sealed. A change of the registration carries no name: the one that is known stays. */
export const patientsView = (streamPrefix: string): Projection => ({
  name: 'patients',
  version: 2,
  reads: ({ stream }) => (stream.startsWith(streamPrefix) ? [stream.slice(streamPrefix.length)] : []),
  apply(stored, view) {
    if (!stored.stream.startsWith(streamPrefix)) return;
    const event = decodePatientEvent(stored);
    if (event.type !== 'patient-registered') return;
    const patientId = stored.stream.slice(streamPrefix.length);
    const before = view.get(patientId) as { readonly sealedName?: string } | undefined;
    const sealedName = stored.metadata['sealedName'] ?? before?.sealedName;
    view.put(patientId, { ...event.data.registration, ...(sealedName ? { sealedName } : {}) });
  },
});

/** What happened and what was decided: where each event lies in the patient's stream. */
export const timelineView = (streamPrefix: string): Projection =>
  programmeView('timeline', 2, streamPrefix, (patientId, { type, at }, { position, revision }) =>
    type === 'patient-registered' ? null : { key: keyOf(patientId, at, padded(position)), value: revision },
  );

/** One event as the timeline shows it, with its reason; a sealed note beside it. */
export function timelineItem(stored: StoredEvent) {
  const event = decodePatientEvent(stored);
  const { at, recordedAt, type, reason } = event;
  // The data of a stored event holds the other three as well.
  const {
    fact: _fact,
    at: _at,
    recordedAt: _recordedAt,
    reason: _reason,
    ...data
  } = event.data as Record<string, unknown>;
  const sealed =
    type === 'check-in-received' || type === 'override-recorded' ? stored.metadata['sealed'] : undefined;
  return { item: { at, recordedAt, type, reason, data }, sealed };
}

/** Pain, one entry a check-in: where its event lies in the patient's stream. */
export const painView = (streamPrefix: string): Projection =>
  programmeView('pain', 2, streamPrefix, (patientId, event, { revision }) =>
    is(event, 'check-in-received')
      ? { key: keyOf(patientId, event.at, event.data.checkInId), value: revision }
      : null,
  );

/** One entry of the pain series. */
export function painItem(stored: StoredEvent) {
  const event = decodePatientEvent(stored);
  if (!is(event, 'check-in-received')) throw new Error(`${stored.type} tells of no pain: rebuild the view`);
  const { checkInId, checkIn } = event.data;
  const {
    now,
    worst = null,
    duringExercise = null,
    nextMorning = null,
    site = null,
    side = null,
  } = checkIn.pain;
  return { at: event.at, checkInId, now, worst, duringExercise, nextMorning, site, side };
}

/** Under what key a measurement's entry is kept. No id begins with `~`: nobody's list holds it. */
const entryOf = (patientId: string, id: string): string => `~${patientId}/${id}`;

/** Rotation, one entry a measurement; a correction takes its place, also where it moves in time. */
export const rotationView = (streamPrefix: string): Projection => ({
  name: 'rotation',
  version: 2,
  reads(stored) {
    const rotation = rotationIn(stored, streamPrefix);
    return rotation ? [entryOf(rotation.patientId, rotation.event.data.id)] : [];
  },
  apply(stored, view) {
    const rotation = rotationIn(stored, streamPrefix);
    if (!rotation) return;
    const { patientId, event } = rotation;
    const { id, series, value, uncertaintyDeg, valid, reasons } = event.data;
    const name = id.includes('/') ? 'sessionId' : 'measurementId';
    const key = keyOf(patientId, event.at, id);
    const before = view.get(entryOf(patientId, id)) as string | undefined;
    if (before !== undefined && before !== key) view.delete(before);
    view.put(entryOf(patientId, id), key);
    view.put(key, {
      at: event.at,
      [name]: id.split('/').at(-1),
      series,
      value,
      uncertaintyDeg,
      valid,
      reasons,
    });
  },
});

function rotationIn(stored: StoredEvent, streamPrefix: string) {
  if (!stored.stream.startsWith(streamPrefix)) return undefined;
  const event = decodePatientEvent(stored);
  return is(event, 'rotation-measured') || is(event, 'rotation-corrected')
    ? { patientId: stored.stream.slice(streamPrefix.length), event }
    : undefined;
}

const is = <Type extends ProgrammeEvent['type']>(
  event: PatientEvent,
  type: Type,
): event is EventOf<Type> & PatientEvent => event.type === type;
