import { Background } from './background.js';

type Check = () => Promise<boolean> | boolean;

/** Whether the service may be given work. At first everything must have caught up with what was there at the start. */
export class Health {
  private readonly checks = new Map<string, Check>();
  private caughtUp = false;
  private started = false;

  constructor(private readonly background: Background) {}

  /** `check` must hold once before the service is ready. */
  beforeReady(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  markStarted(): void {
    this.started = true;
  }

  /** What still has to catch up, and what has died; empty when ready. */
  async faults(): Promise<string[]> {
    if (!this.started) return ['the service is starting'];
    const dead = [...this.background.failures()].map(([name, reason]) => `${name} has stopped: ${reason}`);
    if (!this.caughtUp) {
      for (const [name, check] of this.checks) {
        if (await check()) this.checks.delete(name);
        else dead.push(`${name} is catching up`);
      }
      this.caughtUp = this.checks.size === 0;
    }
    return dead;
  }

  /** True once the service has been ready; asked by every request, so it costs nothing. */
  get open(): boolean {
    return this.caughtUp;
  }
}
