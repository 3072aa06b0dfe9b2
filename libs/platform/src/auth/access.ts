import type { Registry } from '@coxa/eventing';
import type { Principal } from './principal.js';

/**
 * Whether this person or device may see or send this patient's data: the patient, a device registered to them, a clinician of the care team.
 * Whoever breaks the glass may for that request: it is recorded and announced by the audit.
 * An operator runs the system and sees nobody's data.
 */
export function mayAccess(principal: Principal, patientId: string, registry: Registry): boolean {
  if (!registry.patient(patientId)) return false;
  switch (principal.role) {
    case 'patient':
      return principal.patientId === patientId;
    case 'clinician':
      return registry.inCareTeam(principal.subject, patientId) || principal.breakGlass !== undefined;
    case 'device': {
      const device = principal.deviceId === undefined ? undefined : registry.device(principal.deviceId);
      return device?.patientId === patientId && device.revokedAt === undefined;
    }
    case 'operator':
      return false;
    default:
      return principal.role satisfies never;
  }
}
