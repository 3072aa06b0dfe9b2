import { type Clock, failurePolicy, Registry, type Stage } from '@coxa/eventing';
import { CLOCK, logSafe } from '@coxa/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Programmes } from './programmes.js';

/** Closes weeks and notices silence when the clock says so. What is due is worked out anew at each start: no timer can be lost. */
@Injectable()
export class ClosingTimer implements Stage {
  readonly name = 'closings';
  private scanned = false;
  private busy = false;
  private readonly logger = new Logger('closings');

  constructor(
    @Inject(Programmes) private readonly programmes: Programmes,
    @Inject(Registry) private readonly registry: Registry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  get ready(): boolean {
    return this.scanned;
  }

  settled(): boolean {
    return this.scanned && !this.busy && this.dueNow().length === 0;
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.registry.ready(signal);
    for (const { patientId } of this.registry.allPatients()) await this.programmes.schedule(patientId);
    this.scanned = true;
    let waiting: { readonly until: number; readonly controller: AbortController } | undefined;
    // Only what is due earlier than what is waited for is news.
    const stopListening = this.programmes.onSchedule((at) => {
      if (waiting && at < waiting.until) waiting.controller.abort();
    });
    signal.addEventListener('abort', stopListening, { once: true });
    while (!signal.aborted) {
      const due = this.dueNow();
      this.busy = due.length > 0;
      for (const patientId of due) await this.close(patientId);
      this.busy = false;
      if (due.length > 0) continue;
      waiting = { until: this.next(), controller: new AbortController() };
      await this.clock.waitUntil(waiting.until, AbortSignal.any([signal, waiting.controller.signal]));
    }
  }

  /** What the infrastructure did is tried again by whoever runs this; a patient whose closing fails by itself stops nobody else's. */
  private async close(patientId: string): Promise<void> {
    const now = this.programmes.now();
    const due = this.programmes.due.get(patientId)!;
    const messageId = `clock/${patientId}/${due}`;
    try {
      await this.programmes.handle(patientId, { messageId, command: { kind: 'advance-clock', now } });
    } catch (error) {
      if (failurePolicy(error) === 'retry') throw error;
      // Taken up again with the next thing that happens to this patient, or at the next start.
      this.programmes.due.delete(patientId);
      this.logger.error(`a closing failed: ${logSafe(error)}`);
    }
  }

  private dueNow(): string[] {
    const now = this.clock.now();
    return [...this.programmes.due].filter(([, at]) => at <= now).map(([patientId]) => patientId);
  }

  private next(): number {
    let next = Infinity;
    for (const at of this.programmes.due.values()) next = Math.min(next, at);
    return next;
  }
}
