export { keptTestClock } from './kept-test-clock.js';
export { openBackends } from './open-backends.js';
export { startAllInOne } from './start.js';
