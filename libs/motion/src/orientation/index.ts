export * from './offline.js';
export * from './parameters.js';
export * from './samples.js';
export { Vqf } from './vqf.js';
