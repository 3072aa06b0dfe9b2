export * from './device.js';
export * from './notification.js';
export * from './override.js';
export * from './parse-dto.js';
export * from './patient.js';
export * from './questionnaire.js';
export * from './test-clock.js';
