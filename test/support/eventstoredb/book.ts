import { randomUUID } from 'node:crypto';

/** One event as the stand-in keeps it. */
export interface Kept {
  readonly stream: string;
  readonly revision: number;
  /** Place among all events: where its record begins in the log. */
  readonly position: number;
  /** Where the record after it begins. */
  readonly next: number;
  /** Where the first record of its append begins: the real server tells it as its prepare position. */
  readonly prepare: number;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly created: number;
}

export type Proposed = Pick<Kept, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

export type Expected = number | 'no-stream' | 'any' | 'stream-exists';

export type Outcome =
  | { readonly kind: 'done'; readonly revision: number; readonly told: number }
  | { readonly kind: 'wrong-version'; readonly current: number };

/** A log that has been written for some time: no position fits into 32 bits. */
const begin = 5_000_000_000;
/** What every server has written by its first start. */
const systemStreams = ['$scavenges', '$user-admin', '$user-ops', '$users', '$persistentSubscriptionConfig'];

/**
 * What the stand-in keeps, by the rules of the real server for appends, repeats and the `$maxCount` of a stream, read in its source
 * (IndexWriter.CheckCommit, AllReader). In memory only.
 */
export class Book {
  readonly all: Kept[] = [];
  private readonly streams = new Map<string, Kept[]>();
  private readonly softDeleted = new Set<string>();
  private readonly byId = new Map<string, Kept>();
  /** Where records begin: to read from anywhere else is a fault. */
  private readonly starts = new Set<number>();
  private end = begin;

  constructor() {
    for (const stream of systemStreams) this.append(stream, 'no-stream', [systemEvent()], Date.now());
  }

  append(stream: string, expected: Expected, proposed: readonly Proposed[], now: number): Outcome {
    const there = this.streams.get(stream) ?? [];
    const current = there.length - 1;
    if (expected === 'any' || expected === 'stream-exists') {
      if (expected === 'stream-exists' && current < 0) return { kind: 'wrong-version', current };
      const before = proposed.map(({ id }) => this.byId.get(`${stream}/${id}`));
      if (before.every((kept) => kept !== undefined) && before.length > 0) return repeated(before.at(-1)!);
      if (before[0]) return { kind: 'wrong-version', current };
      return this.write(stream, there, proposed, now);
    }
    const wanted = expected === 'no-stream' ? -1 : expected;
    if (wanted === current || (wanted === -1 && this.softDeleted.has(stream)))
      return this.write(stream, there, proposed, now);
    const before = there.slice(wanted + 1, wanted + 1 + proposed.length);
    const same = before.length === proposed.length && before.every(({ id }, i) => id === proposed[i]!.id);
    return wanted < current && same ? repeated(before.at(-1)!) : { kind: 'wrong-version', current };
  }

  /** The events of a stream that may still be read; undefined when there is no such stream. */
  stream(name: string): readonly Kept[] | undefined {
    const there = this.streams.get(name);
    if (!there || this.softDeleted.has(name)) return undefined;
    const rules = this.streams.get(`$$${name}`)?.at(-1);
    const { $maxCount } = rules
      ? (JSON.parse(Buffer.from(rules.data).toString()) as { $maxCount?: number })
      : {};
    return $maxCount === undefined ? there : there.slice(-$maxCount);
  }

  /** As an operator deletes one softly: it is no more to be read, and counts on when it is written to again. */
  softDelete(name: string): void {
    this.softDeleted.add(name);
  }

  /** Index of the first of all events at or behind a position. */
  indexAt(position: number): number {
    let [low, high] = [0, this.all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.all[middle]!.position < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether a record begins there, or the log ends there. */
  mayBeReadFrom(position: number): boolean {
    return position === 0 || position === this.end || this.starts.has(position);
  }

  private write(stream: string, there: Kept[], proposed: readonly Proposed[], now: number): Outcome {
    // Something that nobody sees, as a record of an election, lies between appends.
    this.record(72);
    const prepare = this.end;
    const fresh = proposed.map((event, i): Kept => {
      const position = this.record(80 + stream.length + event.type.length + sizeOf(event));
      return {
        ...event,
        stream,
        revision: there.length + i,
        position,
        next: this.end,
        prepare,
        created: now,
      };
    });
    this.streams.set(stream, there);
    this.softDeleted.delete(stream);
    for (const kept of fresh) {
      there.push(kept);
      this.all.push(kept);
      this.byId.set(`${stream}/${kept.id}`, kept);
    }
    // Of several the server tells one place, "not technically correct" in the words of its source.
    return { kind: 'done', revision: there.length - 1, told: prepare };
  }

  private record(bytes: number): number {
    const position = this.end;
    this.starts.add(position);
    this.end += bytes;
    return position;
  }
}

/** By what the server measures an append, bytes. */
export const sizeOf = ({ type, data, metadata }: Proposed): number =>
  data.length + metadata.length + 2 * type.length;

const repeated = ({ revision, position }: Kept): Outcome => ({ kind: 'done', revision, told: position });

const systemEvent = (): Proposed => ({
  id: randomUUID(),
  type: '$UserCreated',
  contentType: 'application/json',
  data: Buffer.from('{"login":"admin"}'),
  metadata: Buffer.alloc(0),
});
