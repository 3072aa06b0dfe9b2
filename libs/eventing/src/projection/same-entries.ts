import { canonicalJson } from '@coxa/contracts';
import type { ViewEntry, ViewStore } from '../ports/view-store.js';

const page = 1_000;

/** A key whose entries are not the same in two views. */
export interface Difference {
  readonly key: string;
  readonly what: 'only-left' | 'only-right' | 'different';
}

/** Whether two views hold the same entries. */
export const sameEntries = async (views: ViewStore, left: string, right: string): Promise<boolean> =>
  (await differences(views, left, right, 1)).length === 0;

/** The first keys, at most `limit`, that are not the same in two views, both read in pages side by side. */
export async function differences(
  views: ViewStore,
  left: string,
  right: string,
  limit: number,
): Promise<Difference[]> {
  const found: Difference[] = [];
  const [a, b] = [entriesOf(views, left), entriesOf(views, right)];
  let [x, y] = [await a.next(), await b.next()];
  while ((!x.done || !y.done) && found.length < limit) {
    if (y.done || (!x.done && x.value.key < y.value.key)) {
      found.push({ key: x.value!.key, what: 'only-left' });
      x = await a.next();
    } else if (x.done || y.value.key < x.value.key) {
      found.push({ key: y.value.key, what: 'only-right' });
      y = await b.next();
    } else {
      if (canonicalJson(x.value.value) !== canonicalJson(y.value.value))
        found.push({ key: x.value.key, what: 'different' });
      [x, y] = [await a.next(), await b.next()];
    }
  }
  return found;
}

async function* entriesOf(views: ViewStore, view: string): AsyncGenerator<ViewEntry, undefined> {
  for (let from = ''; ;) {
    const entries = await views.list(view, { from, limit: page });
    yield* entries;
    if (entries.length < page) return undefined;
    from = `${entries.at(-1)!.key}\u0000`;
  }
}
