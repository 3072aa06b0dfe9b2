export * from './open-embedded.js';
