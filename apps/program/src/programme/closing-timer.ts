import {
  type Clock,
  failurePolicy,
  groupBy,
  type MessageLog,
  partitionOf,
  Registry,
  type Stage,
} from '@coxa/eventing';
import { CLOCK, CONFIG, type Config, logSafe, MESSAGE_LOG } from '@coxa/platform';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Programmes } from './programmes.js';
import { tellOfDevice } from './watched-devices.js';

/** What other instances took in, an enrolment perhaps, is looked for this often. */
const lookAgainMs = 3_600_000;

/** Closes weeks and notices silence when the clock says so. What is due is worked out anew at each start: no timer can be lost. */
@Injectable()
export class ClosingTimer implements Stage {
  readonly name = 'closings';
  private scanned = false;
  private mine: ReadonlySet<number> | undefined;
  private waiting = new AbortController();
  private waitingUntil = -Infinity;
  private lookAgainAt = Infinity;
  private busy = false;
  private readonly logger = new Logger('closings');

  constructor(
    @Inject(Programmes) private readonly programmes: Programmes,
    @Inject(Registry) private readonly registry: Registry,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(MESSAGE_LOG) private readonly log: MessageLog,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  get ready(): boolean {
    return this.scanned;
  }

  settled(): boolean {
    return this.scanned && !this.busy && this.dueNow().length === 0;
  }

  /** Whose weeks are closed here from now on: those whose check-ins are handled here. */
  takeUp(partitions: readonly number[]): void {
    this.mine = new Set(partitions);
    this.scanned = false;
    this.wake();
  }

  async run(signal: AbortSignal): Promise<void> {
    // Only what is due earlier than what is waited for is news.
    const stopListening = this.programmes.onSchedule((at) => {
      if (at < this.waitingUntil) this.wake();
    });
    signal.addEventListener('abort', stopListening, { once: true });
    while (!signal.aborted) {
      if (!this.scanned) await this.scan(signal);
      const due = this.dueNow();
      this.busy = due.length > 0;
      for (const patientId of due) await this.close(patientId);
      this.busy = false;
      if (due.length === 0 && this.scanned) await this.wait(signal);
    }
  }

  /** Learns what is due for everybody who is looked after here. What another instance took in since is found at the next look. */
  private async scan(signal: AbortSignal): Promise<void> {
    if (!this.mine) return this.wait(signal);
    await this.registry.ready(signal);
    const { mine } = this;
    const { length } = await this.log.offsets(this.programmes.names.checkIns);
    this.programmes.due.clear();
    const devices = groupBy(this.registry.allDevices(), ({ patientId }) => patientId);
    // Of those who are known now: while many are enrolled a look at all who come would have no end.
    for (const { patientId } of [...this.registry.allPatients()]) {
      if (!mine.has(partitionOf(patientId, length))) continue;
      await this.programmes.schedule(patientId);
      // While the programme is at hand. Whoever registered a device may have been stopped before it knew, or have run before programmes were told.
      for (const device of devices.get(patientId) ?? []) await tellOfDevice(this.programmes, device);
    }
    // Others may have been assigned meanwhile.
    this.scanned = mine === this.mine;
    this.lookAgainAt = this.config.log === 'embedded' ? Infinity : this.clock.now() + lookAgainMs;
  }

  private async wait(signal: AbortSignal): Promise<void> {
    this.waiting = new AbortController();
    this.waitingUntil = Math.min(this.next(), this.mine ? this.lookAgainAt : Infinity);
    await this.clock.waitUntil(this.waitingUntil, AbortSignal.any([signal, this.waiting.signal]));
    this.waitingUntil = -Infinity;
    if (this.clock.now() >= this.lookAgainAt) this.scanned = false;
  }

  private wake(): void {
    this.waiting.abort();
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
