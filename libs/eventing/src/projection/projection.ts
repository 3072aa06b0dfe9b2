import type { StoredEvent } from '../ports/event-store.js';
import type { LogMessage } from '../ports/message-log.js';

/** What a projection may do with its view while it folds one item. Reads see earlier writes of the same batch. */
export interface ViewFold {
  /** Only keys that `reads` named. */
  get(key: string): unknown;
  put(key: string, value: unknown): void;
  delete(key: string): void;
}

/** A view as a fold: pure, so that rebuilding sends nothing and ends in the same view. */
export interface Fold<Item> {
  readonly name: string;
  /** A new version gets its own storage and is folded from the beginning. */
  readonly version: number;
  /** Keys whose values `apply` will ask for. */
  reads?(item: Item): readonly string[];
  apply(item: Item, view: ViewFold): void;
}

export type Projection = Fold<StoredEvent>;
export type LogProjection = Fold<LogMessage> & { readonly topics: readonly string[] };

/** Where the entries of this version are kept. */
export const viewName = (fold: { readonly name: string; readonly version: number }): string =>
  `${fold.name}.v${fold.version}`;
