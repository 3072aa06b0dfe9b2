/** What every service must know of a patient to take in or show data. No names: the topic is compacted and read by all. */
export interface PatientFact {
  readonly kind: 'patient';
  readonly patientId: string;
  /** RFC 3339, as enrolled. */
  readonly enrolledAt: string;
  /** IANA zone of the patient's present home. */
  readonly zone: string;
  readonly side: 'left' | 'right' | 'both';
  /** Subjects of the clinicians who may see this patient. */
  readonly careTeam: readonly string[];
  readonly consent: { readonly version: string; readonly at: string; readonly withdrawnAt?: string };
  /** Position of the event that this fact stands for: grows with each change. */
  readonly position: number;
}

export interface DeviceFact {
  readonly kind: 'device';
  readonly deviceId: string;
  readonly patientId: string;
  readonly sensor: 'imu' | 'orientation' | 'goniometer';
  readonly segment: 'pelvis' | 'thigh' | 'shank';
  readonly side: 'left' | 'right';
  readonly model: string;
  /** Sensor to segment, [w, x, y, z]. */
  readonly mounting?: readonly [number, number, number, number];
  readonly registeredAt: string;
  readonly revokedAt?: string;
  readonly position: number;
}

export type RegistryFact = PatientFact | DeviceFact;

export const registryKey = (fact: RegistryFact): string =>
  fact.kind === 'patient' ? fact.patientId : fact.deviceId;
