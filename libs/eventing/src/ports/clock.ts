/** The one source of time. Every service takes it from here, so that tests and `COXA_TEST_CLOCK` can hold it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves when `now() >= until` (epoch ms) or the signal aborts, whichever is first; never rejects. */
  waitUntil(until: number, signal: AbortSignal): Promise<void>;
}
