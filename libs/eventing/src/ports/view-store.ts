export interface ViewEntry {
  readonly key: string;
  /** A JSON value. */
  readonly value: unknown;
}

/** `value: undefined` removes the entry. */
export interface ViewChange {
  readonly key: string;
  readonly value: unknown;
}

export interface ListOptions {
  /** Inclusive lower and exclusive upper bound, by code unit order of the key. */
  readonly from?: string;
  readonly to?: string;
  readonly limit?: number;
  readonly reverse?: boolean;
}

/** Where a view stands in each of its sources (source name → position; `null` sources are absent). */
export type ViewPositions = Readonly<Record<string, number>>;

/**
 * Ordered key-value views. Disposable: each can be rebuilt from its sources. One that was lost while it was in use (a flushed server) is refused
 * to readers and writers with EngineError `view-moved` until another takes its place: nobody may take it for an empty one.
 * Adapters run the contract suite in `test/contract`.
 */
export interface ViewStore {
  /** Values in the order of the keys; undefined where there is none. */
  get(view: string, keys: readonly string[]): Promise<unknown[]>;
  list(view: string, options?: ListOptions): Promise<ViewEntry[]>;
  /**
   * Applies the changes and saves the positions in one atomic step: after a crash both are there or neither.
   * @throws EngineError `view-moved` when the view does not stand where this process last saw it; ask `positions` and go on from there
   */
  commit(view: string, changes: readonly ViewChange[], positions: ViewPositions): Promise<void>;
  positions(view: string): Promise<ViewPositions>;
  /**
   * Puts `by` in the place of `view` in one atomic step (entries and positions); with null the view is dropped.
   * The one that was there is kept under the name `keep` where that is given, in the place of what was there.
   */
  replace(view: string, by: string | null, keep?: string): Promise<void>;
  close(): Promise<void>;
}
