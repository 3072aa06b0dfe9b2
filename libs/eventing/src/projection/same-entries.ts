import { canonicalJson } from '@coxa/contracts';
import type { ViewStore } from '../ports/view-store.js';

const page = 1_000;

/** Whether two views hold the same entries, read side by side in pages. */
export async function sameEntries(views: ViewStore, left: string, right: string): Promise<boolean> {
  for (let from = ''; ;) {
    const [a, b] = await Promise.all([
      views.list(left, { from, limit: page }),
      views.list(right, { from, limit: page }),
    ]);
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) {
      if (a[i]!.key !== b[i]!.key || canonicalJson(a[i]!.value) !== canonicalJson(b[i]!.value)) return false;
    }
    if (a.length < page) return true;
    from = `${a.at(-1)!.key}\u0000`;
  }
}
