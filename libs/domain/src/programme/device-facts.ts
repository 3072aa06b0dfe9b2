import type { EventOf } from '../model/event.js';
import type { DeviceFact, Instant } from '../model/facts.js';

type Devices = readonly DeviceFact[];

/** A session is named by its device and its own id. */
export const deviceOfSession = (sessionId: string): string => sessionId.slice(0, sessionId.indexOf('/'));

/** What is known of the devices after one of them was registered, fell silent, was heard again or was revoked. */
export function devicesAfter(
  devices: Devices,
  { type, at, data }: EventOf<'device-assigned' | 'device-silent' | 'device-heard' | 'device-withdrawn'>,
): Devices {
  const { deviceId } = data;
  switch (type) {
    case 'device-assigned':
      return [...devices, { deviceId, side: data.side, heardAt: Date.parse(at), silent: false }];
    case 'device-silent':
      return changed(devices, deviceId, (device) => ({ ...device, silent: true }));
    case 'device-heard':
      return changed(devices, deviceId, (device) => ({
        ...heard(device, Date.parse(data.heardAt)),
        silent: false,
      }));
    case 'device-withdrawn':
      return devices.filter((device) => device.deviceId !== deviceId);
    default:
      return type satisfies never;
  }
}

/** A recording is a sign of life; whether a silence is over by it is decided beside it. */
export function afterRecording(
  devices: Devices,
  { recordedAt, data }: EventOf<'recording-finished'>,
): Devices {
  const at = Date.parse(data.heardAt ?? recordedAt);
  return changed(devices, deviceOfSession(data.sessionId), (device) => heard(device, at));
}

const heard = (device: DeviceFact, at: Instant): DeviceFact =>
  at > device.heardAt ? { ...device, heardAt: at } : device;

function changed(devices: Devices, deviceId: string, change: (device: DeviceFact) => DeviceFact): Devices {
  const place = devices.findIndex((device) => device.deviceId === deviceId);
  return place < 0 ? devices : devices.with(place, change(devices[place]!));
}
