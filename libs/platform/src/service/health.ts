import { Background } from './background.js';

type Check = () => Promise<boolean> | boolean;

const askEveryMs = 20;

/** Whether the service may be given work. At first everything must have caught up with what was there at the start. */
export class Health {
  private readonly atStart = new Map<string, Check>();
  private readonly always = new Map<string, Check>();
  private caughtUp = false;
  private started = false;

  constructor(private readonly background: Background) {}

  /** `check` must hold once before the service is ready. */
  beforeReady(name: string, check: Check): void {
    this.atStart.set(name, check);
  }

  /** `check` must hold whenever the service is asked whether it is ready: a backend that answers, a projection that keeps up. */
  whileReady(name: string, check: Check): void {
    this.always.set(name, check);
  }

  /** Everything has been registered: from here on the service opens as soon as all has caught up, asked or not. */
  async openWhenCaughtUp(): Promise<void> {
    this.started = true;
    while (!this.caughtUp && !this.background.signal.aborted) {
      await this.faults();
      await new Promise((resolve) => setTimeout(resolve, askEveryMs).unref());
    }
  }

  /** What still has to catch up, what has died and what is away; empty when ready. Names only: reasons are in the log. */
  async faults(): Promise<string[]> {
    if (!this.started) return ['the service is starting'];
    const found = [...this.background.failures().keys()].map((name) => `${name} has stopped`);
    for (const [name, check] of this.atStart) {
      if (await holds(check)) this.atStart.delete(name);
      else found.push(`${name} is catching up`);
    }
    this.caughtUp ||= this.atStart.size === 0;
    for (const [name, check] of this.always)
      if (!(await holds(check))) found.push(`${name} is away or behind`);
    return found;
  }

  /** True from when all has caught up until the shutdown begins; asked by every request, so it costs nothing. */
  get open(): boolean {
    return this.caughtUp && !this.background.closing.aborted;
  }
}

async function holds(check: Check): Promise<boolean> {
  try {
    return await check();
  } catch {
    return false;
  }
}
