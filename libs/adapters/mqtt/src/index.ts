export * from './mqtt-source.js';
