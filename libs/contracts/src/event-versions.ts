import type { AlarmEvent, ProgrammeEvent } from '@coxa/domain';

/** Events of services that are no decision of a rule. */
type ServiceEvent =
  | 'patient-registered'
  | 'device-registered'
  | 'device-revoked'
  | 'receiver-configured'
  | 'deliveries-planned'
  | 'delivery-attempted'
  | 'delivery-repeated'
  | 'check-in-reported'
  | 'readings-reported'
  | 'data-accessed'
  | 'break-glass-used';

/**
 * Every event that is kept or published, with its present version. A change of shape is a new version, an upcaster from the one before,
 * and a golden file in `libs/contracts/golden`: what was once written is readable for ever.
 */
export const eventVersions = {
  'patient-enrolled': 1,
  'patient-updated': 1,
  'patient-registered': 1,
  'check-in-received': 1,
  'pain-threshold-crossed': 1,
  'red-flag-reported': 1,
  'amber-flag-reported': 1,
  'exercise-stopped': 1,
  'programme-suspended': 1,
  'programme-resumed': 1,
  'rotation-measured': 1,
  'rotation-corrected': 1,
  'recording-finished': 1,
  'override-recorded': 1,
  'target-decided': 1,
  'target-tightened': 1,
  'phase-changed': 1,
  'week-closed': 1,
  'data-missing': 1,
  'device-assigned': 1,
  'device-silent': 1,
  'device-heard': 1,
  'device-withdrawn': 1,
  'rotation-missing': 1,
  'questionnaire-scored': 1,
  'fear-rising': 1,
  'education-acknowledged': 1,
  'alarm-raised': 1,
  'alarm-repeated': 1,
  'alarm-severity-raised': 1,
  'alarm-acknowledged': 1,
  'alarm-assigned': 1,
  'alarm-commented': 1,
  'alarm-cleared': 1,
  'notice-requested': 1,
  observed: 1,
  'device-registered': 1,
  'device-revoked': 1,
  'receiver-configured': 1,
  'deliveries-planned': 1,
  'delivery-attempted': 1,
  'delivery-repeated': 1,
  'check-in-reported': 1,
  'readings-reported': 1,
  'data-accessed': 1,
  'break-glass-used': 1,
} as const satisfies Readonly<Record<ProgrammeEvent['type'] | AlarmEvent['type'] | ServiceEvent, number>>;

export type EventName = keyof typeof eventVersions;

/** The name on the wire, e.g. `coxa.target-decided.v1`. */
export const wireType = (name: EventName): string => `coxa.${name}.v${eventVersions[name]}`;
