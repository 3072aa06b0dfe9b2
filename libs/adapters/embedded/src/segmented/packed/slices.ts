/** Nobody whose request comes meanwhile waits longer than about this. */
const sliceMs = 2;

/** Cuts long work into slices, between which others have the event loop. */
export class Slices {
  private begun = performance.now();

  /** `rest` is awaited between two slices, and told what the last one took. */
  constructor(private readonly rest: (tookMs: number) => Promise<void> = nextTurn) {}

  /** True when it is time to pause. */
  get over(): boolean {
    return performance.now() - this.begun > sliceMs;
  }

  async pause(): Promise<void> {
    await this.rest(performance.now() - this.begun);
    this.begun = performance.now();
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
