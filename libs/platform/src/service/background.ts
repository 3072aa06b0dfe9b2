import { setMaxListeners } from 'node:events';
import { backoffMs, failurePolicy, pause } from '@coxa/eventing';
import { Logger } from '@nestjs/common';
import { logSafe } from './log-safe.js';

const wellAfterMs = 60_000;

/** The loops that run beside the requests: consumers, projections, relays, timers. One that dies makes the service unhealthy, loudly. */
export class Background {
  private readonly logger = new Logger('background');
  private readonly abort = new AbortController();
  private readonly leaving = new AbortController();
  private readonly running = new Map<string, Promise<void>>();
  private readonly dead = new Map<string, string>();

  constructor() {
    // As many wait for these as there are loops: Node takes more than ten for a leak, and says so on the console.
    for (const { signal } of [this.abort, this.leaving]) setMaxListeners(0, signal);
  }

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
    this.running.set(name, this.supervise(name, run));
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

  /** What the infrastructure did (a full disk, a conflict) passes: the loop begins again where it stands, unhealthy until then. */
  private async supervise(name: string, run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.abort;
    for (let attempt = 1; ; attempt++) {
      const began = performance.now();
      try {
        await run(signal);
        return this.ended(name, undefined);
      } catch (error) {
        if (signal.aborted || failurePolicy(error) !== 'retry') return this.ended(name, error);
        // What went well for a while is not punished for what was before.
        if (performance.now() - began > wellAfterMs) attempt = 1;
        this.dead.set(name, logSafe(error));
        this.logger.warn(`${name} begins again: ${logSafe(error)}`);
        await pause(backoffMs(attempt), signal);
        this.dead.delete(name);
      }
    }
  }

  private ended(name: string, error: unknown): void {
    if (error === undefined && this.abort.signal.aborted) return;
    const reason = error === undefined ? 'it ended unasked' : logSafe(error);
    this.dead.set(name, reason);
    this.logger.error(`${name} has stopped: ${reason}`);
  }
}
