/** Names under which Nest injects what the composition root opened. */
export const CONFIG = Symbol('Config');
export const CLOCK = Symbol('Clock');
export const MESSAGE_LOG = Symbol('MessageLog');
export const EVENT_STORE = Symbol('EventStore');
export const VIEW_STORE = Symbol('ViewStore');
export const KEYRING = Symbol('Keyring');
