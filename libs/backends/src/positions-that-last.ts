import type { ViewStore } from '@coxa/eventing';

/** Views that hold nothing but the position of somebody who publishes or plans. */
export const lasts = /^(relay|outbox)-/;

/**
 * Views that may be lost at any time, but for the positions of relays and outboxes: with those in a store that is flushed, everything would be
 * published again. Whoever gets it twice does it once all the same; this spares the work.
 */
export function positionsThatLast(views: ViewStore, lasting: ViewStore): ViewStore {
  const of = (view: string) => (lasts.test(view) ? lasting : views);
  return {
    get: (view, keys) => of(view).get(view, keys),
    list: (view, options) => of(view).list(view, options),
    commit: (view, changes, positions) => of(view).commit(view, changes, positions),
    positions: (view) => of(view).positions(view),
    replace: (view, by, keep) => of(view).replace(view, by, keep),
    close: () => views.close(),
  };
}
