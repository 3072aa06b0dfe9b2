import { storedJson } from '@coxa/contracts';
import type { DeviceFact, PatientFact, RegistryFact } from '@coxa/contracts';
import { EngineError } from '../errors.js';
import type { LogMessage, MessageLog } from '../ports/message-log.js';
import { until } from '../util/until.js';

/**
 * Patients, care teams, consents and devices, folded by every service from the compacted registry topic:
 * whose device it is and whether consent stands is known without asking another service.
 */
export class Registry {
  private readonly patients = new Map<string, PatientFact>();
  private readonly devices = new Map<string, DeviceFact>();
  private readonly seen = new Map<number, number>();

  constructor(
    private readonly log: MessageLog,
    private readonly topic: string,
  ) {}

  /** Folds the whole topic and what comes, until the signal aborts. Each instance reads all of it, so it shares with no group. */
  async run(signal: AbortSignal): Promise<void> {
    await this.log.consume({ topics: [this.topic], signal }, async ({ partition, messages }) => {
      for (const message of messages) this.fold(message);
      this.seen.set(partition, messages.at(-1)!.offset + 1);
    });
  }

  patient(patientId: string): PatientFact | undefined {
    return this.patients.get(patientId);
  }

  device(deviceId: string): DeviceFact | undefined {
    return this.devices.get(deviceId);
  }

  allPatients(): IterableIterator<PatientFact> {
    return this.patients.values();
  }

  allDevices(): IterableIterator<DeviceFact> {
    return this.devices.values();
  }

  /** Whether a clinician's subject is in the patient's care team. */
  inCareTeam(subject: string, patientId: string): boolean {
    return this.patients.get(patientId)?.careTeam.includes(subject) ?? false;
  }

  /** Answers a check that holds once everything that lies in the topic now has been folded, whatever comes behind it. */
  async upToNow(): Promise<() => boolean> {
    const there = (await this.log.offsets(this.topic)).filter(({ start, end }) => end > start);
    return () => there.every(({ partition, end }) => (this.seen.get(partition) ?? 0) >= end);
  }

  /**
   * Folds up to the present end of the topic. Before somebody is told that a patient or device is unknown,
   * this makes sure that they were not registered a moment ago. @throws EngineError `behind` when that cannot be said within `timeoutMs`
   */
  async catchUp(timeoutMs = 1_000): Promise<void> {
    if (!(await until(await this.upToNow(), timeoutMs)))
      throw new EngineError('behind', 'the registry has not come to the end of its topic');
  }

  /** Waits, as long as it takes, until everything that was there at the start has been folded: before it nobody is known. */
  async ready(signal: AbortSignal): Promise<void> {
    await until(await this.upToNow(), Infinity, signal);
  }

  /** Waits until the fact of that key stands at `position` or later (read your own writes). */
  reached(key: string, position: number, timeoutMs = 5_000): Promise<boolean> {
    const at = () => this.patients.get(key)?.position ?? this.devices.get(key)?.position ?? -1;
    return until(() => at() >= position, timeoutMs);
  }

  private fold(message: LogMessage): void {
    const fact = storedJson(message.value) as RegistryFact;
    switch (fact.kind) {
      case 'patient':
        if (isNews(fact, this.patients.get(fact.patientId))) this.patients.set(fact.patientId, fact);
        return;
      case 'device':
        if (isNews(fact, this.devices.get(fact.deviceId))) this.devices.set(fact.deviceId, fact);
        return;
      default:
        fact satisfies never;
    }
  }
}

/** Facts that are published again after a relay lost its position must not undo a revocation that came later. */
const isNews = (fact: RegistryFact, known: RegistryFact | undefined): boolean =>
  fact.position >= (known?.position ?? -1);
