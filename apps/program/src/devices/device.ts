import { storedJson } from '@coxa/contracts';
import type { DeviceFact } from '@coxa/contracts';
import type { Decider, EventCodec } from '@coxa/eventing';

type Facts = Omit<DeviceFact, 'position'>;

// Events
export type DeviceEvent =
  | { readonly type: 'device-registered'; readonly fact: Facts }
  | { readonly type: 'device-revoked'; readonly fact: Facts };

// State: null before the registration
export type DeviceState = { readonly fact: Facts | null };

// Commands
export type DeviceCommand =
  { readonly kind: 'register'; readonly fact: Facts } | { readonly kind: 'revoke'; readonly at: string };

/** A device: registered to one patient once, revoked for good. */
export const deviceDecider: Decider<DeviceState, DeviceCommand, DeviceEvent> = {
  initialState: () => ({ fact: null }),
  evolve: (_state, event) => ({ fact: event.fact }),
  decide(command, { fact }) {
    switch (command.kind) {
      case 'register':
        return fact ? [] : [{ type: 'device-registered', fact: command.fact }];
      case 'revoke':
        if (!fact || fact.revokedAt) return [];
        return [{ type: 'device-revoked', fact: { ...fact, revokedAt: command.at } }];
      default:
        return command satisfies never;
    }
  },
};

export const deviceCodec: EventCodec<DeviceEvent> = {
  encode: ({ type, fact }) => ({ type: `coxa.${type}.v1`, data: Buffer.from(JSON.stringify(fact)) }),
  decode: (stored) => ({
    type: stored.type === 'coxa.device-revoked.v1' ? 'device-revoked' : 'device-registered',
    fact: storedJson(stored.data) as Facts,
  }),
};
