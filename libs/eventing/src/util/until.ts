import { pause } from './backoff.js';

/** Tells how many milliseconds of machine time are left of `ms` from now on; never fewer than none. For several waits that are to take no longer together. */
export function countdown(ms: number): () => number {
  const deadline = performance.now() + ms;
  return () => Math.max(0, deadline - performance.now());
}

/** Asks `condition` until it holds. False when `timeoutMs` of machine time passed or the signal aborted first. */
export async function until(
  condition: () => Promise<boolean> | boolean,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (let wait = 1; ; wait = Math.min(wait * 1.5, 5)) {
    if (await condition()) return true;
    if (signal?.aborted || performance.now() >= deadline) return false;
    await pause(wait, signal);
  }
}
