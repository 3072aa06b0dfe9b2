export { decideAlarms } from './decide.js';
export * from './evolve.js';
export type * from './model.js';
