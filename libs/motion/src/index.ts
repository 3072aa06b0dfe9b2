export * from './measure-rotation.js';
export * from './repetitions.js';
export type * from './session.js';
export * from './orientation/index.js';
