/** Waits of 50 ms doubling to 5 s, with up to a quarter taken off so that many waiters do not march in step. */
export function backoffMs(attempt: number): number {
  const full = Math.min(5_000, 50 * 2 ** Math.min(attempt, 10));
  return full - Math.random() * (full / 4);
}

/** Resolves after `ms` of machine time, or at once when the signal aborts. Never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
