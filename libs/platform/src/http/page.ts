import { formatCursor } from './query.js';

/** What every list answers. `next` goes into `?cursor=`; null at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A page of at most `limit` from what was found after the cursor (one more than `limit` tells that there is more). `keyOf` is the place to go on after. */
export function toPage<T>(found: readonly T[], limit: number, keyOf: (item: T) => string): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? formatCursor(keyOf(last)) : null };
}
