import type { ViewChange, ViewStore } from '../ports/view-store.js';
import type { Fold } from './projection.js';

/** Folds a batch over what the view holds now, without writing: one read for the whole batch. */
export async function foldBatch<Item>(
  fold: Fold<Item>,
  items: readonly Item[],
  views: ViewStore,
  view: string,
): Promise<ViewChange[]> {
  const known = new Map<string, unknown>();
  if (fold.reads) {
    const wanted = [...new Set(items.flatMap((item) => fold.reads?.(item) ?? []))];
    const values = wanted.length > 0 ? await views.get(view, wanted) : [];
    wanted.forEach((key, index) => known.set(key, values[index]));
  }
  const changes = new Map<string, unknown>();
  const overlay = {
    get: (key: string) => (changes.has(key) ? changes.get(key) : known.get(key)),
    put: (key: string, value: unknown) => void changes.set(key, value),
    delete: (key: string) => void changes.set(key, undefined),
  };
  for (const item of items) fold.apply(item, overlay);
  return Array.from(changes, ([key, value]) => ({ key, value }));
}
