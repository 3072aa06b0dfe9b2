export * from './examine.js';
export * from './open-embedded.js';
