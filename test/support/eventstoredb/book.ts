/** One event as the stand-in keeps it. */
export interface Kept {
  readonly stream: string;
  readonly revision: number;
  /** Place among all events: grows by the size of what lies between, as in the real log. */
  readonly position: number;
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
  | { readonly kind: 'done'; readonly revision: number; readonly first: number; readonly last: number }
  | { readonly kind: 'wrong-version'; readonly current: number };

/** What the stand-in keeps, by the rules of the real server for appends, repeats and the `$maxCount` of a stream. In memory only. */
export class Book {
  readonly all: Kept[] = [];
  private readonly streams = new Map<string, Kept[]>();
  private size = 0;

  append(stream: string, expected: Expected, proposed: readonly Proposed[], now: number): Outcome {
    const there = this.streams.get(stream) ?? [];
    const current = there.length - 1;
    const wanted = wantedOf(expected, current);
    if (wanted !== current) {
      const before = there.slice(wanted + 1, wanted + 1 + proposed.length);
      const same = before.length === proposed.length && before.every(({ id }, i) => id === proposed[i]!.id);
      // The place that is told of a repeat is that of its first event.
      if (same && wanted >= -1)
        return {
          kind: 'done',
          revision: before.at(-1)!.revision,
          first: before[0]!.position,
          last: before[0]!.position,
        };
      return { kind: 'wrong-version', current };
    }
    const fresh = proposed.map((event, i): Kept => {
      const position = this.size;
      this.size += 100 + event.data.length + event.metadata.length;
      return { ...event, stream, revision: current + 1 + i, position, created: now };
    });
    this.streams.set(stream, [...there, ...fresh]);
    this.all.push(...fresh);
    return {
      kind: 'done',
      revision: current + proposed.length,
      first: fresh[0]!.position,
      last: fresh.at(-1)!.position,
    };
  }

  /** The events of a stream that may still be read; undefined when there is no such stream. */
  stream(name: string): readonly Kept[] | undefined {
    const there = this.streams.get(name);
    if (!there) return undefined;
    const rules = this.streams.get(`$$${name}`)?.at(-1);
    const { $maxCount } = rules
      ? (JSON.parse(Buffer.from(rules.data).toString()) as { $maxCount?: number })
      : {};
    return $maxCount === undefined ? there : there.slice(-$maxCount);
  }
}

function wantedOf(expected: Expected, current: number): number {
  switch (expected) {
    case 'any':
      return current;
    case 'no-stream':
      return -1;
    case 'stream-exists':
      return current >= 0 ? current : -2;
    default:
      return expected;
  }
}
