import type { DeviceFact } from '@coxa/contracts';
import type { Programmes } from './programmes.js';

/**
 * Tells a patient's programme of a device whose silence it is to notice, or that it is to wait for no longer. Told again, nothing changes.
 * @returns the place of the event, or null when there was nothing to tell
 */
export async function tellOfDevice(
  programmes: Programmes,
  { deviceId, patientId, side, registeredAt, revokedAt }: Omit<DeviceFact, 'position'>,
): Promise<number | null> {
  const known = await programmes.inspect(patientId, ({ enrolment, devices }) =>
    enrolment ? devices.some((device) => device.deviceId === deviceId) : undefined,
  );
  if (known === undefined || known === (revokedAt === undefined)) return null;
  const receivedAt = programmes.now();
  const { position } = await programmes.handle(
    patientId,
    revokedAt === undefined
      ? {
          messageId: `assign/${deviceId}`,
          command: { kind: 'assign-device', deviceId, side, at: registeredAt, receivedAt },
        }
      : { messageId: `withdraw/${deviceId}`, command: { kind: 'withdraw-device', deviceId, receivedAt } },
  );
  return position;
}
