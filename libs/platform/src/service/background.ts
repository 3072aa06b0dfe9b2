import { Logger } from '@nestjs/common';
import { logSafe } from './log-safe.js';

/** The loops that run beside the requests: consumers, projections, relays, timers. One that dies makes the service unhealthy, loudly. */
export class Background {
  private readonly logger = new Logger('background');
  private readonly abort = new AbortController();
  private readonly leaving = new AbortController();
  private readonly running = new Map<string, Promise<void>>();
  private readonly dead = new Map<string, string>();

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  /** Aborts first of all at a shutdown: who holds a stream open to a client closes it now, while the loops still run. */
  get closing(): AbortSignal {
    return this.leaving.signal;
  }

  close(): void {
    this.leaving.abort();
  }

  start(name: string, run: (signal: AbortSignal) => Promise<void>): void {
    const ended = run(this.abort.signal).then(
      () => this.ended(name, undefined),
      (error: unknown) => this.ended(name, error),
    );
    this.running.set(name, ended);
  }

  /** Name and reason of what has died. */
  failures(): ReadonlyMap<string, string> {
    return this.dead;
  }

  /** Asks all to stop and waits for what they have in hand. */
  async stop(): Promise<void> {
    this.close();
    this.abort.abort();
    await Promise.all(this.running.values());
  }

  private ended(name: string, error: unknown): void {
    if (error === undefined && this.abort.signal.aborted) return;
    const reason = error === undefined ? 'it ended unasked' : logSafe(error);
    this.dead.set(name, reason);
    this.logger.error(`${name} has stopped: ${reason}`);
  }
}
