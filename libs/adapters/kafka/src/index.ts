export * from './open-kafka.js';
export type * from './kafka-settings.js';
