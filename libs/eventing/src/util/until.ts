import { pause } from './backoff.js';

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
