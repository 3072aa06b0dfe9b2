import {
  type DeviceFact,
  type Names,
  type PatientFact,
  type RegistryFact,
  registryKey,
  toHeaders,
  storedJson,
} from '@coxa/contracts';
import type { LogRecord, StoredEvent } from '@coxa/eventing';
import { decodePatientEvent } from './programme/patient-decider.js';

/** What of a patient's stream others are told, and what the registry is told: no names, no free text. */
export function routeProgrammeEvent(event: StoredEvent, names: Names): LogRecord | null {
  const patients = names.programmeStream('');
  const devices = names.deviceStream('');
  if (event.stream.startsWith(devices))
    return registryRecord(
      event,
      { ...(storedJson(event.data) as DeviceFact), position: event.position },
      names,
    );
  if (!event.stream.startsWith(patients)) return null;
  const patientId = event.stream.slice(patients.length);
  const decoded = decodePatientEvent(event);
  if (decoded.type === 'patient-registered') {
    const fact: PatientFact = { ...decoded.data.registration, position: event.position };
    return registryRecord(event, fact, names);
  }
  return { topic: names.programEvents, key: patientId, value: event.data, headers: headersOf(event) };
}

const registryRecord = (event: StoredEvent, fact: RegistryFact, names: Names): LogRecord => ({
  topic: names.registry,
  key: registryKey(fact),
  value: Buffer.from(JSON.stringify(fact)),
  headers: headersOf(event),
});

function headersOf({ id, type, revision, recordedAt, metadata }: StoredEvent): Record<string, string> {
  const traceparent = metadata['traceparent'];
  return toHeaders({
    id,
    type,
    source: 'coxa/program',
    time: new Date(recordedAt).toISOString(),
    contentType: 'application/json',
    sequence: revision,
    ...(traceparent ? { traceparent } : {}),
  });
}
