export * from './examine.js';
export { type Embedded, openEmbedded } from './open-embedded.js';
export * from './open-to-move.js';
