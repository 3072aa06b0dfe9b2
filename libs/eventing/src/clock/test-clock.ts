import type { Clock } from '../ports/clock.js';

/** A clock that stands still until it is set, forward only. */
export class TestClock implements Clock {
  private readonly sleepers = new Set<() => void>();

  constructor(private instant: number) {}

  now(): number {
    return this.instant;
  }

  /** @throws RangeError when `instant` (epoch ms) lies before the present one */
  set(instant: number): void {
    if (instant < this.instant) throw new RangeError('the test clock goes forward only');
    this.instant = instant;
    for (const wake of [...this.sleepers]) wake();
  }

  waitUntil(until: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (this.instant < until && !signal.aborted) return;
        this.sleepers.delete(check);
        signal.removeEventListener('abort', check);
        resolve();
      };
      this.sleepers.add(check);
      signal.addEventListener('abort', check);
      check();
    });
  }
}
