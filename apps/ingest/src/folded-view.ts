import {
  committedUpToNow,
  hasMoved,
  KeyedMutex,
  type LogBatch,
  type LogMessage,
  type MessageLog,
  restoreView,
  type ViewStore,
} from '@coxa/eventing';
import { FoldedElsewhere } from './folded-elsewhere.js';
import type { Place } from './seen-chunk.js';

/** What is to be done with messages of the topic. */
export interface Folding {
  readonly topic: string;
  readonly view: string;
  /** Folds messages into the view of that name, and saves the position with them; then tells `noteFolded`. */
  readonly fold: (view: string, partition: number, messages: readonly LogMessage[]) => Promise<void>;
  /** The view may not be the one that was known, or is folded by others now: what is held of it in memory is to be forgotten. */
  readonly onRestore?: () => void;
}

/** Keeps a view equal to the topic that it is folded from, for those partitions that are folded here, one fold at a time. */
export class FoldedView {
  /** Last offset folded, by partition. */
  private readonly folded = new Map<number, number>();
  /** The highest that was ever folded here: while a lost view is made anew, and that fails half-way, less stands in it. */
  private readonly reached = new Map<number, number>();
  /** Where the view stood when it was last left or looked at here, by partition. */
  private readonly left = new Map<number, number>();
  /** Partitions that are folded here; undefined before the first assignment. */
  private mine: ReadonlySet<number> | undefined;
  private readonly turn = new KeyedMutex();
  private mending: Promise<void> | undefined;
  private group = '';
  private readonly elsewhere: FoldedElsewhere;

  constructor(
    private readonly log: MessageLog,
    private readonly views: ViewStore,
    private readonly folding: Folding,
  ) {
    this.elsewhere = new FoldedElsewhere(() => this.turn.run('fold', () => this.standing()));
  }

  /** True when the view tells of it. */
  holds(partition: number, offset: number): boolean {
    return offset <= (this.folded.get(partition) ?? -1);
  }

  /** True when another instance folds that partition. */
  isElsewhere(partition: number): boolean {
    return this.mine !== undefined && !this.mine.has(partition);
  }

  /** Calls `told` once the view, which another instance folds, tells of what lies there, and nobody holds an older answer any more. */
  whenToldElsewhere(place: Place, told: () => void): void {
    this.elsewhere.wait(place, told);
  }

  noteFolded(partition: number, last: number): void {
    this.folded.set(partition, last);
    this.left.set(partition, last);
    this.reached.set(partition, Math.max(last, this.reached.get(partition) ?? -1));
  }

  /** What the view's positions call a partition. */
  sourceOf(partition: number): string {
    return `${this.folding.topic}/${partition}`;
  }

  /**
   * Folds those partitions from now on. What the group has committed of them and the view does not hold is folded first: views are
   * disposable, and one that was lost must not make everything look new.
   */
  async takeUp(group: string, partitions: readonly number[]): Promise<void> {
    const mine = new Set(partitions);
    this.group = group;
    await this.turn.run('fold', async () => {
      await this.restore(mine);
      this.mine = mine;
      // What was asked for meanwhile was kept as if nobody else folded it.
      this.folding.onRestore?.();
    });
  }

  /** Folds a batch of the topic into the view. */
  async take({ partition, messages, commit }: LogBatch): Promise<void> {
    const { view, fold } = this.folding;
    await this.turn.run('fold', async () => {
      try {
        await fold(view, partition, messages);
      } catch (error) {
        if (!hasMoved(error)) throw error;
        await this.restore(new Set([partition]));
        await fold(view, partition, messages);
      }
    });
    await commit(messages.at(-1)!.offset + 1);
  }

  /** Restores a view that was found to be gone, once for all who find it. */
  mend(): void {
    this.mending ??= this.turn
      .run('fold', () => this.restore(this.mine ?? new Set()))
      .catch(() => undefined)
      .finally(() => (this.mending = undefined));
  }

  /** Answers a check that holds once everything that lies in the topic now is in the view, whatever comes behind it. */
  async upToNow(group: string): Promise<() => Promise<boolean>> {
    const committed = await committedUpToNow(this.log, group, this.folding.topic);
    return async () => this.mine !== undefined && (await committed());
  }

  private async restore(mine: ReadonlySet<number>): Promise<void> {
    const { log, views, group } = this;
    const { topic, view, fold, onRestore } = this.folding;
    const sourceOf = (partition: number) => this.sourceOf(partition);
    onRestore?.();
    const { reached: known } = this;
    const folded = await restoreView({ log, views, topic, view, group, mine, known, sourceOf, fold });
    for (const [partition, last] of folded) this.folded.set(partition, last);
    const positions = await this.positions();
    for (const partition of mine) this.left.set(partition, positions(partition));
  }

  private async positions(): Promise<(partition: number) => number> {
    const positions = await this.views.positions(this.folding.view);
    return (partition) => positions[this.sourceOf(partition)] ?? -1;
  }

  /**
   * Where the view stands, for all partitions. The store takes what is looked at for what was left there, and would not notice at the next commit
   * that the view is an older copy: so it is noticed here.
   */
  private async standing(): Promise<(partition: number) => number> {
    const positions = await this.positions();
    const { mine = new Set<number>() } = this;
    if ([...mine].every((partition) => positions(partition) === (this.left.get(partition) ?? -1)))
      return positions;
    await this.restore(mine);
    return this.positions();
  }
}
