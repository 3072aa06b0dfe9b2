export * from './open-eventstoredb.js';
