export { openBackends } from './open-backends.js';
export { startAllInOne } from './start.js';
