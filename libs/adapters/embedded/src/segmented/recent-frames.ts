import type { LogMessage } from '@coxa/eventing';
import { frameAt } from './frame.js';
import { readRecords } from './records.js';
import type { Portion, WantedRecords } from './wanted.js';

const leastBytes = 64 * 1024;
const mostBytes = 4 * 1024 * 1024;
/** What is younger than this is still wanted by those who follow: rather than forget it, more room is taken. */
const youngMs = 250;

/** Frames that were committed together. */
interface Committed {
  /** Offset of the first record. */
  readonly first: number;
  readonly appendedAt: number;
  /** Where they lie in the ring. */
  readonly at: number;
  readonly bytes: number;
}

/**
 * The newest frames as they went to the file, so that followers who keep up need not read them back. Bytes in one ring, not messages: what
 * many objects hold on to for a second the garbage collector copies again and again, and every append waits for it.
 */
export class RecentFrames {
  private ring = Buffer.allocUnsafeSlow(0);
  /** Oldest first; those before `head` are forgotten. */
  private kept: Committed[] = [];
  private head = 0;
  private end = 0;

  constructor(private readonly lane: { readonly topic: string; readonly partition: number }) {}

  /** Adds what follows on what was added last. */
  push(frames: Uint8Array, { first, appendedAt }: Pick<Committed, 'first' | 'appendedAt'>): void {
    const bytes = frames.length;
    if (bytes > mostBytes) return this.clear();
    const at = this.placeFor(bytes, appendedAt);
    this.ring.set(frames, at);
    this.kept.push({ first, appendedAt, at, bytes });
    this.end = at + bytes;
  }

  /** The messages that are wanted, about `maxBytes` of them; undefined when it does not reach back that far. */
  read(portion: Portion, maxBytes: number): LogMessage[] | undefined {
    const { kept, head } = this;
    const { from, limit, headersOnly } = portion;
    if (head === kept.length || from < kept[head]!.first) return undefined;
    let low = head;
    let high = kept.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (kept[middle]!.first <= from) low = middle + 1;
      else high = middle;
    }
    const into: LogMessage[] = [];
    let bytes = 0;
    for (let i = low - 1; i < kept.length && into.length < limit && bytes < maxBytes; i++) {
      if (!headersOnly) bytes += kept[i]!.bytes;
      this.readOne(kept[i]!, { ...portion, into });
    }
    return into;
  }

  private readOne({ at, bytes }: Committed, wanted: WantedRecords): void {
    for (let position = at; position < at + bytes && wanted.into.length < wanted.limit;) {
      const frame = frameAt(this.ring, position);
      const end = position + frame.bytes;
      if (frame.firstOffset + frame.count > wanted.from) {
        if (wanted.headersOnly) readRecords(this.ring, position, frame, this.lane, wanted);
        else readRecords(this.copyOf(position, frame.bytes), 0, frame, this.lane, wanted);
      }
      position = end;
    }
  }

  /** The ring goes on, and would write over what was read. */
  private copyOf(position: number, bytes: number): Buffer {
    const copy = Buffer.allocUnsafeSlow(bytes);
    this.ring.copy(copy, 0, position, position + bytes);
    return copy;
  }

  private placeFor(bytes: number, now: number): number {
    for (;;) {
      const at = this.end + bytes <= this.ring.length ? this.end : 0;
      const oldest = this.kept[this.head];
      const wrapped = oldest !== undefined && oldest.at >= this.end;
      const free = at + bytes <= this.ring.length && (!oldest || this.isFree(at, bytes, oldest.at, wrapped));
      if (free) return at;
      const young = !oldest || now - oldest.appendedAt < youngMs;
      if (this.ring.length < bytes || (young && this.ring.length < mostBytes)) this.grow(bytes);
      else this.forgetOldest();
    }
  }

  /** What is kept lies from the oldest to `end`, or, `wrapped`, from the oldest to the ring's own end and from its start to `end`. */
  private isFree(at: number, bytes: number, oldestAt: number, wrapped: boolean): boolean {
    if (wrapped) return at === this.end && at + bytes <= oldestAt;
    return at === this.end || at + bytes <= oldestAt;
  }

  private grow(bytes: number): void {
    const size = Math.min(Math.max(leastBytes, 2 * this.ring.length, 2 * bytes), mostBytes);
    const ring = Buffer.allocUnsafeSlow(size);
    let end = 0;
    this.kept = this.kept.slice(this.head).map((each) => {
      this.ring.copy(ring, end, each.at, each.at + each.bytes);
      end += each.bytes;
      return { ...each, at: end - each.bytes };
    });
    this.head = 0;
    this.end = end;
    this.ring = ring;
  }

  private forgetOldest(): void {
    this.head++;
    if (this.head < 1_000 && this.head < this.kept.length) return;
    this.kept = this.kept.slice(this.head);
    this.head = 0;
    if (this.kept.length === 0) this.end = 0;
  }

  /** Forgets what was added from that offset on. */
  dropFrom(offset: number): void {
    while (this.head < this.kept.length && this.kept.at(-1)!.first >= offset) this.kept.pop();
    const last = this.head < this.kept.length ? this.kept.at(-1) : undefined;
    if (last) this.end = last.at + last.bytes;
    else this.clear();
  }

  private clear(): void {
    this.kept = [];
    this.head = 0;
    this.end = 0;
  }
}
