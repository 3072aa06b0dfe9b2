import type { Clock } from '../ports/clock.js';
import { pause } from '../util/backoff.js';

/** Longest wait of one timer: longer ones overflow, and a machine that slept is noticed within this time. */
const longestMs = 60_000;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async waitUntil(until, signal) {
    for (let left = until - Date.now(); left > 0 && !signal.aborted; left = until - Date.now())
      await pause(Math.min(left, longestMs), signal);
  },
};
