import { randomUUID } from 'node:crypto';
import { EngineError } from '../errors.js';
import type { LogMessage, MessageLog } from '../ports/message-log.js';
import type { ViewStore } from '../ports/view-store.js';

const portion = 1_000;

export interface LogView {
  readonly log: MessageLog;
  readonly views: ViewStore;
  readonly topic: string;
  readonly view: string;
  /** The consumer group that folds the topic into the view. */
  readonly group: string;
  /** The partitions that are folded here. */
  readonly mine: ReadonlySet<number>;
  /** Highest offset folded before, of each partition: the group may not have committed all of it yet, and will not look at it again. */
  readonly known?: ReadonlyMap<number, number>;
  /** How the view calls a partition among its positions. */
  readonly sourceOf: (partition: number) => string;
  /** Folds messages into the view of that name and saves the position (last offset folded) with them. */
  readonly fold: (view: string, partition: number, messages: readonly LogMessage[]) => Promise<void>;
}

/**
 * Folds what the group has committed of the partitions that are folded here and the view does not hold: views are disposable, and one that was
 * lost must not make everything look new. A view that is gone is made anew from all partitions beside its place, so that readers go on being
 * refused until it is whole; of several processes that do so the first puts its own there. Answers the last offset folded of each partition.
 */
export async function restoreView(options: LogView): Promise<Map<number, number>> {
  const { views, view } = options;
  if (await isGone(views, view)) {
    const target = `${view}~restore-${randomUUID()}`;
    await foldCommitted(options, target, () => true);
    const still = await isGone(views, view);
    await views.replace(still ? view : target, still ? target : null);
  }
  return foldCommitted(options, view, (partition) => options.mine.has(partition));
}

async function foldCommitted(
  { log, views, topic, group, known, sourceOf, fold }: LogView,
  target: string,
  wanted: (partition: number) => boolean,
): Promise<Map<number, number>> {
  const positions = await views.positions(target);
  const folded = new Map<number, number>();
  for (const { partition, start, committed } of await log.offsets(topic, group)) {
    if (!wanted(partition)) continue;
    const end = Math.max(committed ?? 0, (known?.get(partition) ?? -1) + 1);
    let next = Math.max(start, (positions[sourceOf(partition)] ?? -1) + 1);
    while (next < end) {
      const messages = await log.read(topic, partition, next, Math.min(portion, end - next));
      if (messages.length === 0) break;
      await fold(target, partition, messages);
      next = messages.at(-1)!.offset + 1;
    }
    folded.set(partition, next - 1);
  }
  return folded;
}

/** Whether the store refuses a view because it has been lost. */
export async function isGone(views: ViewStore, view: string): Promise<boolean> {
  try {
    await views.get(view, ['']);
    return false;
  } catch (error) {
    if (hasMoved(error)) return true;
    throw error;
  }
}

/** Whether a view was not where its writer left it: lost, restored from an older copy, or written by somebody else. */
export const hasMoved = (error: unknown): boolean =>
  error instanceof EngineError && error.code === 'view-moved';
