import { until } from '../util/until.js';

/** One part of the way from an acknowledged write to what follows from it. */
export interface Stage {
  readonly name: string;
  /** True when nothing that has reached this stage, or is due by the clock, is left to be done here. */
  settled(): Promise<boolean> | boolean;
}

/** The stages of all services of one process, in the order in which the data passes them. */
export class Pipeline {
  private readonly stages: Stage[] = [];

  add(...stages: readonly Stage[]): void {
    this.stages.push(...stages);
  }

  /** Name of the first stage with work left; null when all is done. Asked in the order of the data, so work cannot slip behind the question. */
  async busy(): Promise<string | null> {
    for (const stage of this.stages) if (!(await stage.settled())) return stage.name;
    return null;
  }

  /** Waits until everything acknowledged before the call has had all its effects. False when that took longer than `timeoutMs`. */
  async settle(timeoutMs: number, signal?: AbortSignal): Promise<boolean> {
    // Twice in a row: a timer of a late stage may hand work to an early one.
    return until(async () => (await this.busy()) === null && (await this.busy()) === null, timeoutMs, signal);
  }
}
