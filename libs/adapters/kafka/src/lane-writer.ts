import type { LogRecord } from '@coxa/eventing';

/** How one partition is written: one batch at a time, and the same one again until it is written or given up. */
export interface LaneWriter {
  /** Resolves with the offset of the first record once all are durable. */
  write(records: readonly LogRecord[]): Promise<number>;
  /** After a failure: `givenUp` when these records are not sent again by the lane, so that their outcome stays unknown. */
  failed(error: unknown, givenUp: boolean): Promise<void>;
}
