/** Lets readers sleep until somebody has written. */
export class Wakeups {
  private sleepers = new Set<() => void>();

  /** Resolves at the next `wake`, or when the signal aborts. Register before looking, so that no write slips by. */
  next(signal: AbortSignal): { readonly woken: Promise<void>; readonly cancel: () => void } {
    let done = (): void => undefined;
    const woken = new Promise<void>((resolve) => {
      done = () => {
        this.sleepers.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
    });
    this.sleepers.add(done);
    if (signal.aborted) done();
    else signal.addEventListener('abort', done);
    return { woken, cancel: () => done() };
  }

  wake(): void {
    for (const wake of [...this.sleepers]) wake();
  }
}
