import { LRUCache } from 'lru-cache';

interface Bucket {
  tokens: number;
  at: number;
}

/** A token bucket a sender: `perSecond` on average, as many at once; `now` in milliseconds, by default the machine's monotonic clock. */
export class RateLimit {
  private readonly buckets = new LRUCache<string, Bucket>({ max: 50_000 });

  constructor(
    private readonly perSecond: number,
    private readonly now = () => performance.now(),
  ) {}

  /** Takes one; false when the sender has none left. */
  take(sender: string): boolean {
    const now = this.now();
    let bucket = this.buckets.get(sender);
    if (!bucket) this.buckets.set(sender, (bucket = { tokens: this.perSecond, at: now }));
    bucket.tokens = Math.min(this.perSecond, bucket.tokens + ((now - bucket.at) / 1000) * this.perSecond);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
