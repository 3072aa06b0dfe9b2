import type { LogMessage, LogRecord } from '@coxa/eventing';
import { framesOf } from './frames-of.js';
import { RecentFrames } from './recent-frames.js';
import type { Portion } from './wanted.js';

/** What was committed together. */
interface Committed {
  /** Offset of the first record. */
  readonly first: number;
  readonly appendedAt: number;
  /** The records come to this in frames, at most. */
  readonly most: number;
}

/**
 * The newest of a lane in memory. Once somebody has asked for headers alone they are kept without the values too, and reach much further back:
 * under backfill whoever rests for a moment would else read from the disk all that is being written, only to know what it is called.
 */
export class Recent {
  private readonly whole: RecentFrames;
  private headers: RecentFrames | undefined;

  constructor(private readonly lane: { readonly topic: string; readonly partition: number }) {
    this.whole = new RecentFrames(lane);
  }

  /** Adds what follows on what was added last: the records, and the frames that they were written in. */
  push(records: readonly LogRecord[], frames: Uint8Array, committed: Committed): void {
    this.whole.push(frames, committed);
    if (!this.headers) return;
    const { first: firstOffset, appendedAt, most } = committed;
    this.headers.push(framesOf(records, { most, firstOffset, appendedAt, headersOnly: true }), committed);
  }

  /** The messages that are wanted, about `maxBytes` of them; undefined when it does not reach back that far. */
  read(portion: Portion, maxBytes: number): LogMessage[] | undefined {
    if (portion.headersOnly) this.headers ??= new RecentFrames(this.lane);
    const found = portion.headersOnly ? this.headers?.read(portion, maxBytes) : undefined;
    return found ?? this.whole.read(portion, maxBytes);
  }

  /** Forgets what was added from that offset on. */
  dropFrom(offset: number): void {
    this.whole.dropFrom(offset);
    this.headers?.dropFrom(offset);
  }
}
