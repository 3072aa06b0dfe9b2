import { createRequire } from 'node:module';
import { kafkajsVersion } from './wire.js';

interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

const require = createRequire(import.meta.url);
let done = false;

/**
 * kafkajs 2.2.4 looks whether requests wait for their turn after each answer, also when none waits, and works out when as a time that lies far
 * in the past: a timer of a millisecond, for each connection, for good. A service that had nothing to do spent 3 % of a core on that, and a
 * process that had closed everything did not always end. Whoever comes later to wait sets the timer by itself.
 */
export function restWhenIdle(): void {
  if (done || kafkajsVersion() !== '2.2.4') return;
  done = true;
  const { prototype } = require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue };
  const { scheduleCheckPendingRequests: schedule } = prototype;
  prototype.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0) schedule.call(this);
  };
}
