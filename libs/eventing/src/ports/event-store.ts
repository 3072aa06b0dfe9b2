/** One event as it is appended: JSON bytes and flat metadata, alike in every store. */
export interface NewEvent {
  /** UUID, derived from the cause, so that the same cause twice gives the same event. */
  readonly id: string;
  /** Wire name, e.g. `coxa.target-decided.v1`. */
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StoredEvent extends NewEvent {
  readonly stream: string;
  /** Place in its stream, from 0. */
  readonly revision: number;
  /** Place among all events; grows, not necessarily by one. Below 2^53. */
  readonly position: number;
  /** Epoch ms at which the store took it. */
  readonly recordedAt: number;
}

/** What the writer believes the stream's last revision to be. There is no "any": every append is guarded. */
export type ExpectedRevision = number | 'no-stream';

export interface AppendResult {
  /** Revision of the last event appended. */
  readonly revision: number;
  /** Position of the last event appended. */
  readonly position: number;
}

export interface ReadStreamOptions {
  /** First revision wanted (default 0). */
  readonly from?: number;
  readonly limit?: number;
}

export type SubscriptionMessage =
  | { readonly kind: 'events'; readonly events: readonly StoredEvent[] }
  | { readonly kind: 'caught-up'; readonly position: number }
  | { readonly kind: 'fell-behind'; readonly position: number };

/** The truth. Adapters run the contract suite in `test/contract`. */
export interface EventStore {
  /**
   * Appends all events or none, durably.
   * The same ids appended again at the same place answer the first result (an append whose outcome was unknown is simply repeated).
   * @throws RevisionConflict when the stream is elsewhere.
   */
  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<AppendResult>;
  /** In revision order; empty when the stream does not exist. */
  readStream(stream: string, options?: ReadStreamOptions): Promise<StoredEvent[]>;
  /** Events after `after` (null: from the beginning) in position order, at most `limit`. */
  readAll(after: number | null, limit: number): Promise<StoredEvent[]>;
  /** A pull loop over everything after `after`; ends when the signal aborts. Reconnects by itself from the last position it yielded. */
  subscribe(after: number | null, signal: AbortSignal): AsyncIterable<SubscriptionMessage>;
  /** Position of the newest event; null when empty. */
  head(): Promise<number | null>;
  close(): Promise<void>;
}
