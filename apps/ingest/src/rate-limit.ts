interface Bucket {
  tokens: number;
  at: number;
}

/** After so long any bucket is full again: there is nothing left to remember of it. */
const filledMs = 1_000;

/** A token bucket a sender: `perSecond` on average, as many at once; `now` in milliseconds, by default the machine's monotonic clock. */
export class RateLimit {
  /** Those looked at since `turnedAt`, and those looked at in the time before it, but not since. */
  private buckets = new Map<string, Bucket>();
  private before = new Map<string, Bucket>();
  private turnedAt = -Infinity;

  constructor(
    private readonly perSecond: number,
    private readonly now = () => performance.now(),
  ) {}

  /** Takes one; false when the sender has none left. */
  take(sender: string): boolean {
    const now = this.now();
    const bucket = this.bucketOf(sender, now);
    bucket.tokens = Math.min(this.perSecond, bucket.tokens + ((now - bucket.at) / filledMs) * this.perSecond);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  private bucketOf(sender: string, now: number): Bucket {
    if (now - this.turnedAt >= filledMs) {
      this.before = this.buckets;
      this.buckets = new Map();
      this.turnedAt = now;
    }
    let bucket = this.buckets.get(sender);
    if (bucket) return bucket;
    bucket = this.before.get(sender) ?? { tokens: this.perSecond, at: now };
    this.buckets.set(sender, bucket);
    return bucket;
  }
}
