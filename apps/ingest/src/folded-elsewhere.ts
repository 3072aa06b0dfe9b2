import type { Place } from './seen-chunk.js';

/** How often it is looked where the others stand. Longer than an answer of the view is kept that may be older than what they fold. */
const lookEveryMs = 1_000;

interface Waiting extends Place {
  readonly told: () => void;
  /** Seen in the view at the last look. */
  seen: boolean;
}

/** What was taken here and other instances are to fold: however long that takes, it is not forgotten before. */
export class FoldedElsewhere {
  private waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** `standing` asks for the last offset that the view holds of each partition. */
  constructor(private readonly standing: () => Promise<(partition: number) => number>) {}

  /** Calls `told` once the view has held the place for a while. */
  wait({ partition, offset }: Place, told: () => void): void {
    this.waiting.push({ partition, offset, told, seen: false });
    this.lookLater();
  }

  private lookLater(): void {
    this.timer ??= setTimeout(() => void this.look(), lookEveryMs).unref();
  }

  private async look(): Promise<void> {
    try {
      const standing = await this.standing();
      const left: Waiting[] = [];
      for (const each of this.waiting) {
        const there = standing(each.partition) >= each.offset;
        if (there && each.seen) each.told();
        else left.push(each);
        each.seen = there;
      }
      this.waiting = left;
    } catch {
      // Asked again.
    }
    this.timer = undefined;
    if (this.waiting.length > 0) this.lookLater();
  }
}
