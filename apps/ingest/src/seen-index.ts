import { LRUCache } from 'lru-cache';
import {
  hasMoved,
  type LogBatch,
  type LogMessage,
  type LogPosition,
  type MessageLog,
  type ViewStore,
} from '@coxa/eventing';
import { FoldedView } from './folded-view.js';

/** What is remembered of something that was taken: a digest of its content and where it lies. */
export interface Seen {
  readonly digest: string;
  readonly partition: number;
  readonly offset: number;
}

interface Fresh {
  readonly digest: string;
  /** Resolves when it is durable. */
  readonly durable: Promise<LogPosition>;
}

export type Known = { readonly kind: 'stored'; readonly seen: Seen } | ({ readonly kind: 'fresh' } & Fresh);

/**
 * Tells what has been taken before. A view folded from the topic itself, and in front of it what is on its way or not folded yet:
 * two requests with the same key at the same moment meet here.
 */
export class SeenIndex {
  private readonly fresh = new Map<string, Fresh>();
  /**
   * What was folded lately: who asked the view before the fold and hears of it after finds it here.
   * Bounded; a lookup would have to outlast that many folds to miss one.
   */
  private readonly recent = new LRUCache<string, Seen>({ max: 4_000 });
  private readonly folded: FoldedView;

  constructor(
    log: MessageLog,
    private readonly views: ViewStore,
    private readonly options: {
      readonly topic: string;
      readonly view: string;
      /** Key and digest of a message of the topic; null for one that cannot be read. */
      readonly keyOf: (message: LogMessage) => { readonly key: string; readonly digest: string } | null;
    },
  ) {
    const { topic, view } = options;
    const fold: typeof this.fold = (target, partition, messages) => this.fold(target, partition, messages);
    this.folded = new FoldedView(log, views, { topic, view, fold });
  }

  /** What is known of a key; undefined when it is new. Whoever awaits it asks `announced` again, and then awaits nothing before `add`. */
  async find(key: string): Promise<Known | undefined> {
    const before = this.announced(key);
    if (before) return before;
    const [seen] = (await this.views.get(this.options.view, [key]).catch((error: unknown) => {
      // Refused until it is mended; nobody else may come by to notice.
      if (hasMoved(error)) this.folded.mend();
      throw error;
    })) as (Seen | undefined)[];
    // Somebody may have been quicker while the view was asked.
    return this.announced(key) ?? (seen && { kind: 'stored', seen });
  }

  /** What has been announced, or folded only a moment ago. */
  announced(key: string): Known | undefined {
    const fresh = this.fresh.get(key);
    if (fresh) return { kind: 'fresh', ...fresh };
    const seen = this.recent.get(key);
    return seen && { kind: 'stored', seen };
  }

  /** Announces what is being made durable; forgotten again when that fails. */
  add(key: string, digest: string, durable: Promise<LogPosition>): void {
    this.fresh.set(key, { digest, durable });
    durable.then(
      ({ partition, offset }) => {
        if (this.folded.isElsewhere(partition))
          this.folded.whenToldElsewhere({ partition, offset }, () => this.fresh.delete(key));
        else if (this.folded.holds(partition, offset)) this.fresh.delete(key);
      },
      () => this.fresh.delete(key),
    );
  }

  /** Folds those partitions from now on, and what of them the view does not hold first. */
  takeUp(group: string, partitions: readonly number[]): Promise<void> {
    return this.folded.takeUp(group, partitions);
  }

  /** Folds a batch of the topic into the view. */
  take(batch: LogBatch): Promise<void> {
    return this.folded.take(batch);
  }

  /** Answers a check that holds once everything that lies in the topic now is in the view. */
  upToNow(group: string): Promise<() => Promise<boolean>> {
    return this.folded.upToNow(group);
  }

  /** View and position in one step. */
  private async fold(view: string, partition: number, messages: readonly LogMessage[]): Promise<void> {
    const keys = messages.flatMap((message) => {
      const found = this.options.keyOf(message);
      return found ? [{ ...found, partition, offset: message.offset }] : [];
    });
    const known = await this.views.get(
      view,
      keys.map(({ key }) => key),
    );
    const changes = new Map<string, Seen>();
    keys.forEach(({ key, digest, offset }, index) => {
      // The first stands.
      if (known[index] === undefined && !changes.has(key)) changes.set(key, { digest, partition, offset });
    });
    const last = messages.at(-1)!.offset;
    await this.views.commit(
      view,
      Array.from(changes, ([key, value]) => ({ key, value })),
      { [this.folded.sourceOf(partition)]: last },
    );
    this.folded.noteFolded(partition, last);
    for (const [key, seen] of changes) this.recent.set(key, seen);
    for (const { key } of keys) this.fresh.delete(key);
  }
}
