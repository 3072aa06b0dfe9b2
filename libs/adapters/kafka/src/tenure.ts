import { pause, type TopicPartition } from '@coxa/eventing';
import { isOfType } from './failures.js';

const tries = 3;

/** The time between two assignments, during which some partitions are this member's. */
export class Tenure {
  private over = false;
  private failed: unknown;
  private readonly committed = new Map<string, number>();
  private readonly mine: ReadonlySet<string>;

  constructor(partitions: readonly TopicPartition[]) {
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
   * Commits `next` by `send`. What cannot be committed any more is passed over: it is delivered again, to whoever has the partition then.
   * The broker checks the generation, but not whether the partition belongs to the member: that is checked here.
   */
  async commit(place: TopicPartition, next: number, send: () => Promise<void>): Promise<void> {
    const name = nameOf(place);
    for (let attempt = 1; this.holds(place.topic, place.partition); attempt++) {
      if (next <= (this.committed.get(name) ?? -1)) return;
      try {
        await send();
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
