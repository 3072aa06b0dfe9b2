/** What is handed to the log. The partition follows from the key: all records of one key are in order. */
export interface LogRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

export interface LogPosition {
  readonly topic: string;
  readonly partition: number;
  /** Counts from 0 without gaps visible to a reader; retention may remove the oldest. */
  readonly offset: number;
}

export interface LogMessage extends LogRecord, LogPosition {
  /** Receive time: epoch ms by the log's clock. */
  readonly appendedAt: number;
}

export interface LogBatch {
  readonly topic: string;
  readonly partition: number;
  /** In offset order, never empty. */
  readonly messages: readonly LogMessage[];
  /**
   * Saves that the group needs nothing before `next` any more (last done + 1, or the low-water mark of work still open).
   * Never moves backwards. What is not committed is delivered again after a restart.
   */
  commit(next: number): Promise<void>;
}

export interface Retention {
  /** By receive time. */
  readonly maxAgeMs?: number | undefined;
  /** Of a partition. */
  readonly maxBytes?: number | undefined;
}

export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  /** Keeps at least the newest record of each key. */
  readonly compacted?: boolean;
  /** What may be removed, oldest first; nothing when it is not given. What a known group has not committed stays. */
  readonly retention?: Retention;
  /** Older parts may be rewritten so that they take less room; what is read stays the same, byte for byte. */
  readonly packed?: boolean;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface ConsumeOptions {
  /** Members of a group share the partitions. Without one the consumer reads everything there is, for itself alone, and commits nothing. */
  readonly group?: string;
  readonly topics: readonly string[];
  readonly maxMessages?: number;
  /** With the commit of a batch others may gather for so long, and new messages behind it, where asking more often costs something. */
  readonly unhurriedMs?: number;
  /** The handler looks at no value: the log may leave them empty, which spares it the memory that they lie in. */
  readonly headersOnly?: boolean;
  readonly signal: AbortSignal;
  /**
   * Told which partitions of a topic are this consumer's from now on (all of them where nobody shares), before any batch of theirs is delivered.
   * What it kept in memory of any partition may be out of date by then: somebody else may have had it.
   */
  readonly onAssigned?: (partitions: readonly TopicPartition[]) => Promise<void> | void;
  /** Told that all of them may go to others, before they do; `onAssigned` follows. Never told where nobody shares. */
  readonly onRevoked?: () => void;
}

export interface PartitionOffsets {
  readonly partition: number;
  /** Oldest offset still there. */
  readonly start: number;
  /** Offset that the next record will get. */
  readonly end: number;
  /** What the asked group has committed; null when it has committed nothing, or no group was asked for. */
  readonly committed: number | null;
}

/** A keyed, partitioned, replayable log. Adapters run the contract suite in `test/contract`. */
export interface MessageLog {
  /** Creates what is missing and checks what is there; rejects with what is wrong and what to do. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** Resolves once all records are durable (fdatasync, or acks=all), in the order given. All or none for one call is not promised. */
  append(records: readonly LogRecord[]): Promise<LogPosition[]>;
  /**
   * Delivers batches of one partition one after the other, from the committed offset (else the oldest); partitions run side by side.
   * Resolves when the signal aborts and the running handlers have ended; rejects when a handler does, so that no failure is passed over.
   */
  consume(options: ConsumeOptions, handler: (batch: LogBatch) => Promise<void>): Promise<void>;
  /** Up to `limit` messages from `from` on (from the oldest when `from` is gone); empty at the end. */
  read(topic: string, partition: number, from: number, limit: number): Promise<LogMessage[]>;
  offsets(topic: string, group?: string): Promise<PartitionOffsets[]>;
  close(): Promise<void>;
}
