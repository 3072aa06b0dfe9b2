import { pause, type TopicPartition } from '@coxa/eventing';
import { isOfType } from './failures.js';

const tries = 3;

/** Where a partition goes on. */
export interface Next extends TopicPartition {
  readonly next: number;
}

interface Waiting extends Next {
  resolve(): void;
  reject(error: unknown): void;
}

/** The time between two assignments, during which some partitions are this member's. */
export class Tenure {
  private over = false;
  private failed: unknown;
  private readonly committed = new Map<string, number>();
  private readonly mine: ReadonlySet<string>;
  private waiting: Waiting[] = [];
  private sending = false;
  private timer: NodeJS.Timeout | undefined;

  /** `send` commits several partitions in one request; so long a commit that is in no hurry waits for those of others. */
  constructor(
    partitions: readonly TopicPartition[],
    private readonly send: (places: readonly Next[]) => Promise<void>,
    private readonly unhurriedMs = 0,
  ) {
    this.mine = new Set(partitions.map(nameOf));
  }

  /** What made a commit fail; it ends the tenure, and the member has to join again. */
  get fault(): unknown {
    return this.failed;
  }

  holds(topic: string, partition: number): boolean {
    return !this.over && this.mine.has(nameOf({ topic, partition }));
  }

  end(): void {
    this.over = true;
  }

  /**
   * Commits `next`, together with what other partitions commit meanwhile. What cannot be committed any more is passed over: it is delivered
   * again, to whoever has the partition then. The broker checks the generation, but not whether the partition belongs to the member: that is checked here.
   */
  async commit(place: TopicPartition, next: number, hurry = true): Promise<void> {
    const name = nameOf(place);
    for (let attempt = 1; this.holds(place.topic, place.partition); attempt++) {
      if (next <= (this.committed.get(name) ?? -1)) return;
      try {
        await this.gathered({ ...place, next }, hurry ? 0 : this.unhurriedMs);
        this.committed.set(name, next);
        return;
      } catch (error) {
        if (attempt < tries && !isGone(error)) {
          await pause(50 * attempt);
          continue;
        }
        this.failed = error;
        this.over = true;
      }
    }
  }

  private gathered(place: Next, waitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...place, resolve, reject });
      // What is being sent takes it along, or sends it next.
      if (this.sending) return;
      if (waitMs > 0) this.timer ??= setTimeout(() => void this.sendAll(), waitMs);
      else {
        this.sending = true;
        clearTimeout(this.timer);
        // Whoever commits in the same turn goes along, and who is in no hurry too.
        setImmediate(() => void this.sendAll());
      }
    });
  }

  private async sendAll(): Promise<void> {
    this.sending = true;
    clearTimeout(this.timer);
    this.timer = undefined;
    while (this.waiting.length > 0) {
      const taken = this.waiting;
      this.waiting = [];
      try {
        // The tenure may have ended while they waited; what is passed over is delivered again.
        const mine = taken.filter(({ topic, partition }) => this.holds(topic, partition));
        if (mine.length > 0) await this.send(furthest(mine));
        for (const { resolve } of taken) resolve();
      } catch (error) {
        for (const { reject } of taken) reject(error);
      }
    }
    this.sending = false;
  }
}

/** Of each partition only the last: none goes back. */
function furthest(places: readonly Next[]): Next[] {
  const last = new Map<string, Next>();
  for (const place of places)
    if (place.next > (last.get(nameOf(place))?.next ?? -1)) last.set(nameOf(place), place);
  return [...last.values()];
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

const isGone = (error: unknown): boolean =>
  isOfType(
    error,
    'REBALANCE_IN_PROGRESS',
    'ILLEGAL_GENERATION',
    'UNKNOWN_MEMBER_ID',
    'NOT_COORDINATOR_FOR_GROUP',
    'FENCED_INSTANCE_ID',
  );
