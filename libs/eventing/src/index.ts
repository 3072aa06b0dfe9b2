export type * from './ports/clock.js';
export type * from './ports/message-log.js';
export type * from './ports/event-store.js';
export type * from './ports/view-store.js';
export type * from './ports/keyring.js';
export * from './errors.js';
