import { until } from '../util/until.js';

/** One part of the way from an acknowledged write to what follows from it. */
export interface Stage {
  readonly name: string;
  /** True when nothing that has reached this stage, or is due by the clock, is left to be done here. */
  settled(): Promise<boolean> | boolean;
  /**
   * For a stage that work may reach without end: answers a check that holds once everything that has reached it by now is done,
   * whatever comes behind it. Without it `settled` is asked.
   */
  upToNow?(): Promise<() => Promise<boolean> | boolean>;
}

/** So often all stages are gone through at most while there is always something to wait for: a late one may hand work to an early one. */
const rounds = 20;

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
    const deadline = performance.now() + timeoutMs;
    let quiet = 0;
    for (let round = 0; round < rounds && quiet < 2; round++) {
      quiet++;
      for (const stage of this.stages) {
        const done = stage.upToNow ? await stage.upToNow() : () => stage.settled();
        if (await done()) continue;
        quiet = 0;
        if (!(await until(done, deadline - performance.now(), signal))) return false;
      }
    }
    return true;
  }
}
