import type { LogMessage } from '@coxa/eventing';

/** What a reader wants of the records of a lane. */
export interface Portion {
  /** The first offset. */
  readonly from: number;
  /** At most so many, with those that are there already. */
  readonly limit: number;
  /** Values may be left empty; nothing then points into the bytes that were read. */
  readonly headersOnly?: boolean | undefined;
}

export interface WantedRecords extends Portion {
  /** Where they go, in the order of their offsets. */
  readonly into: LogMessage[];
}
