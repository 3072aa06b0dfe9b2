const leastBytes = 256 * 1024;
/** A log that fills up quickly gets more at once: each time costs a change of the file's metadata, and whoever commits meanwhile waits for it. */
const mostBytes = 1024 * 1024;
const quickMs = 100;

/** How much room of zeros a file has at its end, and when it needs more. */
export class Room {
  private step = leastBytes;
  private madeAt = -Infinity;

  constructor(
    /** Where it ends now. */
    private end: number,
    /** Where it ends at last. */
    private readonly limit: number,
  ) {}

  /** Where zeros are to be written now that the file is filled to `bytes`; undefined while there is enough. */
  needed(bytes: number): { readonly from: number; readonly to: number } | undefined {
    if (this.end >= this.limit || bytes + this.step / 2 < this.end) return undefined;
    const now = performance.now();
    const quick = now - this.madeAt < quickMs;
    this.step = quick ? Math.min(this.step * 2, mostBytes) : Math.max(this.step / 2, leastBytes);
    this.madeAt = now;
    const from = Math.max(this.end, bytes);
    return { from, to: Math.min(from + this.step, Math.max(from, this.limit)) };
  }

  /** Zeros lie up to `end`. */
  madeTo(end: number): void {
    this.end = end;
  }
}
